import { builtinKinds, type KindDefinition } from '@tabernetes/api';
import type { ApiRequest, KubeObject, Status, UserInfo, WatchEvent } from '@tabernetes/apimachinery';
import { type ClockControl, seededRng, virtualClock } from '@tabernetes/base';
import { memoryStore, type Store } from '@tabernetes/storage';
import { defaultTolerationSeconds } from '../admission/default-toleration-seconds.ts';
import { priorityAdmission } from '../admission/priority.ts';
import type { ApiServer, ApiServerDeps, ApiServerOptions } from '../api-server.ts';
import { staticTokens, tokenAuthenticator } from '../authentication.ts';
import { discoveryPaths } from '../discovery/discovery-paths.ts';
import { createApiServer } from '../server.ts';

export interface TestApiServerOptions extends ApiServerOptions {
  /** Default: all built-in kinds. */
  readonly kinds?: readonly KindDefinition[];
  /** Namespaces to begin with. Default: default, kube-system. */
  readonly namespaces?: readonly string[];
  readonly seed?: number;
  readonly startMs?: number;
  readonly deps?: Partial<Omit<ApiServerDeps, 'kinds'>>;
}

/** An API server over a memory store on virtual time, with what tests need to speak to it. */
export interface TestApiServer {
  readonly server: ApiServer;
  readonly clock: ClockControl;
  readonly store: Store<KubeObject>;
  /** Sends a request as cluster admin, in process. Errors the server did not expect fail the test. */
  send<T = KubeObject>(method: string, path: string, body?: unknown, options?: SendOptions): Promise<TestAnswer<T>>;
  /** The same over the HTTP face. */
  http(method: string, path: string, options?: HttpOptions): Promise<Response>;
  /** Starts a watch and gathers what it delivers. */
  watch(path: string, options?: SendOptions): Promise<TestWatch>;
  dispose(): void;
}

export interface SendOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: cluster admin. `null`: whoever the headers say. */
  readonly user?: UserInfo | null;
}

export interface HttpOptions {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface TestAnswer<T> {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  /** The object of the answer; of refusals a Status. */
  readonly object: T;
  /** `object`, as the Status that a refusal is. */
  readonly refusal: Status;
}

export interface TestWatch {
  readonly events: WatchEvent[];
  readonly ended: boolean;
  stop(): void;
}

export const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };

/** 2025-01-01T00:00:00Z */
const START_MS = Date.UTC(2025, 0, 1);

/** Bearer token of {@link ADMIN} over HTTP. */
const ADMIN_TOKEN = 'admintoken';

export async function testApiServer(options: TestApiServerOptions = {}): Promise<TestApiServer> {
  const {
    kinds = builtinKinds,
    namespaces = ['default', 'kube-system'],
    seed = 1,
    startMs = START_MS,
    deps = {},
    ...rest
  } = options;
  const clock = virtualClock({ startMs });
  const store = deps.store ?? memoryStore<KubeObject>({ clock });
  const unexpected: unknown[] = [];
  const rng = seededRng(seed);
  const server = createApiServer(
    {
      store,
      clock,
      rng,
      kinds,
      admission: [priorityAdmission(), defaultTolerationSeconds()],
      paths: [discoveryPaths()],
      ...deps,
      authenticator: deps.authenticator ?? tokenAuthenticator([staticTokens({ [ADMIN_TOKEN]: ADMIN })]),
    },
    { ...rest, onError: rest.onError ?? ((error) => unexpected.push(error)) },
  );

  const send: TestApiServer['send'] = async <T>(
    method: string,
    path: string,
    body?: unknown,
    sent: SendOptions = {},
  ) => {
    const response = await server.request(requestOf(method, path, body, sent));
    const [error] = unexpected;
    if (error !== undefined) throw error;
    const answered = response.body;
    const object = answered.kind === 'object' ? answered.object : answered.kind === 'text' ? answered.text : undefined;
    return {
      status: response.status,
      warnings: response.warnings ?? [],
      headers: response.headers,
      object: object as T,
      refusal: object as Status,
    };
  };

  for (const name of kinds.some(({ kind }) => kind === 'Namespace') ? namespaces : []) {
    await send('POST', '/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }

  return {
    server,
    clock,
    store,
    send,
    http: (method, path, { headers = {}, body } = {}) =>
      server.fetch(
        new Request(`https://cluster.test${path}`, {
          method,
          headers: { authorization: `Bearer ${ADMIN_TOKEN}`, ...headers },
          ...(body !== undefined && { body: body as BodyInit }),
        }),
      ),
    async watch(path, sent = {}) {
      const response = await server.request(requestOf('GET', path, undefined, sent));
      if (response.body.kind !== 'watch') throw new Error(`not a watch: ${JSON.stringify(response.body)}`);
      const watch = { events: [] as WatchEvent[], ended: false, stop: (): void => undefined };
      watch.stop = response.body.watch.start({
        next: (event) => watch.events.push(event),
        end: () => {
          watch.ended = true;
        },
      });
      return watch;
    },
    dispose() {
      server.dispose();
      store.dispose();
      clock.dispose();
    },
  };
}

function requestOf(method: string, path: string, body: unknown, { headers, user = ADMIN }: SendOptions): ApiRequest {
  const { pathname, searchParams } = new URL(path, 'https://cluster.test');
  return {
    method,
    path: pathname,
    query: Object.fromEntries(searchParams),
    headers: { 'user-agent': 'test/1', ...headers },
    ...(body !== undefined && { body: { kind: 'object', object: body } }),
    ...(user && { user }),
  };
}
