type Labels = Readonly<Record<string, string>>;

const RESTRICTED = 'node-restriction.kubernetes.io';
/** Labels of Kubernetes' own that kubelets set. */
const OWN: ReadonlySet<string> = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);
const OWN_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'];

/**
 * Labels that differ and that a kubelet may not change on its node: it could draw Pods to itself that are meant for others. Sorted.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/kubelet/pkg/apis/well_known_labels.go
 */
export function forbiddenLabels(labels: Labels | undefined, before: Labels | undefined): readonly string[] {
  if (labels === before) return [];
  const [next, old] = [labels ?? {}, before ?? {}];
  const changed = new Set([...Object.keys(next), ...Object.keys(old)].filter((name) => next[name] !== old[name]));
  return [...changed].filter(isForbidden).sort();
}

function isForbidden(name: string): boolean {
  const slash = name.indexOf('/');
  const domain = slash < 0 ? '' : name.slice(0, slash);
  if (isIn(domain, RESTRICTED)) return true;
  if (!isIn(domain, 'kubernetes.io') && !isIn(domain, 'k8s.io')) return false;
  return !OWN.has(name) && !OWN_DOMAINS.some((own) => isIn(domain, own));
}

const isIn = (domain: string, parent: string): boolean => domain === parent || domain.endsWith(`.${parent}`);
