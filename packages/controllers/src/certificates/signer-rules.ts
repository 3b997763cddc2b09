import { type CertificateRequest, COMMON_NAME, ORGANIZATION, subjectValues } from './certificate-request.ts';

export const KUBELET_CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet';

/**
 * The signers of kube-controller-manager, and why they refuse a request; undefined: they sign it.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/certificates/helpers.go
 */
export const SIGNERS: Readonly<
  Record<string, (request: CertificateRequest, usages: readonly string[]) => string | undefined>
> = {
  'kubernetes.io/kubelet-serving': kubeletServingProblem,
  [KUBELET_CLIENT]: kubeletClientProblem,
  'kubernetes.io/kube-apiserver-client': (_request, usages) => clientProblem(usages),
  'kubernetes.io/legacy-unknown': () => undefined,
};

function kubeletServingProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  const { dnsNames, ipAddresses, emailAddresses, uris } = request;
  if (!isOfNodes(request)) return NOT_OF_NODES;
  if (dnsNames.length === 0 && ipAddresses.length === 0) return 'DNS or IP subjectAltName is required';
  if (emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (uris.length > 0) return 'URI subjectAltNames are not allowed';
  return usageProblem(usages, 'server auth') ?? nodeNameProblem(request);
}

/** Also what makes a request one of a kubelet, for the approver. */
export function kubeletClientProblem(request: CertificateRequest, usages: readonly string[]): string | undefined {
  const { dnsNames, ipAddresses, emailAddresses, uris } = request;
  if (!isOfNodes(request)) return NOT_OF_NODES;
  if (dnsNames.length > 0) return 'DNS subjectAltNames are not allowed';
  if (emailAddresses.length > 0) return 'Email subjectAltNames are not allowed';
  if (ipAddresses.length > 0) return 'IP subjectAltNames are not allowed';
  if (uris.length > 0) return 'URI subjectAltNames are not allowed';
  return nodeNameProblem(request) ?? usageProblem(usages, 'client auth');
}

function clientProblem(usages: readonly string[]): string | undefined {
  const other = usages.find((u) => !['digital signature', 'key encipherment', 'client auth'].includes(u));
  if (other !== undefined) return `invalid usage for client certificate: ${other}`;
  return usages.includes('client auth') ? undefined : 'missing required usage for client certificate: client auth';
}

const NOT_OF_NODES = 'subject organization is not system:nodes';

function isOfNodes(request: CertificateRequest): boolean {
  const organizations = subjectValues(request, ORGANIZATION);
  return organizations.length === 1 && organizations[0] === 'system:nodes';
}

const nodeNameProblem = (request: CertificateRequest): string | undefined =>
  subjectValues(request, COMMON_NAME).at(-1)?.startsWith('system:node:')
    ? undefined
    : 'subject common name does not begin with system:node:';

/** Keys that are not RSA's cannot encipher others. */
function usageProblem(usages: readonly string[], auth: string): string | undefined {
  const asked = new Set(usages);
  const others = [...asked].filter((u) => u !== 'digital signature' && u !== 'key encipherment' && u !== auth);
  if (others.length === 0 && asked.has('digital signature') && asked.has(auth)) return undefined;
  return `usages did not match [${['digital signature', 'key encipherment', auth].sort().join(' ')}]`;
}
