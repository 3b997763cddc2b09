import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { parseFieldSelector, parseLabelSelector, parseQuantity } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { aggregatedLists, discoveryOf } from '../../discovery/discovery.ts';
import { usageError } from '../../errors.ts';
import { formatDuration } from '../../flags/go-values.ts';
import { TabWriter } from '../../printers/tab-writer.ts';
import { inNamespacePath, listAll } from '../describe/describer.ts';

const ROOT = '/apis/metrics.k8s.io/v1beta1';
/** Metrics of a Pod take up to two minutes to appear. */
const DELAY_MS = 120_000;

type Usage = Readonly<Record<string, string>>;

interface NodeMetrics {
  readonly metadata: { readonly name?: string };
  readonly usage?: Usage;
}

interface PodMetrics {
  readonly metadata: { readonly name?: string; readonly namespace?: string };
  readonly containers?: readonly { readonly name: string; readonly usage?: Usage }[];
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_top/kubectl_top_node/ */
const topNode: Command = {
  async run(context) {
    const { flags, args, path, out } = context;
    if (args.length > 1) throw usageError(path, 'node [NAME | -l label]');
    const [name] = args;
    const labelSelector = flags.string('selector');
    checkSort(context);
    if (name !== undefined && labelSelector !== '') throw new Error('only one of NAME or --selector can be provided');
    const query = selectors(labelSelector, '');
    await requireMetrics(context);
    const metrics = await read<NodeMetrics>(context, `${ROOT}/nodes`, name, query);
    if (metrics.length === 0) throw new Error('metrics not available yet');
    const nodes = await read<Node>(context, '/api/v1/nodes', name, query);
    const available = new Map(
      nodes.map(({ metadata, status }) => [
        metadata.name ?? '',
        (flags.bool('show-capacity') ? status?.capacity : status?.allocatable) ?? {},
      ]),
    );

    const to = new TabWriter((text) => out.write(text));
    if (!flags.bool('no-headers')) to.line(['NAME', 'CPU(cores)', 'CPU(%)', 'MEMORY(bytes)', 'MEMORY(%)', '']);
    const sorted = metrics.toSorted(by<NodeMetrics>(flags.string('sort-by'), ({ usage = {} }) => usage, nodeName));
    for (const each of sorted) {
      const whole = available.get(nodeName(each));
      available.delete(nodeName(each));
      to.line([nodeName(each), ...amounts(each.usage ?? {}, whole), '']);
    }
    for (const rest of [...available.keys()].sort()) to.line([rest, ...Array<string>(4).fill('<unknown>'), '']);
    to.flush();
    return undefined;
  },
};

const nodeName = ({ metadata }: { readonly metadata: { readonly name?: string } }): string => metadata.name ?? '';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_top/kubectl_top_pod/ */
const topPod: Command = {
  async run(context) {
    const { flags, args, path, out, err, namespace } = context;
    if (args.length > 1) throw usageError(path, 'pod [NAME | -l label]');
    const [name] = args;
    const [labelSelector, fieldSelector] = [flags.string('selector'), flags.string('field-selector')];
    checkSort(context);
    if (name !== undefined && (labelSelector !== '' || fieldSelector !== '')) {
      throw new Error('only one of NAME or selector can be provided');
    }
    const query = selectors(labelSelector, fieldSelector);
    const isEverywhere = flags.bool('all-namespaces');
    const home = isEverywhere ? '' : namespace().name;
    await requireMetrics(context);
    const metrics = await read<PodMetrics>(context, inNamespacePath(home, 'pods', ROOT), name, query);
    if (metrics.length === 0) {
      await explainAbsence(context, await read<Pod>(context, inNamespacePath(namespace().name, 'pods'), name, query));
      err.write(isEverywhere ? 'No resources found\n' : `No resources found in ${home} namespace.\n`);
      return undefined;
    }
    printPods(context, metrics, new TabWriter((text) => out.write(text)));
    return undefined;
  },
};

export const commands = { 'top node': topNode, 'top pod': topPod };

function printPods({ flags }: CommandContext, metrics: readonly PodMetrics[], to: TabWriter): void {
  const withNamespace = flags.bool('all-namespaces');
  const withContainers = flags.bool('containers');
  const hasHeaders = !flags.bool('no-headers');
  const sortBy = flags.string('sort-by');
  const heads = [
    ...(withNamespace ? ['NAMESPACE'] : []),
    ...(withContainers ? ['POD'] : []),
    'NAME',
    'CPU(cores)',
    'MEMORY(bytes)',
  ];
  if (hasHeaders) to.line([...heads, '']);
  const podName = ({ metadata }: PodMetrics): string =>
    `${withNamespace ? (metadata.namespace ?? '') : ''}\0${metadata.name ?? ''}`;
  for (const pod of metrics.toSorted(by(sortBy, usageOf, podName))) {
    const { name = '', namespace = '' } = pod.metadata;
    const head = withNamespace ? [namespace] : [];
    if (!withContainers) to.line([...head, name, ...amounts(usageOf(pod)), '']);
    else {
      const containers = (pod.containers ?? []).toSorted(
        by(
          sortBy,
          ({ usage = {} }) => usage,
          (each) => each.name,
        ),
      );
      for (const container of containers)
        to.line([...head, name, container.name, ...amounts(container.usage ?? {}), '']);
    }
  }
  if (flags.bool('sum')) {
    // Without headers, kubectl counts three columns whatever there are.
    const width = hasHeaders ? heads.length : 3;
    to.line([...Array<string>(width - 2).fill(''), '________', '________', '']);
    to.line([...Array<string>(width - 3).fill(''), '', ...amounts(total(metrics.map(usageOf))), '']);
  }
  to.flush();
}

const usageOf = ({ containers = [] }: PodMetrics): Usage => total(containers.map(({ usage = {} }) => usage));

function total(list: readonly Usage[]): Usage {
  const sum = (name: string): string =>
    list.reduce((amount, usage) => amount.add(parseQuantity(usage[name] ?? '0')), parseQuantity('0')).toString();
  return { cpu: sum('cpu'), memory: sum('memory') };
}

/** `100m`, its share, `64Mi`, its share. */
function amounts(usage: Usage, whole?: Usage): readonly string[] {
  const cpu = parseQuantity(usage['cpu'] ?? '0');
  const memory = parseQuantity(usage['memory'] ?? '0');
  const share = (name: string, milli: number): readonly string[] => {
    const available = whole?.[name];
    if (available === undefined) return [];
    return [`${Math.trunc((milli / parseQuantity(available).milliValue()) * 100)}%`];
  };
  return [
    `${cpu.milliValue()}m`,
    ...share('cpu', cpu.milliValue()),
    `${Math.floor(memory.value() / 1_048_576)}Mi`,
    ...share('memory', memory.milliValue()),
  ];
}

function by<T>(sortBy: string, usage: (item: T) => Usage, name: (item: T) => string): (a: T, b: T) => number {
  const value = (item: T): number => parseQuantity(usage(item)[sortBy] ?? '0').milliValue();
  if (sortBy !== '') return (a, b) => value(b) - value(a);
  return (a, b) => (name(a) < name(b) ? -1 : name(a) > name(b) ? 1 : 0);
}

function checkSort({ flags }: CommandContext): void {
  if (!['', 'cpu', 'memory'].includes(flags.string('sort-by'))) throw new Error('--sort-by accepts only cpu or memory');
}

/** @throws {SelectorProblem} */
function selectors(labels: string, fields: string): Readonly<Record<string, string>> {
  return {
    ...(labels !== '' && { labelSelector: parseLabelSelector(labels).toString() }),
    ...(fields !== '' && { fieldSelector: parseFieldSelector(fields).toString() }),
  };
}

async function requireMetrics({ api }: CommandContext): Promise<void> {
  // Asked of the server itself, whatever a cache says: metrics come and go.
  const { groups } = discoveryOf(await aggregatedLists(api(), {}));
  const isThere = groups.some(({ name, versions }) => name === 'metrics.k8s.io' && versions.includes('v1beta1'));
  if (!isThere) throw new Error('Metrics API not available');
}

async function read<T>(
  { api }: CommandContext,
  path: string,
  name: string | undefined,
  query: Readonly<Record<string, string>>,
): Promise<readonly T[]> {
  if (name !== undefined) return [await api().object<T>('GET', `${path}/${encodeURIComponent(name)}`)];
  return listAll<T>({ api: api(), chunkSize: 0 }, path, query);
}

/** Why there are no metrics; nothing when there are no Pods either. @throws {Error} */
async function explainAbsence({ clock }: CommandContext, pods: readonly Pod[]): Promise<void> {
  if (pods.length === 0) return;
  for (const { metadata } of pods) {
    const ageMs = clock.now() - Date.parse(metadata.creationTimestamp ?? '');
    if (ageMs <= DELAY_MS) continue;
    throw new Error(
      `Metrics not available for pod ${metadata.namespace ?? ''}/${metadata.name ?? ''}, age: ${formatDuration(ageMs)}`,
    );
  }
  throw new Error('metrics not available yet');
}
