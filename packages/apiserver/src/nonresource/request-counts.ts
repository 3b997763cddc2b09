import type { RequestInfo } from '../request-info.ts';

/** Counts answered requests, by what was asked and how it went. */
export interface RequestCounts {
  add(info: RequestInfo, code: number): void;
  /** Series of `apiserver_request_total`, sorted. */
  lines(): readonly string[];
}

export function requestCounts(): RequestCounts {
  // By what differs most first: no text is made for a request that was counted before.
  const counts = new Map<string, Counter[]>();
  return {
    add({ isResource, verb, group, version, resource, subresource, namespace, pathName }, code) {
      if (!isResource) return;
      const scope = pathName !== '' ? 'resource' : namespace !== '' ? 'namespace' : 'cluster';
      let counters = counts.get(resource);
      if (counters === undefined) {
        counters = [];
        counts.set(resource, counters);
      }
      for (const counter of counters) {
        if (counter.verb !== verb || counter.subresource !== subresource || counter.code !== code) continue;
        if (counter.scope !== scope || counter.group !== group || counter.version !== version) continue;
        counter.count++;
        return;
      }
      counters.push({ code, group, resource, scope, subresource, verb, version, count: 1 });
    },
    lines: () => [...counts.values()].flatMap((counters) => counters.map(line)).sort(),
  };
}

interface Counter {
  readonly code: number;
  readonly group: string;
  readonly resource: string;
  readonly scope: string;
  readonly subresource: string;
  readonly verb: string;
  readonly version: string;
  count: number;
}

const line = ({ code, group, resource, scope, subresource, verb, version, count }: Counter): string =>
  `apiserver_request_total{code="${code}",group="${group}",resource="${resource}",scope="${scope}",subresource="${subresource}",verb="${verb.toUpperCase()}",version="${version}"} ${count}`;
