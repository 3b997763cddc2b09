import type { KindDefinition } from '@tabernetes/api';
import { builtinKinds, kinds } from '@tabernetes/api';
import type { Event, Pod } from '@tabernetes/api/types/core-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import { type TestApiServer, type TestApiServerOptions, testApiServer } from '@tabernetes/apiserver/testing';
import { type ClockControl, seededRng } from '@tabernetes/base';
import { type Client, createClient, createInformerFactory, trackWrites } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import type { Controller } from '../runtime/controller.ts';

export interface HarnessOptions extends TestApiServerOptions {
  /** The controllers to run, in the order in which they start. */
  readonly controllers: readonly ((context: ControllerContext) => Controller)[];
}

/** A real API server on virtual time, with the controllers under test. */
export interface Harness {
  readonly server: TestApiServer;
  readonly clock: ClockControl;
  /** An administrator. */
  readonly client: Client;
  /** What controllers could not tell anybody else; a test that expects none ends with it empty. */
  readonly errors: unknown[];
  /** Requests that the controllers have sent: `GET /api/v1/pods`. */
  readonly requests: string[];
  /** Lets everything happen that is due now; no time passes. */
  settle(): Promise<void>;
  get<T extends KubeObject>(kind: KindDefinition<T>, name: string, namespace?: string): Promise<T>;
  /** Undefined: it is not there. */
  find<T extends KubeObject>(kind: KindDefinition<T>, name: string, namespace?: string): Promise<T | undefined>;
  list<T extends KubeObject>(kind: KindDefinition<T>, namespace?: string): Promise<readonly T[]>;
  /** Creates and settles. */
  create<T extends KubeObject>(object: T): Promise<T>;
  /** A merge patch, and settles. */
  patch<T extends KubeObject>(kind: KindDefinition<T>, name: string, patch: unknown): Promise<T>;
  /** Of one object, in the order in which they were written: `Normal ScalingReplicaSet Scaled up …`. */
  events(name: string): Promise<readonly string[]>;
  dispose(): void;
}

/** Namespace of everything that says none. */
export const NS = 'default';

export async function startHarness({ controllers, ...options }: HarnessOptions): Promise<Harness> {
  const server = await testApiServer(options);
  const { clock } = server;
  const errors: unknown[] = [];
  const requests: string[] = [];
  const onError = (error: unknown): void => void errors.push(error);
  const user = { name: 'system:kube-controller-manager', groups: ['system:masters'] };
  const counted = {
    request: (request: Parameters<typeof server.server.request>[0]) => {
      requests.push(`${request.method} ${request.path}`);
      return server.server.request(request);
    },
  };
  const plain = createClient(counted, { user, userAgent: 'kube-controller-manager' });
  const informers = createInformerFactory({ client: plain, clock, onError });
  const { client: tracked, caughtUp } = trackWrites(plain, informers);
  const rng = seededRng(7);
  const context: ControllerContext = { client: tracked, informers, clock, rng, onError, caughtUp };
  const started = controllers.map((make) => make(context));
  for (const controller of started) await controller.start();

  const client = createClient(server.server, {
    user: { name: 'kubernetes-admin', groups: ['system:masters'] },
    userAgent: 'kubectl',
  });
  const settle = (): Promise<void> => clock.advance(0);
  await settle();
  return {
    server,
    clock,
    client,
    errors,
    requests,
    settle,
    get: (kind, name, namespace = NS) => client.resource(kind).get(name, kind.namespaced ? namespace : undefined),
    async find(kind, name, namespace = NS) {
      const { items } = await client.resource(kind).list(kind.namespaced ? { namespace } : {});
      return items.find((o) => o.metadata.name === name);
    },
    async list(kind, namespace = NS) {
      return (await client.resource(kind).list(kind.namespaced ? { namespace } : {})).items;
    },
    async create<T extends KubeObject>(object: T) {
      const [version = '', group = ''] = object.apiVersion.split('/').reverse();
      const kind = builtinKinds.find((k) => k.kind === object.kind && k.group === group && k.version === version);
      if (kind === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
      const metadata = kind.namespaced ? { namespace: NS, ...object.metadata } : object.metadata;
      const made = await client.resource(kind).create({ ...object, metadata });
      await settle();
      return made as T;
    },
    async patch(kind, name, patch) {
      const patched = await client.resource(kind).patch(name, kind.namespaced ? NS : undefined, 'merge', patch);
      await settle();
      return patched;
    },
    async events(name) {
      const { items } = await client.resource(kinds.event).list({});
      const order = (e: Event): string => e.metadata.name?.split('.').at(-1) ?? '';
      return items
        .filter((e) => e.involvedObject.name === name)
        .sort((a, b) => (order(a) < order(b) ? -1 : 1))
        .map((e) => `${e.type} ${e.reason} ${e.message}${(e.count ?? 1) > 1 ? ` (x${e.count})` : ''}`);
    },
    dispose() {
      for (const controller of started) controller.dispose();
      informers.dispose();
      server.dispose();
    },
  };
}

/** What the scripted kubelet does with a Pod. `ready`: runs and is ready at once. `running`: runs, never ready. `stuck`: nothing. */
export type PodFate = 'ready' | 'running' | 'stuck';

export interface ScriptedKubeletOptions {
  /** Default: every Pod is ready. */
  readonly fate?: (pod: Pod) => PodFate;
  /** How long Pods take to become ready, in milliseconds. Default 0. */
  readonly startMs?: number;
  /** How long Pods take to go once told to, in milliseconds. Default 0. */
  readonly stopMs?: number;
  /** Default node-1 and node-2, in turn. */
  readonly nodes?: readonly string[];
}

/** Binds Pods to nodes in turn, or to the one they name, and runs them as the script says, through the API alone. */
export async function scriptedKubelet(harness: Harness, options: ScriptedKubeletOptions = {}): Promise<() => void> {
  const { fate = () => 'ready', startMs = 0, stopMs = 0, nodes = ['node-1', 'node-2'] } = options;
  const { clock, errors } = harness;
  const client = createClient(harness.server.server, {
    user: { name: 'system:node:test', groups: ['system:masters'] },
    userAgent: 'kubelet',
  });
  const informers = createInformerFactory({ client, clock });
  const pods = informers.for(kinds.pod);
  const write = client.resource(kinds.pod);
  const seen = new Set<string>();
  let bound = 0;
  let addresses = 1;
  const later = (delayMs: number, act: () => Promise<unknown>): void => {
    clock.setTimer(delayMs, () => void act().catch((error) => errors.push(error)));
  };
  const look = (pod: Pod): void => {
    const { name = '', namespace = '', uid = '', deletionTimestamp } = pod.metadata;
    const step = deletionTimestamp !== undefined ? 'stop' : pod.spec?.nodeName ? 'start' : 'bind';
    if (seen.has(`${uid} ${step}`)) return;
    seen.add(`${uid} ${step}`);
    if (step === 'stop')
      later(stopMs, async () => {
        // The server has taken it already: it was not running, or was deleted at once.
        if (pods.lister.get(name, namespace)?.metadata.uid !== uid) return;
        await write.delete(name, namespace, { gracePeriodSeconds: 0, preconditions: { uid } });
      });
    else if (step === 'bind') {
      const target = { apiVersion: 'v1', kind: 'Node', name: pinnedTo(pod) ?? nodes[bound++ % nodes.length] };
      const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name, namespace }, target };
      later(0, () => write.createSubresource(name, namespace, 'binding', binding));
    } else if (fate(pod) !== 'stuck') {
      const podIP = `10.244.${addresses >> 8}.${addresses++ & 255}`;
      const status = fate(pod) === 'ready' ? 'True' : 'False';
      later(startMs, async () => {
        const current = pods.lister.get(name, namespace);
        if (current?.metadata.uid !== uid || current.metadata.deletionTimestamp !== undefined) return;
        await write.updateStatus(withStatus(current, status, podIP, clock.now()));
      });
    }
  };
  pods.addHandler({ onAdd: look, onUpdate: look });
  await pods.start();
  await harness.settle();
  return () => informers.dispose();
}

/** The one node that a Pod's affinity names, as DaemonSets do. */
function pinnedTo({ spec }: Pod): string | undefined {
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return required?.nodeSelectorTerms[0]?.matchFields?.find(({ key }) => key === 'metadata.name')?.values?.[0];
}

/** The Pod as it runs since `nowMs`, Ready or not. */
export function withStatus(pod: Pod, ready: 'True' | 'False', podIP: string, nowMs: number): Pod {
  const lastTransitionTime = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  return {
    ...pod,
    status: {
      ...pod.status,
      phase: 'Running',
      podIP,
      podIPs: [{ ip: podIP }],
      conditions: [{ type: 'Ready', status: ready, lastTransitionTime }],
      containerStatuses: (pod.spec?.containers ?? []).map(({ name, image = '' }) => ({
        name,
        image,
        imageID: '',
        ready: ready === 'True',
        restartCount: 0,
      })),
    },
  };
}
