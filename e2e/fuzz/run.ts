import { readFileSync } from 'node:fs';
import { builtinKinds } from '@tabernetes/api';
import { protobufTable } from '@tabernetes/api/protobuf';
import { StatusError } from '@tabernetes/apimachinery';
import { seededRng } from '@tabernetes/base';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { ask } from '../ask.ts';
import type { Json } from '../mutate.ts';
import { type HostileWorld, hostileRequest } from './hostile-request.ts';

export interface FuzzOptions {
  readonly count: number;
  readonly seed: number;
  /** Milliseconds that a request may take, however hostile it is. */
  readonly maxMs: number;
}

export interface FuzzReport {
  /** What the server did not expect, with the request that brought it about. */
  readonly broken: readonly string[];
  /** Requests that took too long, also when they were tried again. */
  readonly slow: readonly string[];
  /** Answers that hold what another cluster keeps secret, or that a forged token got. */
  readonly leaks: readonly string[];
  /** How often which status was answered. */
  readonly statuses: ReadonlyMap<number, number>;
  readonly slowestMs: number;
}

const SECRET = 'this-is-nobody-elses-business';

/**
 * Sends hostile requests at a cluster, beside one that must not notice. The same seed sends the same requests.
 * Most of them are the administrator's, as strangers do not get far.
 */
export async function fuzz({ count, seed, maxMs }: FuzzOptions): Promise<FuzzReport> {
  const rng = seededRng(seed);
  const broken: string[] = [];
  let current = '';
  const onError = (error: unknown): void => {
    // Roles and bindings are changed as well: components that then are refused, and say so, do right.
    if (error instanceof StatusError || (error instanceof Error && error.message.includes(' oversteps: '))) return;
    broken.push(`${current}\n${error instanceof Error ? error.stack : String(error)}`);
  };
  const options = { nodes: 1, controllers: false, clock: 'virtual', protobuf: protobufTable, onError } as const;
  const target = await createCluster({ ...options, seed: 1 });
  const neighbour = await createCluster({ ...options, seed: 2 });
  const world = await worldOf(target, neighbour);
  const before = (await neighbour.snapshot()).store.revision;

  const report = {
    broken,
    slow: [] as string[],
    leaks: [] as string[],
    statuses: new Map<number, number>(),
    slowestMs: 0,
  };
  for (let i = 0; i < count; i++) {
    const request = hostileRequest(rng, world);
    current = `request ${i} of seed ${seed}: ${request.method} ${request.path.slice(0, 300)} ${JSON.stringify(request.headers).slice(0, 300)} ${String(request.body ?? '').slice(0, 500)}`;
    const asAdmin = rng.int(5) > 0;
    const send = async (): Promise<{ readonly ms: number; readonly status: number; readonly text: string }> =>
      timed(asAdmin ? target.fetch : target.publicFetch, request).catch((error: unknown) => {
        onError(error);
        return { ms: 0, status: 0, text: '' };
      });

    let { ms, status, text } = await send();
    for (let again = 0; again < 2 && ms > maxMs; again++) ({ ms } = await send());
    report.slowestMs = Math.max(report.slowestMs, ms);
    if (ms > maxMs) report.slow.push(`${Math.round(ms)} ms: ${current}`);
    if (text.includes(SECRET)) report.leaks.push(current);
    report.statuses.set(status, (report.statuses.get(status) ?? 0) + 1);
    // What waits for time to pass (lists of the future, graces) goes on.
    if (i % 500 === 0) await target.clock.advance('10s');
  }
  if ((await neighbour.snapshot()).store.revision !== before) report.leaks.push('the neighbour was written to');
  if (({} as { polluted?: unknown }).polluted !== undefined) report.leaks.push('Object.prototype was changed');
  for (const cluster of [target, neighbour]) await cluster.stop();
  return report;
}

async function timed(
  fetch: Cluster['fetch'],
  { method, path, headers, body }: ReturnType<typeof hostileRequest>,
): Promise<{ readonly ms: number; readonly status: number; readonly text: string }> {
  const leave = new AbortController();
  let request: Request;
  try {
    request = new Request(`https://cluster${path}`, {
      method,
      headers,
      signal: leave.signal,
      ...(body !== undefined && { body: body as BodyInit }),
    });
  } catch {
    return { ms: 0, status: 0, text: '' }; // What HTTP itself does not carry.
  }
  const startedMs = performance.now();
  const response = await fetch(request);
  const type = response.headers.get('content-type') ?? '';
  // Watches and streams have no end of their own.
  const text = isEndless(path, type) ? '' : await response.text();
  const ms = performance.now() - startedMs;
  leave.abort();
  await response.body?.cancel().catch(() => undefined);
  return { ms, status: response.status, text };
}

const isEndless = (path: string, type: string): boolean =>
  type.includes('stream=watch') || /[?&]watch=|\/watch\/|[?&]follow=|\/log\b/.test(path);

async function worldOf(target: Cluster, neighbour: Cluster): Promise<HostileWorld> {
  const examples = readFileSync(new URL('../golden/facts/defaults.jsonl', import.meta.url), 'utf8')
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly in: { readonly apiVersion: string; readonly kind: string } }).in);
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
  const tokens: string[] = [
    'x',
    '..',
    'a.b.c',
    'é'.repeat(9),
    `${btoa('{"alg":"none"}')}.${btoa('{"sub":"system:admin"}')}.`,
  ];
  for (const cluster of [target, neighbour]) {
    await ask(cluster, 'POST', '/api/v1/namespaces/default/serviceaccounts', account);
    const path = '/api/v1/namespaces/default/serviceaccounts/default/token';
    const { object } = await ask(cluster, 'POST', path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: {},
    });
    const { token = '' } = (object['status'] ?? {}) as { readonly token?: string };
    if (cluster === neighbour) tokens.push(token);
    tokens.push(`${token.slice(0, -3)}AAA`, token.replace('.', '..'));
  }
  await ask(neighbour, 'POST', '/api/v1/namespaces/default/configmaps', {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'n1' },
    data: { secret: SECRET },
  });
  const objectsOf = (apiVersion: string, kind: string): readonly Json[] => {
    const own = examples.filter((example) => example.apiVersion === apiVersion && example.kind === kind);
    return (own.length > 0 ? own : [{ apiVersion, kind, metadata: {}, spec: {} }]) as unknown as readonly Json[];
  };
  const resources = builtinKinds.map(({ group, version, kind, plural, namespaced, subresources = [] }) => ({
    path: group === '' ? `/api/${version}` : `/apis/${group}/${version}`,
    plural,
    namespaced,
    subresources: subresources.map(({ name }) => name),
    objects: objectsOf(group === '' ? version : `${group}/${version}`, kind),
  }));
  return { resources, tokens };
}
