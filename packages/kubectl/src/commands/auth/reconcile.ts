import type { AggregationRule, PolicyRule, Subject } from '@tabernetes/api/types/rbac-v1';
import { isNotFound, type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Command, CommandContext } from '../../command.ts';
import { goJson } from '../../go-json.ts';
import { type Covered, uncovered } from '../../rbac/covers.ts';
import { select } from '../../resources/select.ts';
import { typedObjectPrinter } from '../../writing/print.ts';

type Operation = 'none' | 'create' | 'update' | 'recreate';

interface RbacObject extends KubeObject {
  readonly rules?: readonly PolicyRule[] | null;
  readonly aggregationRule?: AggregationRule;
  readonly roleRef?: { readonly apiGroup?: string; readonly kind?: string; readonly name?: string };
  readonly subjects?: readonly Subject[];
}

interface Plan {
  readonly object: RbacObject;
  readonly operation: Operation;
  readonly isProtected: boolean;
  readonly missingRules: readonly Covered[];
  readonly extraRules: readonly Covered[];
  readonly missingSubjects: readonly Subject[];
  readonly extraSubjects: readonly Subject[];
}

const NOTHING = { isProtected: false, missingRules: [], extraRules: [], missingSubjects: [], extraSubjects: [] };
const GROUP = 'rbac.authorization.k8s.io';
const ATTEMPTS = 3;
const PLURALS: Readonly<Record<string, string>> = {
  ClusterRole: 'clusterroles',
  ClusterRoleBinding: 'clusterrolebindings',
  Role: 'roles',
  RoleBinding: 'rolebindings',
};

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_auth/kubectl_auth_reconcile/ */
export const reconcile: Command = {
  async run(context) {
    const { flags, args, process, namespace, out } = context;
    const filenames = flags.strings('filename');
    if (filenames.length === 0 && flags.string('kustomize') === '') throw new Error('must specify one of -f and -k');
    if (args.length > 0) throw new Error('no arguments are allowed');
    const dryRun = flags.string('dry-run');
    if (dryRun === 'server') throw new Error('--dry-run=server for command reconcile is not supported yet');
    const isDryRun = dryRun === 'client' || dryRun === 'unchanged';
    const printer = typedObjectPrinter(flags, process.fs, {
      operation: isDryRun ? 'reconciled (dry run)' : 'reconciled',
    });
    const { name, explicit } = namespace();
    const selection = await select(context, {
      namespace: name,
      requireNamespace: explicit,
      // Objects stay as they are written: one that names no namespace is in none.
      local: true,
      filenames,
      recursive: flags.bool('recursive'),
      continueOnError: true,
      typed: true,
    });
    await selection.visit(async ({ object }) => {
      const plural = PLURALS[object?.kind ?? ''];
      const [group, version] = object?.apiVersion.split('/') ?? [];
      if (object === undefined || plural === undefined || group !== GROUP) return;
      if (version !== 'v1') throw new Error(`only ${GROUP}/v1 is supported: not *${version}.${object.kind}`);
      const home = object.metadata.namespace ? `/namespaces/${object.metadata.namespace}` : '';
      const plan = await perform(context, object, `/apis/${GROUP}/v1${home}/${plural}`, isDryRun);
      printer.print(plan.object, (text) => out.write(text));
      tell(context, plan);
    });
    return undefined;
  },
};

async function perform(
  context: CommandContext,
  wanted: RbacObject,
  collection: string,
  isDryRun: boolean,
): Promise<Plan> {
  const { api } = context;
  const path = `${collection}/${encodeURIComponent(wanted.metadata.name ?? '')}`;
  for (let attempt = 0; attempt <= ATTEMPTS; attempt++) {
    const existing = await api()
      .object<RbacObject>('GET', path)
      .catch((error: unknown) => {
        if (isNotFound(error)) return undefined;
        throw error;
      });
    const plan = planFor(context, existing, wanted);
    if (plan.isProtected || isDryRun || plan.operation === 'none') return plan;
    try {
      if (plan.operation === 'update') {
        return { ...plan, object: await api().object<RbacObject>('PUT', path, { body: plan.object }) };
      }
      if (plan.operation === 'recreate') {
        const preconditions = { uid: existing?.metadata.uid };
        await api().request('DELETE', path, { body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions } });
      }
      if (!wanted.kind.startsWith('Cluster')) await ensureNamespace(context, wanted.metadata.namespace);
      return { ...plan, object: await api().object<RbacObject>('POST', collection, { body: plan.object }) };
    } catch (error) {
      // Somebody made or deleted it meanwhile: look again.
      const reason = error instanceof StatusError ? error.status.reason : undefined;
      const isRace =
        plan.operation === 'update'
          ? reason === 'NotFound'
          : reason === 'AlreadyExists' || (plan.operation === 'recreate' && reason === 'Conflict');
      if (!isRace) throw error;
    }
  }
  throw new Error('exceeded maximum attempts');
}

async function ensureNamespace({ api }: CommandContext, name: string | undefined): Promise<void> {
  if (!name) throw new Error('resource name may not be empty');
  const unless = (reasons: readonly string[]) => (error: unknown) => {
    if (error instanceof StatusError && reasons.includes(error.status.reason ?? '')) return undefined;
    throw error;
  };
  // Who may write roles may still not read or make namespaces.
  const found = await api()
    .request('GET', `/api/v1/namespaces/${encodeURIComponent(name)}`)
    .catch(unless(['NotFound', 'Forbidden']));
  if (found !== undefined) return;
  const body = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await api()
    .request('POST', '/api/v1/namespaces', { body })
    .catch(unless(['AlreadyExists', 'Forbidden']));
}

function planFor({ flags }: CommandContext, existing: RbacObject | undefined, wanted: RbacObject): Plan {
  const isBinding = wanted.roleRef !== undefined;
  if (existing === undefined) {
    return {
      ...NOTHING,
      object: wanted,
      operation: 'create',
      missingRules: isBinding ? [] : (wanted.rules ?? []),
      missingSubjects: wanted.subjects ?? [],
    };
  }
  const isProtected = existing.metadata.annotations?.['rbac.authorization.kubernetes.io/autoupdate'] === 'false';
  if (isBinding && goJson(existing.roleRef) !== goJson(wanted.roleRef)) {
    return { ...NOTHING, object: wanted, operation: 'recreate', isProtected };
  }
  const annotations = { ...wanted.metadata.annotations, ...existing.metadata.annotations };
  const labels = { ...wanted.metadata.labels, ...existing.metadata.labels };
  const metadata = {
    ...existing.metadata,
    ...(Object.keys(annotations).length > 0 && { annotations }),
    ...(Object.keys(labels).length > 0 && { labels }),
  };
  const merged = { ...existing, metadata };
  const changed = isBinding
    ? withSubjects(merged, wanted, flags.bool('remove-extra-subjects'))
    : withRules(merged, wanted, flags.bool('remove-extra-permissions'));
  const operation = goJson(changed.object) === goJson(existing) ? 'none' : 'update';
  return { ...NOTHING, ...changed, operation, isProtected };
}

function withSubjects(
  existing: RbacObject,
  wanted: RbacObject,
  removeExtra: boolean,
): Pick<Plan, 'object' | 'missingSubjects' | 'extraSubjects'> {
  const [now, then] = [existing.subjects ?? [], wanted.subjects ?? []];
  const missingSubjects = without(then, now);
  const extraSubjects = without(now, then);
  const isDifferent = missingSubjects.length > 0 || (removeExtra && extraSubjects.length > 0);
  const subjects = removeExtra ? then : [...now, ...missingSubjects];
  return { object: isDifferent ? { ...existing, subjects } : existing, missingSubjects, extraSubjects };
}

const without = <T>(list: readonly T[], others: readonly T[]): readonly T[] => {
  const known = new Set(others.map((other) => goJson(other)));
  const left = new Map(list.map((item) => [goJson(item), item]));
  return [...left].filter(([text]) => !known.has(text)).map(([, item]) => item);
};

function withRules(
  existing: RbacObject,
  wanted: RbacObject,
  removeExtra: boolean,
): Pick<Plan, 'object' | 'missingRules' | 'extraRules'> {
  const [now, then] = [existing.rules ?? [], wanted.rules ?? []];
  const isAggregated = existing.aggregationRule !== undefined && wanted.aggregationRule !== undefined;
  const extraRules = isAggregated ? [] : uncovered(then, now);
  const missingRules = uncovered(now, then);
  let object = existing;
  if (missingRules.length > 0 || (removeExtra && extraRules.length > 0)) {
    object = { ...object, rules: removeExtra ? then : ([...now, ...missingRules] as readonly PolicyRule[]) };
  }
  const { aggregationRule: _, ...plain } = object;
  const selectors = existing.aggregationRule?.clusterRoleSelectors ?? [];
  const wantedSelectors = wanted.aggregationRule?.clusterRoleSelectors ?? [];
  const missing = without(wantedSelectors, selectors);
  if (wanted.aggregationRule === undefined) {
    if (existing.aggregationRule !== undefined) object = plain;
  } else if (!removeExtra && missing.length > 0) {
    object = { ...object, aggregationRule: { clusterRoleSelectors: [...selectors, ...missing] } };
  } else if (removeExtra && (missing.length > 0 || without(selectors, wantedSelectors).length > 0)) {
    object = { ...object, aggregationRule: wanted.aggregationRule };
  }
  return { object, missingRules, extraRules };
}

function tell({ err, flags }: CommandContext, plan: Plan): void {
  if (plan.operation === 'none') return;
  const caveat = plan.isProtected ? ', but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)' : '';
  err.write(`\treconciliation required ${plan.operation}${caveat}\n`);
  const list = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) err.write(`\t${title}:\n${lines.map((line) => `\t\t${line}\n`).join('')}`);
  };
  list('missing subjects added', plan.missingSubjects.map(subjectText));
  if (flags.bool('remove-extra-subjects')) list('extra subjects removed', plan.extraSubjects.map(subjectText));
  list('missing rules added', plan.missingRules.map(ruleText));
  if (flags.bool('remove-extra-permissions')) list('extra rules removed', plan.extraRules.map(ruleText));
}

/** Go's `%+v`. */
const subjectText = ({ kind, apiGroup = '', name, namespace = '' }: Subject): string =>
  `{Kind:${kind} APIGroup:${apiGroup} Name:${name} Namespace:${namespace}}`;

const ruleText = ({
  verbs,
  apiGroups = [],
  resources = [],
  resourceNames = [],
  nonResourceURLs = [],
}: Covered): string =>
  `{Verbs:[${verbs.join(' ')}] APIGroups:[${apiGroups.join(' ')}] Resources:[${resources.join(' ')}] ResourceNames:[${resourceNames.join(' ')}] NonResourceURLs:[${nonResourceURLs.join(' ')}]}`;
