import type { KubeObject, ObjectVersions } from '@tabernetes/apimachinery';
import type { Resource } from '../kinds.ts';
import type { RequestScope } from '../request-scope.ts';
import { fromStored, toStored } from './versions.ts';

/** What may need the other versions of a kind, for managers that own fields in them. */
export interface NeedsVersions {
  /** Nothing when there are none. */
  readonly versions?: ObjectVersions;
}

/**
 * Runs what may need other versions of an object. Where somebody else converts, it is run again whenever an answer that it needs has
 * come, and so must change nothing but what it returns.
 * @throws {StatusError} whoever converts cannot
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/managedfields/internal/versionconverter.go
 */
export function withObjectVersions<T>(scope: RequestScope, run: (needs: NeedsVersions) => T): T | Promise<T> {
  const { server, resource } = scope;
  const served = server.kinds.versionsOf(resource);
  if (served.length < 2) return run(NONE);
  // What was owned in another group is forgotten, although the object is served there: Events have two.
  const all = served.filter(({ definition: { group } }) => group === resource.definition.group);
  const find = (apiVersion: string) => all.find((other) => other.apiVersion === apiVersion);
  const schemaOf: ObjectVersions['schemaOf'] = (apiVersion) => find(apiVersion)?.definition.schema;
  const convert =
    resource.definition.storedAs?.convert ??
    all.find(({ definition }) => definition.storedAs?.convert)?.definition.storedAs?.convert;
  if (convert !== undefined) return runAgain(convert, schemaOf, run);
  return run({
    versions: {
      schemaOf,
      convert(object, apiVersion) {
        // Versions of custom resources differ in their name alone; nothing is defaulted or left out here.
        if (resource.definition.schema.openapi === undefined) return { ...(object as KubeObject), apiVersion };
        const target = find(apiVersion);
        if (target === undefined) throw new RangeError(`${resource.apiVersion} has no sibling ${apiVersion}`);
        return fromStored(target, toStored(resource, object as KubeObject) as KubeObject);
      },
    },
  });
}

const NONE = {};

type Convert = NonNullable<NonNullable<Resource['definition']['storedAs']>['convert']>;

/** An answer that is still to come. */
class Unconverted extends Error {
  readonly object: KubeObject;
  readonly apiVersion: string;
  constructor(object: KubeObject, apiVersion: string) {
    super('not converted yet');
    this.object = object;
    this.apiVersion = apiVersion;
  }
}

async function runAgain<T>(
  ask: Convert,
  schemaOf: ObjectVersions['schemaOf'],
  run: (needs: NeedsVersions) => T,
): Promise<T> {
  const known = new Map<string, KubeObject>();
  const keyOf = (object: unknown, apiVersion: string): string => `${apiVersion} ${JSON.stringify(object)}`;
  const convert: ObjectVersions['convert'] = (object, apiVersion) => {
    const found = known.get(keyOf(object, apiVersion));
    if (found === undefined) throw new Unconverted(object as KubeObject, apiVersion);
    return found;
  };
  for (;;) {
    try {
      return run({ versions: { schemaOf, convert } });
    } catch (error) {
      if (!(error instanceof Unconverted)) throw error;
      const { object, apiVersion } = error;
      const key = keyOf(object, apiVersion);
      const [converted] = await ask([JSON.parse(JSON.stringify(object)) as KubeObject], apiVersion);
      if (converted === undefined) throw new TypeError('an object was lost in conversion');
      known.set(key, converted);
    }
  }
}
