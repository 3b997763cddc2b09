import { type ApiRequest, internal, type UserInfo } from '@tabernetes/apimachinery';
import { notAllowed } from './authorization.ts';
import type { ServerContext } from './server-context.ts';

export function wantsImpersonation(headers: Readonly<Record<string, string>>): boolean {
  for (const name in headers) if (name.startsWith('impersonate-')) return true;
  return false;
}

/**
 * Who the caller wants to act as, by `Impersonate-*` headers; each part needs the right to `impersonate` it.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation
 */
export async function impersonated(server: ServerContext, request: ApiRequest, caller: UserInfo): Promise<UserInfo> {
  const { headers } = request;
  const name = headers['impersonate-user'];
  const groups = listed(headers['impersonate-group']);
  const uid = headers['impersonate-uid'];
  const extra = extraOf(headers);
  if (name === undefined) {
    if (groups.length === 0 && uid === undefined && extra === undefined) return caller;
    throw internal('requested impersonation without impersonating a user');
  }

  const check = async (
    group: string,
    resource: string,
    subresource: string,
    namespace: string,
    of: string,
  ): Promise<void> => {
    const attributes = {
      user: caller,
      verb: 'impersonate',
      path: request.path,
      resource: { group, version: group ? 'v1' : '', resource, subresource, namespace, name: of },
    };
    const { allowed, reason } = await server.authorizer.authorize(attributes);
    if (!allowed) throw notAllowed(attributes, reason);
  };

  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(name);
  if (account) await check('', 'serviceaccounts', '', account[1] ?? '', account[2] ?? '');
  else await check('', 'users', '', '', name);
  for (const group of groups) await check('', 'groups', '', '', group);
  if (uid !== undefined) await check('authentication.k8s.io', 'uids', '', '', uid);
  for (const [key, values] of Object.entries(extra ?? {})) {
    for (const value of values) await check('authentication.k8s.io', 'userextras', key, '', value);
  }

  const own =
    account && groups.length === 0 ? ['system:serviceaccounts', `system:serviceaccounts:${account[1] ?? ''}`] : groups;
  const isAnonymous = name === 'system:anonymous';
  const known = isAnonymous ? 'system:unauthenticated' : 'system:authenticated';
  return {
    name,
    ...(uid !== undefined && { uid }),
    groups: own.includes(known) ? own : [...own, known],
    ...(extra && { extra }),
  };
}

const listed = (header: string | undefined): readonly string[] =>
  header === undefined
    ? []
    : header
        .split(',')
        .map((text) => text.trim())
        .filter((text) => text !== '');

function extraOf(headers: Readonly<Record<string, string>>): Record<string, readonly string[]> | undefined {
  let extra: Record<string, readonly string[]> | undefined;
  for (const name of Object.keys(headers)) {
    if (!name.startsWith('impersonate-extra-')) continue;
    extra ??= {};
    extra[decodeURIComponent(name.slice('impersonate-extra-'.length))] = listed(headers[name]);
  }
  return extra;
}
