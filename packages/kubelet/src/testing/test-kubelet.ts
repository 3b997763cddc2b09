import { kinds } from '@tabernetes/api';
import type { Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { type TestApiServer, testApiServer } from '@tabernetes/apiserver/testing';
import { seededRng } from '@tabernetes/base';
import { type Client, createClient, createFaults, createInformerFactory, type Faults } from '@tabernetes/client';
import { createKubelets, type Kubelets } from '../kubelets.ts';
import type { Latency } from '../timing.ts';
import { FakeRuntime, type FakeRuntimeOptions } from './fake-runtime.ts';

/** One node, `node-1`, on a fake runtime and a virtual clock, with an API server of its own. */
export interface TestKubelet {
  readonly server: TestApiServer;
  readonly client: Client;
  /** What goes wrong between the kubelet and its API. */
  readonly faults: Faults;
  readonly runtime: FakeRuntime;
  readonly kubelets: Kubelets;
  readonly errors: unknown[];
  /** A Pod bound to the node, with one container `app` unless the specification says otherwise. */
  run(name: string, spec?: Partial<PodSpec>, metadata?: Partial<Pod['metadata']>): Promise<Pod>;
  get(name: string): Promise<Pod>;
  delete(name: string, gracePeriodSeconds?: number): Promise<void>;
  advance(duration: number | string): Promise<void>;
  /** `Reason: message` of the events about a Pod, in order, repetitions as ` x3`. */
  events(name: string): Promise<readonly string[]>;
  dispose(): void;
}

export async function testKubelet(
  options: FakeRuntimeOptions & { readonly latency?: Latency; readonly capacity?: Record<string, string> } = {},
): Promise<TestKubelet> {
  const server = await testApiServer({ namespaces: ['default', 'kube-node-lease'] });
  const faults = createFaults({ clock: server.clock, rng: seededRng(4) });
  const client = createClient(faults.around(server.server), {
    user: { name: 'system:nodes', groups: ['system:masters'] },
    userAgent: 'kubelet',
  });
  const errors: unknown[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const informers = createInformerFactory({ client, clock: server.clock, onError });
  const runtime = new FakeRuntime(server.clock, options);
  const kubelets = createKubelets(
    { client, informers, clock: server.clock, rng: seededRng(3), runtimeOf: () => runtime, onError },
    [
      {
        name: 'node-1',
        index: 1,
        internalIP: '172.18.0.2',
        labels: {},
        capacity: options.capacity ?? { cpu: '4', memory: '8Gi', pods: '110' },
      },
    ],
    { latency: options.latency ?? 'none' },
  );
  await kubelets.start();
  await server.clock.advance(0);
  const pods = client.resource(kinds.pod);
  return {
    server,
    client,
    faults,
    runtime,
    kubelets,
    errors,
    async run(name, spec = {}, metadata = {}) {
      await pods.create({
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name, namespace: 'default', ...metadata },
        spec: { containers: [{ name: 'app', image: 'busybox:1.36' }], nodeName: 'node-1', ...spec },
      });
      await server.clock.advance(0);
      return pods.get(name, 'default');
    },
    get: (name) => pods.get(name, 'default'),
    async delete(name, gracePeriodSeconds) {
      await pods.delete(name, 'default', gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds });
      await server.clock.advance(0);
    },
    advance: (duration) => server.clock.advance(duration),
    async events(name) {
      const { items } = await client.resource(kinds.event).list({ namespace: 'default' });
      return items
        .filter((e) => (e as { involvedObject?: { name?: string } }).involvedObject?.name === name)
        .map((e) => e as { reason?: string; message?: string; count?: number })
        .map(({ reason, message, count = 1 }) => `${reason}: ${message}${count > 1 ? ` x${count}` : ''}`);
    },
    dispose() {
      kubelets.dispose();
      informers.dispose();
      server.dispose();
    },
  };
}
