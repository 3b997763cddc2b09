import type { Ingress, IngressBackend } from '@tabernetes/api/types/networking-v1';

/** Where a request goes. */
export interface IngressRoute {
  readonly ingress: Ingress;
  readonly backend: IngressBackend;
}

interface Candidate extends IngressRoute {
  readonly host: string;
  readonly path: string;
  readonly exact: boolean;
}

/**
 * Finds the backend of a request: an exact host before a wildcard before none; then an exact path before the longest prefix; of
 * equals the oldest Ingress. What no rule takes goes to a default backend.
 *
 * @see https://kubernetes.io/docs/concepts/services-networking/ingress/#multiple-matches
 */
export function findRoute(ingresses: readonly Ingress[], host: string, path: string): IngressRoute | undefined {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  let best: Candidate | undefined;
  let fallback: IngressRoute | undefined;
  for (const ingress of ingresses) {
    const { spec } = ingress;
    if (spec?.defaultBackend !== undefined) {
      const route = { ingress, backend: spec.defaultBackend };
      if (fallback === undefined || isOlder(route, fallback)) fallback = route;
    }
    for (const rule of spec?.rules ?? []) {
      const ruleHost = (rule.host ?? '').toLowerCase();
      if (!takesHost(ruleHost, name)) continue;
      for (const { path: rulePath = '/', pathType, backend } of rule.http?.paths ?? []) {
        const exact = pathType === 'Exact';
        if (exact ? path !== rulePath : !hasPrefix(path, rulePath)) continue;
        const candidate: Candidate = { ingress, backend, host: ruleHost, path: rulePath, exact };
        if (best === undefined || isBetter(candidate, best)) best = candidate;
      }
    }
  }
  return best ?? fallback;
}

/** Whether a rule or a certificate is for a host; the star stands for one label, no host for all. */
export function takesHost(pattern: string, host: string): boolean {
  if (pattern === '' || pattern === host) return true;
  return pattern.startsWith('*.') && host.indexOf('.') > 0 && host.slice(host.indexOf('.')) === pattern.slice(1);
}

/** By elements of the path: `/foo` is a prefix of `/foo/bar`, not of `/foobar`. */
function hasPrefix(path: string, prefix: string): boolean {
  const bare = prefix.endsWith('/') ? prefix.slice(0, -1) : prefix;
  return path === bare || path.startsWith(`${bare}/`);
}

function isBetter(a: Candidate, b: Candidate): boolean {
  const [hostA, hostB] = [weightOf(a.host), weightOf(b.host)];
  if (hostA !== hostB) return hostA > hostB;
  if (a.exact !== b.exact) return a.exact;
  if (a.path.length !== b.path.length) return a.path.length > b.path.length;
  return isOlder(a, b);
}

const weightOf = (host: string): number => (host === '' ? 0 : host.startsWith('*.') ? 1 : 2);

function isOlder({ ingress: a }: IngressRoute, { ingress: b }: IngressRoute): boolean {
  const [timeA = '', timeB = ''] = [a.metadata.creationTimestamp, b.metadata.creationTimestamp];
  if (timeA !== timeB) return timeA < timeB;
  return `${a.metadata.namespace}/${a.metadata.name}` < `${b.metadata.namespace}/${b.metadata.name}`;
}
