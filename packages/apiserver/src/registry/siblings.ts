import { type KubeObject, type RecentCache, recentCache } from '@tabernetes/apimachinery';
import type { Resource } from '../kinds.ts';

/**
 * The objects that were created last, one for each owner. What is created next equals one of them in most of its parts (the Pods of a
 * ReplicaSet, the Events of a component), and shares those parts with it: see {@link canonical}.
 *
 *   pods ──► "uid of a ReplicaSet" ──► web-x7k2p
 *            ""                    ──► the last Pod that nobody owns
 */
export interface Siblings {
  of(resource: Resource, object: KubeObject): KubeObject | undefined;
  add(resource: Resource, object: KubeObject): void;
}

/** Owners of each resource whose objects are kept; as many again until they are forgotten. */
const MAX_OWNERS = 64;

export function siblings(): Siblings {
  const byResource = new WeakMap<Resource, RecentCache<KubeObject>>();
  return {
    of: (resource, object) => byResource.get(resource)?.get(ownerOf(object)),
    add(resource, object) {
      let byOwner = byResource.get(resource);
      if (byOwner === undefined) {
        byOwner = recentCache(MAX_OWNERS);
        byResource.set(resource, byOwner);
      }
      byOwner.set(ownerOf(object), object);
    },
  };
}

const ownerOf = ({ metadata }: KubeObject): string => metadata.ownerReferences?.[0]?.uid ?? '';
