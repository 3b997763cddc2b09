import type { RequestInfo } from '../request-info.ts';

/** Counts answered requests, by what was asked and how it went. */
export interface RequestCounts {
  add(info: RequestInfo, code: number): void;
  /** Series of `apiserver_request_total`, sorted. */
  lines(): readonly string[];
}

export function requestCounts(): RequestCounts {
  const counts = new Map<string, number>();
  return {
    add({ isResource, verb, group, version, resource, subresource, namespace, pathName }, code) {
      if (!isResource) return;
      const scope = pathName !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster';
      const labels = `code="${code}",group="${group}",resource="${resource}",scope="${scope}",subresource="${subresource}",verb="${verb.toUpperCase()}",version="${version}"`;
      counts.set(labels, (counts.get(labels) ?? 0) + 1);
    },
    lines: () => [...counts].map(([labels, count]) => `apiserver_request_total{${labels}} ${count}`).sort(),
  };
}
