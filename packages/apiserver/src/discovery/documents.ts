import type { Kinds } from '../kinds.ts';
import { type Entry, entries, groups } from './entries.ts';

/** The documents of discovery, in Go's field order. @see https://kubernetes.io/docs/concepts/overview/kubernetes-api/#discovery-api */

export const apiVersions = (serverAddress: string): unknown => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
});

export const apiGroupList = (kinds: Kinds): unknown => ({
  kind: 'APIGroupList',
  apiVersion: 'v1',
  groups: groups(kinds).map(({ group, versions }) => groupBody(group, versions)),
});

/** Undefined: no such group. */
export function apiGroup(kinds: Kinds, name: string): unknown {
  const found = groups(kinds).find(({ group }) => group === name);
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...groupBody(name, found.versions) };
}

/** Undefined: no such group and version. */
export function apiResourceList(kinds: Kinds, group: string, version: string): unknown {
  if (!kinds.servesVersion(group, version)) return undefined;
  return {
    kind: 'APIResourceList',
    // The core group's list has been without a version since before there were others.
    ...(group !== '' && { apiVersion: 'v1' }),
    groupVersion: groupVersion(group, version),
    resources: entries(kinds, group, version).flatMap((entry) => [
      resourceBody(entry.name, entry),
      ...entry.subresources.map((s) => resourceBody(`${entry.name}/${s.name}`, s)),
    ]),
  };
}

/** Aggregated discovery: everything below `/api` or below `/apis` in one document. */
export function aggregated(kinds: Kinds, core: boolean, apiVersion: string): unknown {
  const listed = core ? [{ group: '', versions: ['v1'] }] : groups(kinds);
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion,
    metadata: {},
    items: listed.map(({ group, versions }) => ({
      metadata: { ...(group !== '' && { name: group }), creationTimestamp: null },
      versions: versions.map((version) => ({
        version,
        resources: entries(kinds, group, version).map(discoveredResource),
        freshness: 'Current',
      })),
    })),
  };
}

const groupVersion = (group: string, version: string): string => (group === '' ? version : `${group}/${version}`);

const groupBody = (name: string, versions: readonly string[]) => ({
  name,
  versions: versions.map((version) => ({ groupVersion: `${name}/${version}`, version })),
  preferredVersion: { groupVersion: `${name}/${versions[0]}`, version: versions[0] },
});

const resourceBody = (name: string, e: Entry) => ({
  name,
  singularName: e.singular,
  namespaced: e.namespaced,
  ...(e.group !== undefined && { group: e.group, version: e.version }),
  kind: e.kind,
  verbs: e.verbs,
  ...(e.shortNames.length > 0 && { shortNames: e.shortNames }),
  ...(e.categories.length > 0 && { categories: e.categories }),
  ...(e.storageVersionHash !== undefined && { storageVersionHash: e.storageVersionHash }),
});

const responseKind = ({ group = '', version = '', custom = { group, version }, kind }: Entry) => ({ ...custom, kind });

const discoveredResource = (e: Entry) => ({
  resource: e.name,
  responseKind: responseKind(e),
  scope: e.namespaced ? 'Namespaced' : 'Cluster',
  singularResource: e.singular,
  verbs: e.verbs,
  ...(e.shortNames.length > 0 && { shortNames: e.shortNames }),
  ...(e.categories.length > 0 && { categories: e.categories }),
  ...(e.subresources.length > 0 && {
    subresources: e.subresources.map((s) => ({ subresource: s.name, responseKind: responseKind(s), verbs: s.verbs })),
  }),
});
