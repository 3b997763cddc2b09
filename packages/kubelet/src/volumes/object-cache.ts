import { kinds } from '@tabernetes/api';
import type { ConfigMap, Secret } from '@tabernetes/api/types/core-v1';
import { ignoreNotFound, type KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Disposable } from '@tabernetes/base';
import { type Client, createInformer, type Informer, type ResourceClient } from '@tabernetes/client';
import type { ObjectReader } from '../config/environment.ts';

/** ConfigMaps and Secrets that Pods of this process use: those in volumes are followed, each by a watch of its own, others are read. */
export interface ObjectCache extends ObjectReader, Disposable {
  /** Keeps an object followed, and tells of its changes, until disposed. */
  follow(kind: 'configMap' | 'secret', namespace: string, name: string, onChange: () => void): Disposable;
}

export interface ObjectCacheDeps {
  readonly client: Client;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

interface Followed<T extends KubeObject> {
  readonly informer: Informer<T>;
  readonly ready: Promise<void>;
  users: number;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/util/manager/watch_based_manager.go */
export function createObjectCache({ client, clock, onError }: ObjectCacheDeps): ObjectCache {
  const configMaps = new Map<string, Followed<ConfigMap>>();
  const secrets = new Map<string, Followed<Secret>>();

  const entry = <T extends KubeObject>(
    map: Map<string, Followed<T>>,
    resource: ResourceClient<T>,
    namespace: string,
    name: string,
  ): Followed<T> => {
    const key = `${namespace}/${name}`;
    const known = map.get(key);
    if (known !== undefined) return known;
    const informer = createInformer<T>(
      { client: resource, clock, onError },
      { namespace, fieldSelector: `metadata.name=${name}` },
    );
    const made: Followed<T> = { informer, ready: informer.start(), users: 0 };
    map.set(key, made);
    return made;
  };
  const follow = <T extends KubeObject>(
    map: Map<string, Followed<T>>,
    resource: ResourceClient<T>,
    namespace: string,
    name: string,
    onChange: () => void,
  ): Disposable => {
    const followed = entry(map, resource, namespace, name);
    followed.users++;
    let primed = false;
    const handler = followed.informer.addHandler({
      onAdd: () => primed && onChange(),
      onUpdate: onChange,
      onDelete: onChange,
    });
    primed = true;
    let disposed = false;
    return {
      dispose() {
        if (disposed) return;
        disposed = true;
        handler.dispose();
        followed.users--;
        if (followed.users > 0) return;
        followed.informer.dispose();
        map.delete(`${namespace}/${name}`);
      },
    };
  };
  const read = async <T extends KubeObject>(
    map: Map<string, Followed<T>>,
    resource: ResourceClient<T>,
    namespace: string,
    name: string,
  ): Promise<T | undefined> => {
    const followed = map.get(`${namespace}/${name}`);
    if (followed === undefined) return resource.get(name, namespace).catch(ignoreNotFound);
    if (!followed.informer.synced) await followed.ready;
    return followed.informer.lister.get(name, namespace);
  };

  return {
    configMap: (namespace, name) => read(configMaps, client.resource(kinds.configMap), namespace, name),
    secret: (namespace, name) => read(secrets, client.resource(kinds.secret), namespace, name),
    follow: (kind, namespace, name, onChange) =>
      kind === 'configMap'
        ? follow(configMaps, client.resource(kinds.configMap), namespace, name, onChange)
        : follow(secrets, client.resource(kinds.secret), namespace, name, onChange),
    dispose() {
      for (const { informer } of configMaps.values()) informer.dispose();
      for (const { informer } of secrets.values()) informer.dispose();
      configMaps.clear();
      secrets.clear();
    },
  };
}
