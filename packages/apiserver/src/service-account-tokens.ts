import type { TokenClaims } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import { type Clock, fetchedOnce, type Rng } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import { API_AUDIENCE, type TokenIdentity, type TokenProblem, type TokenSource } from './authentication.ts';
import { readToken, signedToken, type TokenReading } from './json-web-token.ts';
import { storageKey } from './registry/keys.ts';
import type { SigningKey } from './signing-key.ts';
import { timestamp } from './time.ts';
import type { TokenIssuer } from './token-issuer.ts';

export interface ServiceAccountTokensDeps {
  /** Tokens are good as long as their ServiceAccount, and the object that they are bound to, exist. */
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly rng: Rng;
}

export interface ServiceAccountTokensOptions {
  /** What the key that signs is made from. A cluster that is restored needs the same one for tokens that it has given out. */
  readonly key: string;
  /** Default {@link API_AUDIENCE}. */
  readonly issuer?: string;
  /** Host and port under which discovery says that the public keys are to be found. Default: those of the issuer. */
  readonly externalAddress?: string;
}

/** Makes the tokens of Secrets of type `kubernetes.io/service-account-token`: good as long as the Secret holds them. */
export interface LegacyTokenIssuer {
  issueLegacy(
    serviceAccount: { readonly namespace: string; readonly name: string; readonly uid: string },
    secretName: string,
  ): Promise<string>;
}

/**
 * JSON Web Tokens of ServiceAccounts, signed with ES256 by a key that is drawn from the seed.
 *
 *   header.claims.signature   { iss, sub: "system:serviceaccount:demo:web", aud, exp, iat, nbf, jti, "kubernetes.io": … }
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/serviceaccount/claims.go
 */
export function serviceAccountTokens(
  { store, clock, rng }: ServiceAccountTokensDeps,
  { key: secret, issuer = API_AUDIENCE, externalAddress = new URL(issuer).host }: ServiceAccountTokensOptions,
): TokenIssuer & LegacyTokenIssuer & TokenSource {
  // The curve is fetched, and the key made, when they are first needed: a cluster without tokens starts tens of milliseconds sooner.
  const signing = fetchedOnce(clock, () => import('./signing-key.ts'));
  let made: SigningKey | undefined;
  const keyBy = ({ signingKey }: Awaited<ReturnType<typeof signing>>): SigningKey => {
    made ??= signingKey(secret);
    return made;
  };
  const read = remembered(async (token) => {
    const curve = await signing();
    return readToken(() => keyBy(curve), [issuer, LEGACY_ISSUER], token);
  });
  return {
    discovery: {
      issuer,
      keysUri: `https://${externalAddress}/openid/v1/jwks`,
      keys: async () => [keyBy(await signing()).publicKey],
    },

    async issue({ serviceAccount, audiences, expirationSeconds, boundObject, node }: TokenClaims) {
      const { namespace, name, uid } = serviceAccount;
      const nowSeconds = Math.floor(clock.now() / 1000);
      const aud = audiences.length > 0 ? audiences : [API_AUDIENCE];
      const isPod = boundObject?.kind === 'Pod';
      // Programs in Pods that never read their token again go on working for a year, and are warned of.
      const isExtended = isPod && expirationSeconds === PROJECTED_SECONDS && aud.every((a) => a === API_AUDIENCE);
      const claims: Claims = {
        aud,
        exp: nowSeconds + (isExtended ? EXTENDED_SECONDS : expirationSeconds),
        iat: nowSeconds,
        iss: issuer,
        jti: rng.uuid(),
        'kubernetes.io': {
          namespace,
          ...(isPod && node && { node: node.uid === '' ? { name: node.name } : node }),
          ...(boundObject && { [boundObject.kind.toLowerCase()]: { name: boundObject.name, uid: boundObject.uid } }),
          serviceaccount: { name, uid },
          ...(isExtended && { warnafter: nowSeconds + expirationSeconds }),
        },
        nbf: nowSeconds,
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      const expirationTimestamp = timestamp((nowSeconds + expirationSeconds) * 1000);
      const curve = await signing();
      let signed: string | undefined;
      return Object.freeze({
        get token() {
          signed ??= signedToken(keyBy(curve), claims);
          return signed;
        },
        expirationTimestamp,
      });
    },

    async issueLegacy({ namespace, name, uid }, secretName) {
      return signedToken(keyBy(await signing()), {
        iss: LEGACY_ISSUER,
        [`${LEGACY}/namespace`]: namespace,
        [`${LEGACY}/secret.name`]: secretName,
        [`${LEGACY}/service-account.name`]: name,
        [`${LEGACY}/service-account.uid`]: uid,
        sub: `system:serviceaccount:${namespace}:${name}`,
      });
    },

    async lookup(token, audiences) {
      const reading = await read(token);
      if (reading.kind === 'foreign') return undefined;
      if (reading.kind === 'forged') return problem('square/go-jose: error in cryptographic primitive');
      const wanted = audiences.length > 0 ? audiences : [API_AUDIENCE];
      const isLegacy = reading.claims['iss'] === LEGACY_ISSUER;
      // Tokens that name nobody are for the API server alone.
      const good = isLegacy ? [API_AUDIENCE] : (reading.claims as unknown as Claims).aud;
      const shared = wanted.filter((audience) => good.includes(audience));
      if (shared.length === 0) {
        return problem(`token audiences ${goList(good)} is invalid for the target audiences ${goList(wanted)}`);
      }
      return isLegacy
        ? legacyIdentity(store, reading.claims as LegacyClaims, token, shared)
        : boundIdentity(store, reading.claims as unknown as Claims, shared, clock.now());
    },
  };
}

/** What Pods ask for in the volume that every one gets, in seconds. */
const PROJECTED_SECONDS = 60 * 60 + 7;
const EXTENDED_SECONDS = 365 * 24 * 60 * 60;
/** Clocks may differ by so much. */
const LEEWAY_MS = 60_000;

const LEGACY_ISSUER = 'kubernetes/serviceaccount';
const LEGACY = 'kubernetes.io/serviceaccount';
/** `iss`, `sub`, and the others under {@link LEGACY}. */
type LegacyClaims = Readonly<Record<string, string>>;

interface Claims {
  readonly aud: readonly string[];
  /** Seconds since the epoch, as the next ones. */
  readonly exp: number;
  readonly iat: number;
  readonly iss: string;
  readonly jti: string;
  readonly 'kubernetes.io': Private;
  readonly nbf: number;
  readonly sub: string;
}

interface Private {
  readonly namespace: string;
  readonly serviceaccount: Ref;
  readonly pod?: Ref;
  readonly secret?: Ref;
  readonly node?: { readonly name: string; readonly uid?: string };
  readonly warnafter?: number;
}

interface Ref {
  readonly name: string;
  readonly uid: string;
}

const problem = (text: string): TokenProblem => ({ problem: text });
/** Go's `%q` of a list. */
const goList = (texts: readonly string[]): string => `[${texts.map((text) => JSON.stringify(text)).join(' ')}]`;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/serviceaccount/legacy.go */
async function legacyIdentity(
  store: Store<KubeObject>,
  claims: LegacyClaims,
  token: string,
  audiences: readonly string[],
): Promise<TokenIdentity | TokenProblem> {
  const of = (name: string): string => claims[`${LEGACY}/${name}`] ?? '';
  const [namespace, name, uid] = [of('namespace'), of('service-account.name'), of('service-account.uid')];
  const account = await stored(store, 'serviceaccounts', namespace, name);
  const secret = await stored(store, 'secrets', namespace, of('secret.name'));
  const held = secret as (KubeObject & { readonly data?: Readonly<Record<string, string>> }) | undefined;
  if (held === undefined || held.metadata.deletionTimestamp !== undefined) return INVALIDATED;
  if (held.data?.['token'] !== btoa(token)) return problem("service account token does not match server's copy");
  if (account === undefined) return problem(`serviceaccounts "${name}" not found`);
  if (account.metadata.deletionTimestamp !== undefined) {
    return problem(`service account ${namespace}/${name} has been deleted`);
  }
  const actual = account.metadata.uid ?? '';
  if (actual !== uid) return problem(`service account UID (${actual}) does not match claim (${uid})`);
  return { audiences, user: { name: claims['sub'] ?? '', uid, groups: groupsOf(namespace) } };
}

const INVALIDATED = problem('service account token has been invalidated');

async function boundIdentity(
  store: Store<KubeObject>,
  { sub, jti, exp, nbf, 'kubernetes.io': { namespace, serviceaccount, pod, secret, node } }: Claims,
  audiences: readonly string[],
  nowMs: number,
): Promise<TokenIdentity | TokenProblem> {
  if (exp * 1000 < nowMs - LEEWAY_MS) return problem('service account token has expired');
  if (nbf * 1000 > nowMs + LEEWAY_MS) return problem('service account token is not valid yet');
  const { name, uid } = serviceaccount;
  const account = await stored(store, 'serviceaccounts', namespace, name);
  if (account === undefined) return problem(`serviceaccounts "${name}" not found`);
  const actual = account.metadata.uid ?? '';
  if (actual !== uid) return problem(`service account UID (${actual}) does not match claim (${uid})`);
  if (isLongGone(account, nowMs)) return problem(`service account ${namespace}/${name} has been deleted`);
  const bound =
    (secret && (await boundProblem(store, 'secrets', 'secret', namespace, secret, nowMs))) ??
    (pod && (await boundProblem(store, 'pods', 'pod', namespace, pod, nowMs))) ??
    // The node of a Pod is only told of.
    (node && pod === undefined ? await boundProblem(store, 'nodes', 'node', '', node, nowMs) : undefined);
  if (bound !== undefined) return bound;
  const prefix = 'authentication.kubernetes.io';
  return {
    audiences,
    user: {
      name: sub,
      uid,
      groups: groupsOf(namespace),
      extra: {
        [`${prefix}/credential-id`]: [`JTI=${jti}`],
        ...(node && { [`${prefix}/node-name`]: [node.name] }),
        ...(node?.uid && { [`${prefix}/node-uid`]: [node.uid] }),
        ...(pod && { [`${prefix}/pod-name`]: [pod.name], [`${prefix}/pod-uid`]: [pod.uid] }),
      },
    },
  };
}

/** Why the object that a token is bound to keeps it from being good. */
async function boundProblem(
  store: Store<KubeObject>,
  plural: string,
  what: string,
  namespace: string,
  { name, uid }: { readonly name: string; readonly uid?: string },
  nowMs: number,
): Promise<TokenProblem | undefined> {
  const object = await stored(store, plural, namespace, name);
  if (object === undefined || isLongGone(object, nowMs)) return INVALIDATED;
  const actual = object.metadata.uid ?? '';
  if (actual === uid) return undefined;
  const shown = what === 'pod' ? 'pod UID' : what === 'node' ? 'node UID' : 'secret UID';
  return problem(`${shown} (${actual}) does not match service account ${what} ref claim (${uid})`);
}

/** Its time is over: what is being deleted is good for tokens until its deletion is due, and a minute more. */
const isLongGone = ({ metadata: { deletionTimestamp } }: KubeObject, nowMs: number): boolean =>
  deletionTimestamp !== undefined && Date.parse(deletionTimestamp) < nowMs - LEEWAY_MS;

const groupsOf = (namespace: string): readonly string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
  'system:authenticated',
];

async function stored(
  store: Store<KubeObject>,
  plural: string,
  namespace: string,
  name: string,
): Promise<KubeObject | undefined> {
  return (await store.get(storageKey({ group: '', plural }, namespace, name))).kv?.value;
}

const MAX_REMEMBERED = 1000;

/** Who calls again and again with the same token is checked once; what has a good signature keeps it. */
function remembered(
  read: (token: string) => Promise<TokenReading>,
): (token: string) => TokenReading | Promise<TokenReading> {
  const known = new Map<string, TokenReading>();
  const readAnew = async (token: string): Promise<TokenReading> => {
    const reading = await read(token);
    if (reading.kind !== 'claims') return reading;
    const [oldest] = known.keys();
    if (known.size >= MAX_REMEMBERED && oldest !== undefined) known.delete(oldest);
    known.set(token, reading);
    return reading;
  };
  return (token) => known.get(token) ?? readAnew(token);
}
