import { type ApiResponse, goQuote } from '@tabernetes/apimachinery';
import type { ServerContext } from '../server-context.ts';
import type { PathHandler } from './path-handler.ts';

const text = (status: number, body: string): ApiResponse => ({
  status,
  headers: { 'x-content-type-options': 'nosniff' },
  body: { kind: 'text', contentType: 'text/plain; charset=utf-8', text: body },
});

/** `/healthz`, `/livez` and `/readyz`, each with its single checks below it. */
export const healthPaths: PathHandler = {
  async handle({ path, query }, server) {
    const [, endpoint = '', check, ...deeper] = path.split('/');
    const checks = Object.hasOwn(HEALTH_CHECKS, endpoint) ? HEALTH_CHECKS[endpoint] : undefined;
    if (checks === undefined || deeper.length > 2) return undefined;
    if (check !== undefined) {
      const name = [check, ...deeper].join('/');
      if (!checks.includes(name)) return undefined;
      return (await isHealthy(name, server))
        ? { ...text(200, 'ok'), headers: {} }
        : text(500, `internal server error: ${name} check failed\n`);
    }
    const excluded = new Set((query['exclude'] ?? '').split(',').filter((name) => name !== ''));
    const lines: string[] = [];
    let failed = false;
    for (const name of checks) {
      if (excluded.has(name)) {
        lines.push(`[+]${name} excluded: ok`);
        continue;
      }
      const healthy = await isHealthy(name, server);
      failed ||= !healthy;
      lines.push(healthy ? `[+]${name} ok` : `[-]${name} failed: reason withheld`);
    }
    const unmatched = [...excluded].filter((name) => !checks.includes(name)).sort();
    if (unmatched.length > 0) {
      const names = unmatched.map(goQuote).join(',');
      lines.push(`warn: some health checks cannot be excluded: no matches for ${names}`);
    }
    if (failed) return text(500, `${lines.join('\n')}\n${endpoint} check failed\n`);
    return query['verbose'] === undefined
      ? text(200, 'ok')
      : text(200, `${lines.join('\n')}\n${endpoint} check passed\n`);
  },
  paths: () =>
    Object.entries(HEALTH_CHECKS).flatMap(([endpoint, checks]) => [
      `/${endpoint}`,
      ...checks.map((check) => `/${endpoint}/${check}`),
    ]),
};

/** The storage is the only part of the server that can fail by itself. */
async function isHealthy(check: string, { store }: ServerContext): Promise<boolean> {
  if (check !== 'etcd') return true;
  try {
    await store.status();
    return true;
  } catch {
    return false; // what is asked for is whether it answers
  }
}

const POST_START_HOOKS: readonly string[] = [
  'start-apiserver-admission-initializer',
  'generic-apiserver-start-informers',
  'priority-and-fairness-config-consumer',
  'priority-and-fairness-filter',
  'storage-object-count-tracker-hook',
  'start-apiextensions-informers',
  'start-apiextensions-controllers',
  'crd-informer-synced',
  'start-system-namespaces-controller',
  'start-cluster-authentication-info-controller',
  'start-kube-apiserver-identity-lease-controller',
  'start-kube-apiserver-identity-lease-garbage-collector',
  'start-legacy-token-tracking-controller',
  'start-service-ip-repair-controllers',
  'rbac/bootstrap-roles',
  'scheduling/bootstrap-system-priority-classes',
  'priority-and-fairness-config-producer',
  'bootstrap-controller',
  'start-kube-aggregator-informers',
  'apiservice-status-local-available-controller',
  'apiservice-status-remote-available-controller',
  'apiservice-registration-controller',
  'apiservice-wait-for-first-sync',
  'apiservice-discovery-controller',
  'kube-apiserver-autoregistration',
].map((name) => `poststarthook/${name}`);

const OPENAPI_HOOKS: readonly string[] = [
  'poststarthook/apiservice-openapi-controller',
  'poststarthook/apiservice-openapiv3-controller',
];

const COMMON: readonly string[] = [...POST_START_HOOKS, 'autoregister-completion', ...OPENAPI_HOOKS];

/** Names of the checks, by endpoint. */
export const HEALTH_CHECKS: Readonly<Record<string, readonly string[]>> = {
  healthz: ['ping', 'log', 'etcd', ...COMMON],
  livez: ['ping', 'log', 'etcd', ...COMMON],
  readyz: ['ping', 'log', 'informer-sync', ...COMMON, 'shutdown'],
};
