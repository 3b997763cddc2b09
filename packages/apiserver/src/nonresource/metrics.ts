import { HEALTH_CHECKS } from './health.ts';
import type { PathHandler } from './path-handler.ts';

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
