import {
  type ApiRequest,
  type ApiResponse,
  nameIsDnsLabel,
  nameIsDnsSubdomain,
  splitRepeatedHeader,
  type UserInfo,
} from '@tabernetes/apimachinery';
import { notAllowed } from './authorization.ts';
import type { ServerContext } from './server-context.ts';

/** A part of who the caller wants to act as; each needs the right to `impersonate` it. */
interface Part {
  /** As upstream's errors show it: an ObjectReference with these, and nothing else. */
  readonly kind: 'ServiceAccount' | 'User' | 'Group' | 'UserExtra' | 'UID';
  readonly group: '' | 'authentication.k8s.io';
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/**
 * Who the caller wants to act as, by `Impersonate-*` headers, or the answer when that cannot be told.
 *
 * Each value of a header that comes more than once is one group; a comma is part of its name.
 *
 * @throws {StatusError} Forbidden
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/endpoints/filters/impersonation.go
 */
export async function impersonated(
  server: ServerContext,
  request: ApiRequest,
  caller: UserInfo,
): Promise<UserInfo | ApiResponse> {
  const parts = partsOf(request.headers);
  const name = firstOf(request.headers['impersonate-user']);
  if (name === '') return parts.length === 0 ? caller : withoutUser(request, parts);
  for (const { group, resource, subresource, namespace, name: of } of parts) {
    const version = group === '' ? '' : 'v1';
    const attributes = {
      user: caller,
      verb: 'impersonate',
      path: request.path,
      resource: { group, version, resource, subresource, namespace, name: of },
    };
    const { allowed, reason } = await server.authorizer.authorize(attributes);
    if (!allowed) throw notAllowed(attributes, reason);
  }

  const named = parts.filter(({ kind }) => kind === 'Group').map((part) => part.name);
  const account = parts.find(({ kind }) => kind === 'ServiceAccount');
  const groups =
    account && named.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${account.namespace}`] : named;
  // A Map: keys are the caller's, and `__proto__` is one like any other.
  const extra = new Map<string, readonly string[]>();
  for (const { kind, subresource, name: value } of parts) {
    if (kind === 'UserExtra') extra.set(subresource, [...(extra.get(subresource) ?? []), value]);
  }
  const uid = firstOf(request.headers['impersonate-uid']);
  return {
    name,
    ...(uid && { uid }),
    groups: withKnown(groups, name === ANONYMOUS),
    ...(extra.size > 0 && { extra: Object.fromEntries(extra) }),
  };
}

const ANONYMOUS = 'system:anonymous';

/** Whoever is not anonymous is known, unless the caller says otherwise. */
function withKnown(groups: readonly string[], isAnonymous: boolean): readonly string[] {
  const [known, unknown] = ['system:authenticated', 'system:unauthenticated'];
  if (isAnonymous) return groups.includes(unknown) ? groups : [...groups, unknown];
  return groups.includes(known) || groups.includes(unknown) ? groups : [...groups, known];
}

/** In the order in which rights to them are looked for. */
function partsOf(headers: Readonly<Record<string, string>>): readonly Part[] {
  const parts: Part[] = [];
  const add = (kind: Part['kind'], name: string, more: Partial<Part> = {}): void => {
    const core = { kind, group: '', resource: `${kind.toLowerCase()}s`, subresource: '', namespace: '', name } as const;
    parts.push({ ...core, ...more });
  };
  const user = firstOf(headers['impersonate-user']);
  const [, namespace = '', account = ''] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(user) ?? [];
  const isAccount = nameIsDnsLabel(namespace, false).length === 0 && nameIsDnsSubdomain(account, false).length === 0;
  if (isAccount) add('ServiceAccount', account, { namespace });
  else if (user !== '') add('User', user);
  for (const group of listed(headers['impersonate-group'])) add('Group', group);
  for (const header of Object.keys(headers)) {
    if (!header.startsWith(EXTRA)) continue;
    const subresource = unescaped(header.slice(EXTRA.length));
    for (const value of listed(headers[header])) {
      add('UserExtra', value, { group: 'authentication.k8s.io', resource: 'userextras', subresource });
    }
  }
  const uid = firstOf(headers['impersonate-uid']);
  if (uid !== '') add('UID', uid, { group: 'authentication.k8s.io' });
  return parts;
}

const EXTRA = 'impersonate-extra-';

const listed = (header: string | undefined): readonly string[] =>
  header === undefined ? [] : splitRepeatedHeader(header);

/** Of what may be there once only, the first counts. */
const firstOf = (header: string | undefined): string => listed(header)[0] ?? '';

/** What is no good escape stands for itself. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function withoutUser({ path, query }: ApiRequest, parts: readonly Part[]): ApiResponse {
  const search = new URLSearchParams(query).toString();
  const uri = search === '' ? path : `${path}?${search}`;
  // References to objects, as Go prints them.
  const shown = parts.map(({ kind, group, subresource, name }) => {
    const apiVersion = group === '' ? '' : `${group}/v1`;
    return `{${kind}  ${name}  ${apiVersion}  ${subresource}}`;
  });
  const text = `Internal Server Error: ${JSON.stringify(uri)}: requested [${shown.join(' ')}] without impersonating a user`;
  return {
    status: 500,
    headers: { 'x-content-type-options': 'nosniff' },
    body: { kind: 'text', contentType: 'text/plain; charset=utf-8', text: `${text}\n` },
  };
}
