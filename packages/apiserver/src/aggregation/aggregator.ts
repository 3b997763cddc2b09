import type { APIService } from '@tabernetes/api/types/apiregistration-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import type { ApiServer } from '../api-server.ts';
import type { PathHandler } from '../nonresource/path-handler.ts';
import type { ServiceDialer } from '../service-dialer.ts';
import { storedObjects } from '../webhooks/stored-objects.ts';
import { localServices } from './local-services.ts';
import { remoteGroup, withRemoteGroups } from './merged-discovery.ts';
import { proxied } from './proxy.ts';
import { type RemoteServices, type RemoteState, remoteServices } from './remote-services.ts';

export interface AggregatorDeps {
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly dialer?: ServiceDialer | undefined;
  /** Is told of what should not happen: the server refuses its own writes. */
  readonly onError: (error: unknown) => void;
}

/** Servers of other APIs, behind this one. */
export interface Aggregator {
  /** Answers for them, and for discovery, in which their groups are listed. */
  paths(discovery: PathHandler): PathHandler;
  start(server: ApiServer): Promise<Disposable>;
}

/** @see https://kubernetes.io/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation/ */
export function aggregator({ store, clock, dialer, onError }: AggregatorDeps): Aggregator {
  let remotes: RemoteServices | undefined;
  let listed: readonly RemoteState[] | undefined;

  return {
    paths: (discovery) => ({
      async handle(request, server, user) {
        const [root, group = '', version = '', ...more] = request.path.replace(/^\//, '').split('/');
        if (remotes === undefined || remotes.states.size === 0 || root !== 'apis')
          return discovery.handle(request, server, user);
        listed ??= [...remotes.states.values()];
        const states = listed.filter(
          ({ service }) => !server.kinds.servesVersion(service.spec?.group ?? '', service.spec?.version ?? ''),
        );
        if (group === '') {
          // What the server has itself is the same, its tag is not.
          const { 'if-none-match': _, ...headers } = request.headers;
          const answer = await discovery.handle({ ...request, headers }, server, user);
          return answer && withRemoteGroups(request, answer, states);
        }
        const state = states.find(({ service }) => service.spec?.group === group && service.spec.version === version);
        if (state !== undefined && user !== undefined) {
          return proxied({ reader: server.reader, dialer }, state, request, user);
        }
        const answer = await discovery.handle(request, server, user);
        if (answer !== undefined || version !== '' || more.length > 0) return answer;
        const object = remoteGroup(group, states);
        return object === undefined ? undefined : { status: 200, headers: {}, body: { kind: 'object', object } };
      },
      ...(discovery.paths && { paths: discovery.paths }),
    }),

    async start(server) {
      const services = await storedObjects<APIService>(store, KIND, () => {
        local?.wake();
        remotes?.wake();
      });
      let local: Awaited<ReturnType<typeof localServices>> | undefined;
      local = await localServices({ server, store, services, onError });
      remotes = remoteServices({
        server,
        store,
        clock,
        services,
        dial: { reader: server.reader, dialer },
        onError,
        onChange: () => {
          listed = undefined;
        },
      });
      return {
        dispose() {
          remotes?.dispose();
          remotes = undefined;
          local?.dispose();
          services.dispose();
        },
      };
    },
  };
}

const KIND = { group: 'apiregistration.k8s.io', plural: 'apiservices' };
