/**
 * The order in which discovery lists API groups, and with that the order of `kubectl get all` and `api-resources`: first
 * the built-in ones by priority, then all others by name.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controlplane/apiserver/aggregator.go
 */
const BUILT_IN: readonly string[] = [
  'apiregistration.k8s.io',
  'apps',
  'events.k8s.io',
  'authentication.k8s.io',
  'authorization.k8s.io',
  'autoscaling',
  'batch',
  'certificates.k8s.io',
  'networking.k8s.io',
  'policy',
  'rbac.authorization.k8s.io',
  'storage.k8s.io',
  'admissionregistration.k8s.io',
  'apiextensions.k8s.io',
  'scheduling.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'discovery.k8s.io',
  'flowcontrol.apiserver.k8s.io',
];
const ranks = new Map(BUILT_IN.map((group, rank) => [group, rank]));

export function compareGroups(a: string, b: string): number {
  const rankA = ranks.get(a) ?? BUILT_IN.length;
  const rankB = ranks.get(b) ?? BUILT_IN.length;
  return rankA - rankB || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * The order of versions of one group, newest first: stable before beta before alpha, then the higher numbers; what is
 * not of the form v1, v1beta1, v1alpha1 comes last, by name.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/version/helpers.go
 */
export function compareVersions(a: string, b: string): number {
  const [x, y] = [parse(a), parse(b)];
  if (x === undefined || y === undefined) {
    if (x !== undefined || y !== undefined) return x === undefined ? 1 : -1;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  return y.stability - x.stability || y.major - x.major || y.minor - x.minor;
}

function parse(
  version: string,
): { readonly stability: number; readonly major: number; readonly minor: number } | undefined {
  const match = /^v([1-9]\d*)(?:(alpha|beta)([1-9]\d*))?$/.exec(version);
  if (match === null) return undefined;
  const [, major, stage, minor] = match;
  return {
    stability: stage === undefined ? 2 : stage === 'beta' ? 1 : 0,
    major: Number(major),
    minor: Number(minor ?? 0),
  };
}
