import type { LimitRange, LimitRangeItem, Namespace, ResourceQuota } from '@tabernetes/api/types/core-v1';
import { isNotFound, parseQuantity, quantityOf } from '@tabernetes/apimachinery';
import { rfc1123 } from '../../printers/dates.ts';
import { type DescribeContext, inNamespacePath, listAll, of } from './describer.ts';
import { type Description, heads } from './description.ts';
import { compare, head } from './metadata.ts';

export const namespace = of<Namespace>(async (context, object, d) => {
  const quotas = await listOf<ResourceQuota>(context, 'resourcequotas');
  const ranges = await listOf<LimitRange>(context, 'limitranges');
  head(d, object.metadata, false);
  d.field(0, 'Status', object.status?.phase ?? '');
  const conditions = object.status?.conditions ?? [];
  if (conditions.length > 0) {
    d.write(0, 'Conditions:\n');
    heads(d, 1, ['Type', 'Status', 'LastTransitionTime', 'Reason', 'Message']);
    for (const c of conditions) {
      d.write(1, `${c.type}\t${c.status}\t${rfc1123(c.lastTransitionTime)}\t${c.reason ?? ''}\t${c.message ?? ''}\n`);
    }
  }
  if (quotas !== undefined) allQuotas(d, quotas);
  if (ranges !== undefined) allRanges(d, ranges);
});

/** What is in the namespace; undefined on servers that have no such type. */
async function listOf<T>(context: DescribeContext, resource: string): Promise<readonly T[] | undefined> {
  try {
    return await listAll<T>(context, inNamespacePath(context.name, resource));
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function allQuotas(d: Description, quotas: readonly ResourceQuota[]): void {
  d.write(0, '\n');
  if (quotas.length === 0) {
    d.write(0, 'No resource quota.\n');
    return;
  }
  d.write(0, 'Resource Quotas\n');
  for (const quota of quotas.toSorted((a, b) => compare(a.metadata.name ?? '', b.metadata.name ?? ''))) {
    d.field(1, 'Name', quota.metadata.name ?? '');
    scopes(d, 1, '*', quota);
    heads(d, 1, ['Resource', 'Used', 'Hard'], ['--------', '---', '---']);
    const { hard = {}, used = {} } = quota.status ?? {};
    for (const name of Object.keys(hard).sort(compare)) d.write(1, `${name}\t${used[name] ?? '0'}\t${hard[name]}\n`);
  }
}

const SCOPES: Readonly<Record<string, string>> = {
  Terminating:
    'Matches all pods that have an active deadline. These pods have a limited lifespan on a node before being actively terminated by the system.',
  NotTerminating:
    'Matches all pods that do not have an active deadline. These pods usually include long running pods whose container command is not expected to terminate.',
  BestEffort:
    'Matches all pods that do not have resource requirements set. These pods have a best effort quality of service.',
  NotBestEffort:
    'Matches all pods that have at least one resource requirement set. These pods have a burstable or guaranteed quality of service.',
};

function scopes(d: Description, level: number, bullet: string, { spec }: ResourceQuota): void {
  const list = (spec?.scopes ?? []).toSorted(compare);
  if (list.length === 0) return;
  d.field(level, 'Scopes', list.join(', '));
  for (const scope of list) {
    const meaning = SCOPES[scope];
    if (meaning !== undefined) d.write(level, `${bullet} ${meaning}\n`);
  }
}

export const resourceQuota = of<ResourceQuota>(async (_context, quota, d) => {
  d.field(0, 'Name', quota.metadata.name ?? '');
  d.field(0, 'Namespace', quota.metadata.namespace ?? '');
  scopes(d, 0, ' *', quota);
  heads(d, 0, ['Resource', 'Used', 'Hard']);
  const { hard = {}, used = {} } = quota.status ?? {};
  for (const name of Object.keys(hard).sort(compare)) {
    d.write(0, `${name}\t${inFormatOf(used[name] ?? '0', hard[name] ?? '0')}\t${hard[name]}\n`);
  }
});

/** What is used, written in the way of what there is. */
function inFormatOf(used: string, hard: string): string {
  const amount = parseQuantity(used);
  const { format } = parseQuantity(hard);
  return amount.format === format ? used : quantityOf(amount.value(), format).toString();
}

const LIMIT_TITLES = ['Type', 'Resource', 'Min', 'Max', 'Default Request', 'Default Limit', 'Max Limit/Request Ratio'];
const LIMIT_LINES = ['----', '--------', '---', '---', '---------------', '-------------', '-----------------------'];

function allRanges(d: Description, ranges: readonly LimitRange[]): void {
  d.write(0, '\n');
  if (ranges.length === 0) {
    d.write(0, 'No LimitRange resource.\n');
    return;
  }
  d.write(0, `Resource Limits\n ${LIMIT_TITLES.join('\t')}\n`);
  d.write(0, ` ${LIMIT_LINES.join('\t')}\n`);
  for (const range of ranges) limits(d, ' ', range);
}

export const limitRange = of<LimitRange>(async (_context, range, d) => {
  d.field(0, 'Name', range.metadata.name ?? '');
  d.field(0, 'Namespace', range.metadata.namespace ?? '');
  heads(d, 0, LIMIT_TITLES, LIMIT_LINES);
  limits(d, '', range);
});

function limits(d: Description, prefix: string, { spec }: LimitRange): void {
  for (const item of spec?.limits ?? []) {
    const lists = [item.min, item.max, item.defaultRequest, item.default, item.maxLimitRequestRatio];
    // kubectl prints them in any order.
    const names = new Set(lists.flatMap((list: LimitRangeItem['min']) => Object.keys(list ?? {})));
    for (const name of [...names].sort(compare)) {
      d.write(0, `${prefix}${item.type}\t${name}\t${lists.map((list) => list?.[name] ?? '-').join('\t')}\n`);
    }
  }
}
