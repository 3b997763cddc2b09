import type { Clock } from '@tabernetes/base';
import type { Kinds, Resource } from './kinds.ts';

/**
 * Sees to it that what a kind does is there before somebody needs it: `lateKind` of `@tabernetes/api`. All versions of the same objects
 * come together, since each is converted to the others.
 *
 * Each server waits once, also where another one of this process has waited before it: how a run goes must not depend on what ran before.
 */
export function fetchedKinds(clock: Clock, kinds: Kinds): (resource: Resource) => Promise<void> | undefined {
  const here = new WeakSet<Resource>();
  const coming = new WeakMap<Resource, Promise<void>>();
  const fetch = async (resource: Resource): Promise<void> => {
    const versions = kinds.versionsOf(resource);
    try {
      await clock.hold(Promise.all([resource, ...versions].map(({ definition }) => definition.fetch?.())));
      for (const version of [resource, ...versions]) here.add(version);
    } finally {
      coming.delete(resource);
    }
  };
  return (resource) => {
    if (resource.definition.fetch === undefined || here.has(resource)) return undefined;
    const promise = coming.get(resource) ?? fetch(resource);
    coming.set(resource, promise);
    return promise;
  };
}
