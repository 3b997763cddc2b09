import { type ApiRequest, aggregateText, type UserInfo } from '@tabernetes/apimachinery';

/** Tells who sends a request. */
export interface Authenticator {
  /**
   * `user`: known; `anonymous`: no credentials were sent; `refused`: credentials that nobody knows (401).
   */
  authenticate(request: ApiRequest): Promise<Authentication>;
  /** Whom a bearer token names, and for which of `audiences` (empty: the server's own) it is good. For TokenReviews. */
  authenticateToken(token: string, audiences: readonly string[]): Promise<TokenIdentity | TokenProblem | undefined>;
}

export type Authentication =
  | { readonly kind: 'user'; readonly user: UserInfo }
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'refused' };

export interface TokenIdentity {
  readonly user: UserInfo;
  readonly audiences: readonly string[];
}

/** Why a token is no good, in words: its source knows it, and it has expired, say. */
export interface TokenProblem {
  readonly problem: string;
}

/** Knows tokens; several are asked one after another. */
export interface TokenSource {
  /** Undefined: it is somebody else's, or nobody's. */
  lookup(token: string, audiences: readonly string[]): Promise<TokenIdentity | TokenProblem | undefined>;
}

/** The audience of the API server itself, and the issuer of its tokens. */
export const API_AUDIENCE = 'https://kubernetes.default.svc.cluster.local';

export const ANONYMOUS: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] };

/** Tokens from a fixed table, as `--token-auth-file` has them: token to user. */
export function staticTokens(users: Readonly<Record<string, UserInfo>>): TokenSource {
  const known = new Map(Object.entries(users));
  return {
    lookup: async (token, audiences) => {
      // They are for the API server, whatever is asked for.
      if (audiences.length > 0 && !audiences.includes(API_AUDIENCE)) return undefined;
      const user = known.get(token);
      return user && { user: authenticated(user), audiences: [API_AUDIENCE] };
    },
  };
}

/**
 * Reads bearer tokens from the Authorization header. Whoever has shown a certificate that is good is known by it; one that is bad
 * counts only where there is no token.
 */
export function tokenAuthenticator(
  sources: readonly TokenSource[],
  byCertificate?: (certificate: Uint8Array) => Authentication | Promise<Authentication>,
): Authenticator {
  const lookup: Authenticator['authenticateToken'] = async (token, audiences) => {
    const problems: string[] = [];
    for (const source of sources) {
      const found = await source.lookup(token, audiences);
      if (found === undefined) continue;
      if ('user' in found) return found;
      problems.push(found.problem);
    }
    // The token that the server keeps for itself is compared first, and that failure told.
    return problems.length === 0 ? undefined : { problem: aggregateText(['invalid bearer token', ...problems]) };
  };
  return {
    authenticateToken: lookup,
    async authenticate(request) {
      const { clientCertificate, headers } = request;
      const shown = clientCertificate && (await byCertificate?.(clientCertificate));
      if (shown?.kind === 'user') return shown;
      const token = bearerToken(headers['authorization']);
      if (token === undefined) return shown ?? { kind: 'anonymous' };
      const found = await lookup(token, []);
      return found !== undefined && 'user' in found ? { kind: 'user', user: found.user } : { kind: 'refused' };
    },
  };
}

function bearerToken(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const [scheme = '', token = ''] = header.trim().split(' ');
  return scheme.toLowerCase() === 'bearer' && token !== '' ? token : undefined;
}

/** Adds `system:authenticated`, which every known user is in. Kept per user object, so that callers may pass theirs each time. */
export function authenticated(user: UserInfo): UserInfo {
  if (user.groups.includes('system:authenticated') || user.groups.includes('system:unauthenticated')) return user;
  const cached = withGroup.get(user);
  if (cached !== undefined) return cached;
  const full = { ...user, groups: [...user.groups, 'system:authenticated'] };
  withGroup.set(user, full);
  return full;
}

const withGroup = new WeakMap<UserInfo, UserInfo>();
