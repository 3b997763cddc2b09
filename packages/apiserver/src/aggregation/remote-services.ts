import type { APIService } from '@tabernetes/api/types/apiregistration-v1';
import { goQuote, type KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { ApiServer } from '../api-server.ts';
import { storagePrefix } from '../registry/keys.ts';
import { type DialDeps, dialService, type ServiceTarget } from '../service-dialer.ts';
import { timestamp } from '../time.ts';
import { writeAsSelf } from '../upkeep/own-requests.ts';
import type { StoredObjects } from '../webhooks/stored-objects.ts';

const PATH = '/apis/apiregistration.k8s.io/v1/apiservices';
const FIRST_RETRY_MS = 1000;
const MAX_RETRY_MS = 30_000;
const TIMEOUT_MS = 5000;

export interface RemoteServicesDeps {
  readonly server: ApiServer;
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly services: StoredObjects<APIService>;
  readonly dial: DialDeps;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
  /** Is told when another server has begun or ceased to answer, or has other resources. */
  readonly onChange: () => void;
}

/** What is known of the server of another group and version. */
export interface RemoteState {
  readonly service: APIService;
  readonly available: boolean;
  /** Its APIResourceList when it was last asked. */
  readonly resources: unknown;
}

export interface RemoteServices extends Disposable {
  /** By group and version: `metrics.k8s.io/v1beta1`. */
  readonly states: ReadonlyMap<string, RemoteState>;
  wake(): void;
}

interface Watched extends Disposable {
  attempts: number;
  /** When it is asked again. */
  retry: Disposable | undefined;
}

interface ServiceShape extends KubeObject {
  readonly spec?: {
    readonly type?: string;
    readonly ports?: readonly { readonly name?: string; readonly port: number }[];
  };
}
interface EndpointsShape extends KubeObject {
  readonly subsets?: readonly {
    readonly addresses?: readonly unknown[];
    readonly ports?: readonly { readonly name?: string }[];
  }[];
}

interface Finding {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly resources?: unknown;
}

/** Whether an APIService leads to another server, and not here. */
const isRemote = ({ spec }: APIService): boolean => spec?.service !== undefined;

/** What an APIService says of the certificate that its server shows. */
export const trustOf = ({ spec }: APIService): Pick<ServiceTarget, 'caBundle' | 'insecure'> => ({
  caBundle: spec?.caBundle,
  insecure: spec?.insecureSkipTLSVerify,
});

const groupVersionOf = ({ spec }: APIService): string => `${spec?.group ?? ''}/${spec?.version ?? ''}`;

/**
 * Finds out whether the servers behind APIServices answer, and says so in their conditions: when they, their Services or
 * endpoints change, and again after a failure.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/kube-aggregator/pkg/controllers/status/remote/remote_available_controller.go
 */
export function remoteServices(deps: RemoteServicesDeps): RemoteServices {
  const { server, store, clock, services, dial, onError, onChange } = deps;
  const states = new Map<string, RemoteState>();
  const watched = new Map<string, Watched>();
  const queue = new Set<string>();
  let running = false;
  let disposed = false;

  const check = async (api: APIService): Promise<Finding> => {
    const { namespace = '', name = '', port = 443 } = api.spec?.service ?? {};
    const at = `service/${name} in ${goQuote(namespace)}`;
    const failed = (reason: string, message: string): Finding => ({ status: 'False', reason, message });
    const service = (await dial.reader.get({ group: '', plural: 'services' }, namespace, name)) as
      | ServiceShape
      | undefined;
    if (service === undefined) return failed('ServiceNotFound', `${at} is not present`);
    const { group = '', version = '' } = api.spec ?? {};
    if ((service.spec?.type ?? 'ClusterIP') === 'ClusterIP') {
      const found = service.spec?.ports?.find((each) => each.port === port);
      if (found === undefined) return failed('ServicePortError', `${at} is not listening on port ${port}`);
      const endpoints = (await dial.reader.get({ group: '', plural: 'endpoints' }, namespace, name)) as
        | EndpointsShape
        | undefined;
      if (endpoints === undefined) return failed('EndpointsNotFound', `cannot find endpoints for ${at}`);
      const portName = found.name ?? '';
      const isActive = endpoints.subsets?.some(
        ({ addresses = [], ports = [] }) =>
          addresses.length > 0 && ports.some((each) => (each.name ?? '') === portName),
      );
      if (!isActive) {
        const message = `endpoints for ${at} have no addresses with port name ${goQuote(portName)}`;
        return failed('MissingEndpoints', message);
      }
    }
    const passed = { status: 'True', reason: 'Passed', message: 'all checks passed' } as const;
    // What the server has itself, it answers itself.
    if (server.kinds.servesVersion(group, version)) return passed;
    const clusterIP = String(Reflect.get(service.spec ?? {}, 'clusterIP') ?? '');
    const url = `https://${clusterIP}:${port}/apis/${group}/${version}`;
    const deadline = new AbortController();
    const timer = clock.setTimer(TIMEOUT_MS, () => deadline.abort());
    try {
      const request = new Request(`https://${name}.${namespace}.svc:${port}/apis/${group}/${version}`, {
        headers: {
          accept: 'application/json',
          'x-remote-user': 'system:kube-aggregator',
          'x-remote-group': 'system:masters',
        },
        signal: deadline.signal,
      });
      const response = await withSignal(
        dialService(dial, { namespace, name, port, ...trustOf(api) }, request),
        deadline.signal,
      );
      if (!response.ok) {
        const why = `failing or missing response from ${url}: bad status from ${url}: ${response.status}`;
        return failed('FailedDiscoveryCheck', why);
      }
      return { ...passed, resources: await response.json() };
    } catch (error) {
      const why = deadline.signal.aborted
        ? `context deadline exceeded (Client.Timeout exceeded while awaiting headers)`
        : error instanceof Error
          ? error.message
          : String(error);
      return failed('FailedDiscoveryCheck', `failing or missing response from ${url}: Get ${goQuote(url)}: ${why}`);
    } finally {
      timer.dispose();
    }
  };

  const watch = (api: APIService): Watched => {
    const { namespace = '', name = '' } = api.spec?.service ?? {};
    const key = api.metadata.name ?? '';
    const watches = ['services/specs', 'services/endpoints', 'services', 'endpoints'].map((plural) =>
      store.watch({
        prefix: `${storagePrefix({ group: '', plural })}${namespace}/${name}`,
        onEvents: () => enqueue(key),
      }),
    );
    return {
      attempts: 0,
      retry: undefined,
      dispose() {
        this.retry?.dispose();
        for (const each of watches) each.dispose();
      },
    };
  };

  const reconcile = async (name: string): Promise<void> => {
    const api = services.list().find(({ metadata }) => metadata.name === name);
    if (api === undefined || !isRemote(api)) return;
    const found = await check(api);
    const key = groupVersionOf(api);
    const before = states.get(key);
    const state = { service: api, available: found.status === 'True', resources: found.resources ?? before?.resources };
    states.set(key, state);
    if (before?.available !== state.available || found.resources !== undefined || before === undefined) onChange();
    await writeCondition(api, found);
    const follow = watched.get(name);
    if (follow === undefined || disposed) return;
    follow.retry?.dispose();
    if (found.reason !== 'FailedDiscoveryCheck') {
      follow.attempts = 0;
      return;
    }
    const delayMs = Math.min(FIRST_RETRY_MS * 2 ** follow.attempts, MAX_RETRY_MS);
    follow.attempts += 1;
    follow.retry = clock.setTimer(delayMs, () => enqueue(name), { background: true });
  };

  const writeCondition = async (api: APIService, { status, reason, message }: Finding): Promise<void> => {
    const old = api.status?.conditions?.find(({ type }) => type === 'Available');
    if (old?.status === status && old.reason === reason && old.message === message) return;
    const lastTransitionTime = old?.status === status ? old.lastTransitionTime : timestamp(clock.now());
    const condition = { type: 'Available', status, reason, message, lastTransitionTime };
    const others = (api.status?.conditions ?? []).filter(({ type }) => type !== 'Available');
    await writeAsSelf(server, {
      method: 'PUT',
      path: `${PATH}/${api.metadata.name ?? ''}/status`,
      object: { ...api, status: { ...api.status, conditions: [...others, condition] } },
    });
  };

  function enqueue(name: string): void {
    if (disposed) return;
    queue.add(name);
    if (running) return;
    running = true;
    void run();
  }
  const run = async (): Promise<void> => {
    await Promise.resolve();
    for (const name of queue) {
      queue.delete(name);
      try {
        await reconcile(name);
      } catch (error) {
        onError(error);
      }
    }
    running = false;
  };

  const wake = (): void => {
    const remote = services.list().filter(isRemote);
    const names = new Set(remote.map(({ metadata }) => metadata.name ?? ''));
    for (const [name, each] of watched) {
      if (names.has(name)) continue;
      each.dispose();
      watched.delete(name);
    }
    const known = new Set(remote.map(groupVersionOf));
    for (const key of [...states.keys()]) {
      if (known.has(key)) continue;
      states.delete(key);
      onChange();
    }
    for (const api of remote) {
      const name = api.metadata.name ?? '';
      const state = states.get(groupVersionOf(api));
      if (!watched.has(name)) watched.set(name, watch(api));
      else if (state?.service.spec === api.spec) continue;
      enqueue(name);
    }
  };
  wake();
  return {
    states,
    wake,
    dispose() {
      disposed = true;
      for (const each of watched.values()) each.dispose();
    },
  };
}

function withSignal<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true });
    promise.then(resolve, reject);
  });
}
