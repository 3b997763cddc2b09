import type { RequestInfo } from '../request-info.ts';
import { HEALTH_CHECKS } from './health.ts';
import type { PathHandler } from './path-handler.ts';

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

/** `/metrics` in the text format of Prometheus: requests, watches and the store. */
export const metricsPath: PathHandler = {
  async handle({ path }, { requests, watches, store, kinds }) {
    if (path !== '/metrics') return undefined;
    const { revision } = await store.status();
    const objects: string[] = [];
    for (const { prefix, definition, groupResource } of kinds.list()) {
      if (definition.virtual !== undefined || definition.storedAs !== undefined) continue;
      const { count } = await store.range(prefix, { limit: 1 });
      const name =
        groupResource.group === '' ? groupResource.resource : `${groupResource.resource}.${groupResource.group}`;
      objects.push(`apiserver_storage_objects{resource="${name}"} ${count}`);
    }
    const text = [
      '# HELP apiserver_request_total Requests that have been answered.',
      '# TYPE apiserver_request_total counter',
      ...requests.lines(),
      '# HELP apiserver_longrunning_requests Watches that are open.',
      '# TYPE apiserver_longrunning_requests gauge',
      `apiserver_longrunning_requests{verb="WATCH"} ${watches.size}`,
      '# HELP apiserver_storage_objects Objects that are stored.',
      '# TYPE apiserver_storage_objects gauge',
      ...objects.sort(),
      '# HELP etcd_mvcc_revision Revision of the store.',
      '# TYPE etcd_mvcc_revision gauge',
      `etcd_mvcc_revision ${revision}`,
      '',
    ].join('\n');
    return {
      status: 200,
      headers: {},
      body: { kind: 'text', contentType: 'text/plain; version=0.0.4; charset=utf-8', text },
    };
  },
  paths: () => ['/metrics'],
};

/** `/metrics/slis`: one series per health check. */
export const sliPath: PathHandler = {
  handle({ path }) {
    if (path !== '/metrics/slis') return undefined;
    const lines = Object.entries(HEALTH_CHECKS).flatMap(([type, checks]) =>
      checks.map((name) => `kubernetes_healthcheck{name="${name}",type="${type}"} 1`),
    );
    const text = ['# TYPE kubernetes_healthcheck gauge', ...lines.sort(), ''].join('\n');
    return {
      status: 200,
      headers: {},
      body: { kind: 'text', contentType: 'text/plain; version=0.0.4; charset=utf-8', text },
    };
  },
  paths: () => ['/metrics/slis'],
};
