import type { Pod } from '@tabernetes/api/types/core-v1';
import { isNotFound } from '@tabernetes/apimachinery';
import type { CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';

/** What becomes of the Pods of a node. */
export interface PodsToRemove {
  readonly pods: readonly Pod[];
  /** Reasons not to begin. */
  readonly errors: readonly Error[];
  /** `ignoring DaemonSet-managed Pods: kube-system/proxy-x; …` */
  readonly warnings: string;
}

type Verdict =
  | { readonly take: true; readonly warning?: string }
  | { readonly take: false; readonly warning?: string; readonly error?: string };

const TAKE: Verdict = { take: true };

/** @see k8s.io/kubectl/pkg/drain/filters.go */
export async function podsToRemove(context: CommandContext, node: string): Promise<PodsToRemove> {
  const { api, flags } = context;
  const labelSelector = flags.string('pod-selector');
  const limit = flags.number('chunk-size');
  const all: Pod[] = [];
  let from = '';
  do {
    const page = await api().object<{
      readonly items?: readonly Pod[];
      readonly metadata?: { readonly continue?: string };
    }>('GET', '/api/v1/pods', {
      query: {
        fieldSelector: `spec.nodeName=${node}`,
        ...(labelSelector !== '' && { labelSelector }),
        ...(limit > 0 && { limit: String(limit) }),
        ...(from !== '' && { continue: from }),
      },
    });
    all.push(...(page.items ?? []));
    from = page.metadata?.continue ?? '';
  } while (from !== '');

  const pods: Pod[] = [];
  const errors = new Map<string, string[]>();
  const warnings = new Map<string, string[]>();
  const note = (map: Map<string, string[]>, text: string, { metadata }: Pod): void => {
    map.set(text, [...(map.get(text) ?? []), `${metadata.namespace}/${metadata.name}`]);
  };
  for (const pod of all) {
    const verdict = await judged(context, pod);
    if (verdict.take) pods.push(pod);
    if (verdict.warning !== undefined) note(warnings, verdict.warning, pod);
    if (!verdict.take && verdict.error !== undefined) note(errors, verdict.error, pod);
  }
  return {
    pods,
    errors: [...errors].map(([text, names]) => new Error(`cannot delete ${text}: ${names.join(', ')}`)),
    warnings: [...warnings].map(([text, names]) => `${text}: ${names.join(', ')}`).join('; '),
  };
}

/** The first rule that keeps a Pod decides; else the last one has the word. */
async function judged(context: CommandContext, pod: Pod): Promise<Verdict> {
  let verdict: Verdict = TAKE;
  for (const rule of [isGoing, ofDaemonSet, isMirror, hasLocalData, hasNoController]) {
    verdict = await rule(context, pod);
    if (!verdict.take) return verdict;
  }
  return verdict;
}

const isOver = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';
const controllerOf = ({ metadata }: Pod) => metadata.ownerReferences?.find(({ controller }) => controller);

const isGoing = ({ flags, clock }: CommandContext, { metadata }: Pod): Verdict => {
  const seconds = flags.number('skip-wait-for-delete-timeout');
  const since = metadata.deletionTimestamp;
  const isLong = seconds > 0 && since != null && (clock.now() - Date.parse(since)) / 1_000 > seconds;
  return isLong ? { take: false } : TAKE;
};

async function ofDaemonSet({ api, flags }: CommandContext, pod: Pod): Promise<Verdict> {
  const owner = controllerOf(pod);
  if (owner?.kind !== 'DaemonSet' || isOver(pod)) return TAKE;
  const namespace = encodeURIComponent(pod.metadata.namespace ?? '');
  try {
    await api().request('GET', `/apis/apps/v1/namespaces/${namespace}/daemonsets/${encodeURIComponent(owner.name)}`);
  } catch (error) {
    if (isNotFound(error) && flags.bool('force')) return { take: true, warning: messageOf(error) };
    return { take: false, error: messageOf(error) };
  }
  if (!flags.bool('ignore-daemonsets')) {
    return { take: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
  }
  return { take: false, warning: 'ignoring DaemonSet-managed Pods' };
}

const isMirror = (_: CommandContext, { metadata }: Pod): Verdict =>
  metadata.annotations?.['kubernetes.io/config.mirror'] === undefined ? TAKE : { take: false };

function hasLocalData({ flags }: CommandContext, pod: Pod): Verdict {
  if (!pod.spec?.volumes?.some(({ emptyDir }) => emptyDir !== undefined) || isOver(pod)) return TAKE;
  if (!flags.bool('delete-emptydir-data')) {
    return { take: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' };
  }
  return { take: true, warning: 'deleting Pods with local storage' };
}

function hasNoController({ flags }: CommandContext, pod: Pod): Verdict {
  if (isOver(pod) || controllerOf(pod) !== undefined) return TAKE;
  if (flags.bool('force')) return { take: true, warning: 'deleting Pods that declare no controller' };
  return {
    take: false, // Upstream says it twice: the text stands in front of every reason, too.
    error: 'cannot delete Pods that declare no controller (use --force to override)',
  };
}
