import type { Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { unpackCluster } from '../packed-cluster.ts';
import type { TerminalRequest } from '../world-protocol.ts';
import { pageHost } from './page-host.ts';
import type { PageClusterOptions, PageHost } from './page-host-face.ts';
import { Recorder } from './recorder.ts';

const OPTIONS: PageClusterOptions = { nodes: 2, kubelet: 'simulated', latency: 'short', addons: ['dns', 'metrics'] };
const WEB = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
        - {name: nginx, image: nginx:1.27, livenessProbe: {httpGet: {port: 80}, periodSeconds: 2}}
`;

const post = (host: PageHost, path: string, body: string) => host.request({ method: 'POST', path, body });
const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How fast things come about is this machine's business. */
async function eventually<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await later(50);
  }
}

const isReady = ({ status }: KubeObject & { readonly status?: Pod['status'] }): boolean =>
  status?.containerStatuses?.[0]?.ready === true;

/** Everything that is in a cluster. */
async function all(host: PageHost): Promise<readonly KubeObject[]> {
  return (await host.snapshot()).store.kvs.map(({ value }) => value);
}

/** A terminal at a host; what is typed into it. */
function typist(host: PageHost): { type(text: string): void; close(): void } {
  const { port1, port2 } = new MessageChannel();
  host.openTerminal(port2);
  const send = (request: TerminalRequest): void => port1.postMessage(request);
  port1.onmessage = ({ data }) => {
    if (data.type === 'output') send({ type: 'drawn', characters: data.text.length });
  };
  return { type: (text) => send({ type: 'input', text }), close: () => port1.close() };
}

test('WRK-20 what was done at real pace is done again: the same objects, to the byte', {
  timeout: 60_000,
}, async () => {
  const first = pageHost();
  first.setFiles([{ name: 'web.yaml', text: WEB }]);
  const terminal = typist(first);
  await first.start({ ...OPTIONS, clock: 'real', speed: 20 });
  expect((await post(first, '/apis/apps/v1/namespaces/default/deployments', WEB)).status).toBe(201);
  await later(300);
  for (const letter of 'kubectl create configmap made --from-file=web.yaml\r') terminal.type(letter);
  await later(300);
  await first.beginTrouble({ kind: 'failingPull', image: 'redis' });
  first.setFiles([{ name: 'cache.yaml', text: 'a: b\n' }]);
  terminal.type('kubectl run cache --image=redis; kubectl create configmap later --from-file=cache.yaml\r');
  const running = await eventually(async () =>
    (await all(first)).find((object) => object.metadata.name?.startsWith('web-') && isReady(object)),
  );
  await first.crash(`default/${running.metadata.name}`, 'nginx');
  await first.stopNode('node-2');
  expect(await first.addNode({})).toBe('node-3');
  await eventually(async () => (await all(first)).find(({ metadata }) => metadata.name === 'later'));
  await later(1_000);
  blockThread(600);
  void first.pause();
  await post(first, '/api/v1/namespaces', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: late}\n');
  await first.advance('1s');
  const log = structuredClone(await first.log());
  const wanted = await all(first);
  terminal.close();
  await first.stop();
  expect(log.isWhole).toBe(true);
  expect(wanted.map(({ metadata }) => metadata.name)).toEqual(
    expect.arrayContaining(['made', 'later', 'cache', 'node-3', 'late']),
  );

  const second = pageHost();
  await second.start({ ...OPTIONS, clock: 'virtual', log });
  expect(await all(second)).toEqual(wanted);
  // Who goes on with it can hand it on.
  await post(second, '/api/v1/namespaces', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: more}\n');
  await second.advance('1s');
  const longer = structuredClone(await second.log());
  const now = await all(second);
  await second.stop();
  const third = pageHost();
  await third.start({ ...OPTIONS, clock: 'virtual', log: longer });
  expect(await all(third)).toEqual(now);
  await third.stop();
});

test('WRK-21 a log goes on over a restart', async () => {
  const first = pageHost();
  await first.start({ ...OPTIONS, clock: 'virtual' });
  await post(first, '/apis/apps/v1/namespaces/default/deployments', WEB);
  await first.advance('20s');
  const kept = structuredClone(await first.keep());
  await first.stop();
  const second = pageHost();
  await second.start({
    ...OPTIONS,
    clock: 'virtual',
    startMs: (await unpackCluster(kept.cluster)).nowMs + 3_600_000,
    restore: kept.cluster,
    log: kept.log,
  });
  await second.request({ method: 'DELETE', path: '/apis/apps/v1/namespaces/default/deployments/web' });
  await second.advance('1m');
  const log = structuredClone(await second.log());
  const wanted = await all(second);
  await second.stop();
  const third = pageHost();
  await third.start({ ...OPTIONS, clock: 'virtual', log });
  expect(await all(third)).toEqual(wanted);
  await third.stop();
});

test('WRK-22 a log holds no more than can be handed on', () => {
  const recorder = new Recorder(0);
  recorder.note({ do: 'kubectl', line: 'x'.repeat(500_000) }, 1);
  expect(recorder.log(2)).toEqual({ version: 1, startMs: 0, endMs: 2, deeds: [], isWhole: false });
  const unknown = new Recorder(5);
  unknown.resume(undefined);
  expect(unknown.log(6).isWhole).toBe(false);
});

test('WRK-23 what was asked for before time was stopped is done', async () => {
  const host = pageHost();
  await host.start({ ...OPTIONS, clock: 'real' });
  const asked = post(host, '/api/v1/namespaces', 'apiVersion: v1\nkind: Namespace\nmetadata: {name: just}\n');
  for (let turn = 0; turn < 5; turn++) await undefined;
  await host.pause();
  expect((await asked).status).toBe(201);
  await host.stop();
});

/** The host is busy with something else, so that timers are overdue. */
function blockThread(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
