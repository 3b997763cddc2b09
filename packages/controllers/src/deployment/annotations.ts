import type { Deployment, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import type { KubeObject } from '@tabernetes/apimachinery';

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/deployment/util/deployment_util.go */
export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';
const DESIRED_REPLICAS = 'deployment.kubernetes.io/desired-replicas';
const MAX_REPLICAS = 'deployment.kubernetes.io/max-replicas';
/** What a Deployment does not hand down to its ReplicaSets. */
const OWN: ReadonlySet<string> = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);
const MAX_HISTORY_LENGTH = 2000;

export type Annotations = Readonly<Record<string, string>>;

export const annotationsOf = (object: Pick<KubeObject, 'metadata'>): Annotations => object.metadata.annotations ?? {};

const MAX_REVISION = 2n ** 63n - 1n;

/** Of 64 bits, as people may have set it. 0: none yet, or none that can be read. */
export function revisionOf(object: Pick<KubeObject, 'metadata'>): bigint {
  const text = annotationsOf(object)[REVISION] ?? '';
  if (!/^[+-]?\d+$/.test(text)) return 0n;
  const revision = BigInt(text.replace('+', ''));
  return revision > MAX_REVISION ? 0n : revision;
}

/** For sorting: the oldest first. */
export function compareRevisions(a: KubeObject, b: KubeObject): number {
  const [one, other] = [revisionOf(a), revisionOf(b)];
  return one === other ? 0 : one < other ? -1 : 1;
}

/** How many replicas the Deployment wanted when it scaled this ReplicaSet last. */
export const desiredReplicasOf = (rs: ReplicaSet): number | undefined =>
  wholeNumber(annotationsOf(rs)[DESIRED_REPLICAS]);
export const maxReplicasOf = (rs: ReplicaSet): number | undefined => wholeNumber(annotationsOf(rs)[MAX_REPLICAS]);

export const withReplicaCounts = (annotations: Annotations, desired: number, max: number): Annotations => ({
  ...annotations,
  [DESIRED_REPLICAS]: String(desired),
  [MAX_REPLICAS]: String(max),
});

/** The annotations of the new ReplicaSet: the Deployment's own, and its revision; earlier revisions of the same template are remembered. */
export function newReplicaSetAnnotations(
  deployment: Deployment,
  current: Annotations,
  revision: bigint,
  exists: boolean,
): Annotations {
  const next: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(annotationsOf(deployment))) if (!OWN.has(key)) next[key] = value;
  const before = revisionOf({ metadata: { annotations: current } });
  if (before < revision) {
    next[REVISION] = String(revision);
    if (exists && before > 0n) next[REVISION_HISTORY] = remember(current[REVISION_HISTORY] ?? '', before);
  }
  return next;
}

function remember(history: string, revision: bigint): string {
  let revisions = history === '' ? [] : history.split(',');
  while ([...revisions, revision].join(',').length > MAX_HISTORY_LENGTH && revisions.length > 0)
    revisions = revisions.slice(1);
  return [...revisions, revision].join(',');
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
