import type { KubeObject, ObjectVersions } from '@tabernetes/apimachinery';
import type { RequestScope } from '../request-scope.ts';
import { fromStored, toStored } from './versions.ts';

/** The other versions of a kind, for managers that own fields in them. Nothing when there are none. */
export function objectVersions({ server, resource }: RequestScope): { readonly versions?: ObjectVersions } {
  const { group, plural } = resource.definition;
  const all = server.kinds.versionsOf(resource);
  if (all.length < 2) return NONE;
  const find = (apiVersion: string) => all.find((other) => other.apiVersion === apiVersion);
  return {
    versions: {
      schemaOf: (apiVersion) => find(apiVersion)?.definition.schema,
      convert(object, apiVersion) {
        const target = find(apiVersion);
        if (target === undefined) throw new RangeError(`${plural}.${group} has no version ${apiVersion}`);
        return fromStored(target, toStored(resource, object as KubeObject));
      },
    },
  };
}

const NONE = {};
