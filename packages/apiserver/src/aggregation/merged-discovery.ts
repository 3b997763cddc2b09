import { sha512 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { type ApiRequest, type ApiResponse, encodeJson } from '@tabernetes/apimachinery';
import { deepFreeze } from '@tabernetes/base';
import { compareVersions } from '../discovery/group-priorities.ts';
import { BUILT_IN, CUSTOM } from './priorities.ts';
import type { RemoteState } from './remote-services.ts';

/** What is said of a group, in either form of discovery. */
interface Group {
  readonly name?: string;
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly { readonly version: string }[];
}

interface Resource {
  readonly name: string;
  readonly singularName?: string;
  readonly namespaced: boolean;
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly verbs: readonly string[];
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
}

/** Adds the groups of other servers to the answer of `/apis`. A server that does not answer has no resources, or old ones. */
export function withRemoteGroups(
  request: ApiRequest,
  answer: ApiResponse,
  states: readonly RemoteState[],
): ApiResponse {
  if (answer.body.kind !== 'object' || answer.status !== 200 || states.length === 0) return answer;
  const { body } = answer;
  const isAggregated = body.contentType !== undefined;
  const document = body.object as { readonly groups?: readonly Group[]; readonly items?: readonly Group[] };
  const own = (isAggregated ? document.items : document.groups) ?? [];
  const all = new Map(own.map((group) => [nameOf(group), group]));
  for (const [name, versions] of byGroup(states)) {
    const known = all.get(name)?.versions ?? [];
    const added = versions
      .filter(({ service }) => !known.some(({ version }) => version === service.spec?.version))
      .map((state) => (isAggregated ? discoveredVersion(state) : plainVersion(state)));
    if (added.length === 0) continue;
    const merged = [...known, ...added].sort((a, b) => compareVersions(a.version, b.version));
    const [first] = merged;
    all.set(
      name,
      isAggregated
        ? { metadata: { name, creationTimestamp: null } as { name: string }, versions: merged }
        : ({ name, versions: merged, preferredVersion: first } as Group),
    );
  }
  const priorities = new Map(
    [...byGroup(states)].map(([name, [state]]) => [name, state?.service.spec?.groupPriorityMinimum ?? 0]),
  );
  const rank = (group: Group): number => builtIn.get(nameOf(group)) ?? priorities.get(nameOf(group)) ?? CUSTOM.group;
  const order = new Map(own.map((group, i) => [nameOf(group), i]));
  const sorted = [...all.values()].sort(
    (a, b) =>
      rank(b) - rank(a) ||
      (order.get(nameOf(a)) ?? order.size) - (order.get(nameOf(b)) ?? order.size) ||
      (nameOf(a) < nameOf(b) ? -1 : 1),
  );
  const object = deepFreeze({ ...document, ...(isAggregated ? { items: sorted } : { groups: sorted }) });
  const etag = `"${bytesToHex(sha512(utf8ToBytes(encodeJson(object)))).toUpperCase()}"`;
  const headers = { ...answer.headers, etag };
  if (request.headers['if-none-match'] === etag) return { status: 304, headers, body: { kind: 'empty' } };
  return { ...answer, headers, body: { ...body, object } };
}

/** `/apis/GROUP` of a group that only other servers have; undefined: none has it. */
export function remoteGroup(name: string, states: readonly RemoteState[]): unknown {
  const versions = byGroup(states).get(name)?.map(plainVersion);
  if (versions === undefined) return undefined;
  const sorted = versions.sort((a, b) => compareVersions(a.version, b.version));
  return { kind: 'APIGroup', apiVersion: 'v1', name, versions: sorted, preferredVersion: sorted[0] };
}

const builtIn = new Map([...BUILT_IN].map(([groupVersion, { group }]) => [groupVersion.split('/')[0] ?? '', group]));
builtIn.set('apiregistration.k8s.io', 18_000);

const nameOf = ({ name, metadata }: Group): string => name ?? metadata?.name ?? '';

function byGroup(states: readonly RemoteState[]): Map<string, RemoteState[]> {
  const groups = new Map<string, RemoteState[]>();
  for (const state of states) {
    const name = state.service.spec?.group ?? '';
    groups.set(name, [...(groups.get(name) ?? []), state]);
  }
  return groups;
}

const plainVersion = ({ service }: RemoteState) => {
  const version = service.spec?.version ?? '';
  return { groupVersion: `${service.spec?.group ?? ''}/${version}`, version };
};

function discoveredVersion({ service, available, resources }: RemoteState) {
  const { group = '', version = '' } = service.spec ?? {};
  const listed = (resources as { readonly resources?: readonly Resource[] } | undefined)?.resources ?? [];
  const kindOf = (each: Resource) => ({
    group: each.group ?? group,
    version: each.version ?? version,
    kind: each.kind,
  });
  const main = listed.filter(({ name }) => !name.includes('/'));
  const found = main.map((each) => {
    const inner = listed.filter(({ name }) => name.startsWith(`${each.name}/`));
    return {
      resource: each.name,
      responseKind: kindOf(each),
      scope: each.namespaced ? 'Namespaced' : 'Cluster',
      singularResource: each.singularName ?? '',
      verbs: each.verbs,
      ...(each.shortNames?.length && { shortNames: each.shortNames }),
      ...(each.categories?.length && { categories: each.categories }),
      ...(inner.length > 0 && {
        subresources: inner.map((sub) => ({
          subresource: sub.name.slice(each.name.length + 1),
          responseKind: kindOf(sub),
          verbs: sub.verbs,
        })),
      }),
    };
  });
  return { version, ...(found.length > 0 && { resources: found }), freshness: available ? 'Current' : 'Stale' };
}
