import type { KubeObject } from '@tabernetes/apimachinery';
import { expect, test, vi } from 'vitest';
import { followStream } from '../connect/stream-connect.ts';
import { nodeSandbox } from '../sandbox/node/node-sandbox.ts';
import type { TerminalReply, WorldBatch, WorldWrite } from '../world-protocol.ts';
import { pageHost } from './page-host.ts';
import type { PageHost } from './page-host-face.ts';

const START_MS = Date.UTC(2025, 0, 1);
const CONFIG_MAP = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\n';

/** The next message of a port that satisfies a condition. */
function message<T>(port: MessagePort, isIt: (data: T) => boolean): Promise<T> {
  return new Promise((resolve) => {
    port.addEventListener('message', ({ data }) => {
      if (isIt(data as T)) resolve(data as T);
    });
    port.start();
  });
}

test('WRK-10 a page that restores a cluster sees all that is in it', async () => {
  const first = pageHost();
  await first.start({ clock: 'virtual', nodes: 1 });
  await first.request({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body: CONFIG_MAP });
  const restore = structuredClone(await first.snapshot());
  await first.stop();
  const second = pageHost();
  await second.start({ clock: 'virtual', nodes: 1, restore });
  const { port1, port2 } = new MessageChannel();
  second.follow(port2);
  const batch = message<WorldBatch>(port1, ({ type }) => type === 'batch');
  port1.postMessage({ type: 'next' });
  const names = (await batch).put.map(
    ([, { kind, metadata }]: readonly [string, KubeObject]) => `${kind}/${metadata.name}`,
  );
  expect(names).toContain('ConfigMap/kept');
  expect(names).toContain('Node/node-1');
  port1.close();
  await second.stop();
});

test('WRK-26 what makes a cluster is told apart from what is done in it; what is restored is no write', async () => {
  const first = pageHost();
  const { writes, close } = followed(first);
  await first.start({ clock: 'virtual', nodes: 1 });
  await first.request({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body: CONFIG_MAP });
  await vi.waitFor(() => expect(writes.find(({ name }) => name === 'kept')).toMatchObject({ isMaking: false }));
  expect(writes.find(({ kind }) => kind === 'Node')).toMatchObject({ isMaking: true });
  const restore = structuredClone(await first.snapshot());
  close();
  await first.stop();
  const second = pageHost();
  const again = followed(second);
  await second.start({ clock: 'virtual', nodes: 1, restore });
  await vi.waitFor(() => expect(again.names).toContain('kept'));
  expect(again.writes.filter(({ name }) => name === 'kept')).toEqual([]);
  again.close();
  await second.stop();
});

/** What a page hears that asks for the next batch whenever it has got one: all writes, and names of objects. */
function followed(host: PageHost) {
  const { port1, port2 } = new MessageChannel();
  const writes: WorldWrite[] = [];
  const names: string[] = [];
  port1.addEventListener('message', ({ data }: { readonly data: WorldBatch }) => {
    writes.push(...data.writes);
    names.push(...data.put.map(([, { metadata }]) => metadata.name ?? ''));
    port1.postMessage({ type: 'next' });
  });
  port1.start();
  host.follow(port2);
  port1.postMessage({ type: 'next' });
  return { writes, names, close: () => port1.close() };
}

test('WRK-25 what is asked of a cluster before it has been started is done when it has', async () => {
  const host = pageHost();
  const paused = host.pause();
  const made = host.request({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body: CONFIG_MAP });
  const log = host.log();
  await host.start({ nodes: 1, startMs: START_MS });
  await paused;
  expect((await made).status).toBe(201);
  expect((await log).startMs).toBe(START_MS);
  const { nowMs } = await host.snapshot();
  await host.request({ method: 'GET', path: '/api/v1/nodes' });
  expect((await host.snapshot()).nowMs).toBe(nowMs);
  expect(await host.step()).toBe(true);
  expect((await host.snapshot()).nowMs).toBeGreaterThan(nowMs);
  await host.stop();
});

test('WRK-27 whoever looks is answered before add-ons are made; whoever does something finds them', async () => {
  const host = pageHost();
  await host.start({ clock: 'virtual', startMs: START_MS, nodes: 1, addons: ['storage'] });
  const classes = async (): Promise<number> => {
    const { body } = await host.request({ method: 'GET', path: '/apis/storage.k8s.io/v1/storageclasses' });
    return (body as { readonly items: readonly unknown[] }).items.length;
  };
  expect(await classes()).toBe(0);
  await host.request({ method: 'POST', path: '/api/v1/namespaces/default/configmaps', body: CONFIG_MAP });
  expect(await classes()).toBe(1);
  expect((await host.log()).endMs).toBe(START_MS);
  await host.stop();
});

test('WRK-11 files of the page are files of the terminal, in the next cluster too', async () => {
  const host = pageHost();
  await host.start({ clock: 'virtual', nodes: 0 });
  host.setFiles([{ name: 'a.yaml', text: CONFIG_MAP }]);
  await host.start({ clock: 'virtual', nodes: 0 });
  const { port1, port2 } = new MessageChannel();
  host.openTerminal(port2);
  let output = '';
  const created = message<TerminalReply>(port1, (reply) => {
    if (reply.type === 'output') output += reply.text;
    return output.includes('configmap/kept created');
  });
  port1.postMessage({ type: 'input', text: 'kubectl create -f a.yaml\r' });
  await created;
  port1.close();
  await host.stop();
});

test('WRK-15 an answer that goes on is heard piece by piece until it is closed', async () => {
  const host = pageHost();
  await host.start({ clock: 'virtual', nodes: 0 });
  const { port1, port2 } = new MessageChannel();
  const path = '/api/v1/namespaces/default/configmaps';
  host.stream({ method: 'GET', path, query: { watch: 'true', fieldSelector: 'metadata.name=kept' } }, port2 as never);
  let heard = '';
  const added = new Promise<void>((resolve) => {
    const close = followStream(port1 as never, {
      onText(text) {
        heard += text;
        if (!heard.includes('"type":"ADDED"')) return;
        close();
        resolve();
      },
      onEnd: () => undefined,
    });
  });
  await host.request({ method: 'POST', path, body: CONFIG_MAP });
  await added;
  const refused = new MessageChannel();
  host.stream({ method: 'GET', path: '/api/v1/namespaces/default/pods/none/log' }, refused.port2 as never);
  const end = await new Promise((resolve) =>
    followStream(refused.port1 as never, { onText: () => undefined, onEnd: (...told) => resolve(told) }),
  );
  expect(end).toEqual([404, 'pods "none" not found']);
  port1.close();
  refused.port1.close();
  await host.stop();
});

test('WRK-13 a line of kubectl is run without a terminal', async () => {
  const host = pageHost();
  await host.start({ clock: 'virtual', nodes: 1 });
  const { stdout, exitCode } = await host.kubectl(`describe node.v1. 'node-1'`);
  expect(stdout).toMatch(/^Name: +node-1\n/);
  expect(exitCode).toBe(0);
  await host.stop();
});

test('WRK-14 files of the page that are named so are images, in the next cluster too', async () => {
  const sandbox = nodeSandbox();
  const host = pageHost((options) => ({ ...options, sandbox }));
  const options = { clock: 'virtual', nodes: 1, kubelet: 'simulated' } as const;
  const logOf = async (name: string): Promise<unknown> => {
    const containers = [{ name: 'main', image: 'own' }];
    const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec: { restartPolicy: 'Never', containers } };
    await host.request({ method: 'POST', path: '/api/v1/namespaces/default/pods', body });
    await host.advance('5s');
    return (await host.request({ method: 'GET', path: `/api/v1/namespaces/default/pods/${name}/log` })).body;
  };
  await host.start(options);
  host.setFiles([{ name: 'own.image.js', text: "export default () => console.log('one');" }]);
  expect(await logOf('first')).toBe('one\n');
  host.setFiles([{ name: 'own.image.js', text: "export default () => console.log('two');" }]);
  expect(await logOf('second')).toBe('two\n');
  await host.start(options);
  expect(await logOf('third')).toBe('two\n');
  await host.stop();
});
