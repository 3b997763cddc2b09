import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { TokenClaims } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { Clock, Rng } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import { API_AUDIENCE, type TokenIdentity, type TokenSource } from './authentication.ts';
import { storageKey } from './registry/keys.ts';
import { timestamp } from './time.ts';
import type { TokenIssuer } from './token-issuer.ts';

export interface ServiceAccountTokensDeps {
  /** Tokens are good as long as their ServiceAccount, and the Pod that they are bound to, exist. */
  readonly store: Store<KubeObject>;
  readonly clock: Clock;
  readonly rng: Rng;
}

export interface ServiceAccountTokensOptions {
  /** What tokens are signed with. A cluster that is restored needs the same one for tokens that it has given out. */
  readonly key: string;
  /** Default {@link API_AUDIENCE}. */
  readonly issuer?: string;
}

/**
 * JSON Web Tokens of ServiceAccounts: claims as upstream's, signed with HMAC-SHA256 by the one server that checks them.
 *
 *   header.claims.signature   { iss, sub: "system:serviceaccount:demo:web", aud, exp, iat, nbf, jti, "kubernetes.io": … }
 *
 * @see https://kubernetes.io/docs/reference/access-authn-authz/service-accounts-admin/#bound-service-account-tokens
 */
export function serviceAccountTokens(
  { store, clock, rng }: ServiceAccountTokensDeps,
  { key, issuer = API_AUDIENCE }: ServiceAccountTokensOptions,
): TokenIssuer & LegacyTokenIssuer & TokenSource {
  const secret = utf8ToBytes(key);
  const sign = (text: string): string => base64url(hmac(sha256, secret, utf8ToBytes(text)));
  const encode = (claims: object): string => {
    const text = `${HEADER}.${base64url(utf8ToBytes(JSON.stringify(claims)))}`;
    return `${text}.${sign(text)}`;
  };

  return {
    async issue({ serviceAccount, audiences, expirationSeconds, boundObject }: TokenClaims) {
      const { namespace, name, uid } = serviceAccount;
      const nowSeconds = Math.floor(clock.now() / 1000);
      const expiresAt = nowSeconds + expirationSeconds;
      const claims: Claims = {
        aud: audiences.length > 0 ? audiences : [API_AUDIENCE],
        exp: expiresAt,
        iat: nowSeconds,
        iss: issuer,
        jti: rng.uuid(),
        'kubernetes.io': {
          namespace,
          ...(boundObject && { [boundObject.kind.toLowerCase()]: { name: boundObject.name, uid: boundObject.uid } }),
          serviceaccount: { name, uid },
        },
        nbf: nowSeconds,
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      return { token: encode(claims), expirationTimestamp: timestamp(expiresAt * 1000) };
    },

    issueLegacy({ namespace, name, uid }, secretName) {
      const claims: LegacyClaims = {
        iss: LEGACY_ISSUER,
        [`${LEGACY}/namespace`]: namespace,
        [`${LEGACY}/secret.name`]: secretName,
        [`${LEGACY}/service-account.name`]: name,
        [`${LEGACY}/service-account.uid`]: uid,
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      return encode(claims);
    },

    async lookup(token, audiences) {
      const [header = '', payload = '', signature = '', more] = token.split('.');
      if (header !== HEADER || more !== undefined || sign(`${header}.${payload}`) !== signature) return undefined;
      const parsed = JSON.parse(fromBase64url(payload)) as Claims | LegacyClaims;
      if (parsed.iss === LEGACY_ISSUER) return legacyIdentity(store, parsed as LegacyClaims, token, audiences);
      const claims = parsed as Claims;
      const nowSeconds = Math.floor(clock.now() / 1000);
      if (claims.iss !== issuer || claims.exp <= nowSeconds || claims.nbf > nowSeconds) return undefined;
      const wanted = audiences.length > 0 ? audiences : [API_AUDIENCE];
      const shared = wanted.filter((audience) => claims.aud.includes(audience));
      if (shared.length === 0 || !(await isAlive(store, claims['kubernetes.io']))) return undefined;
      return identity(claims, shared);
    },
  };
}

/** Makes the tokens of Secrets of type `kubernetes.io/service-account-token`: good as long as the Secret holds them. */
export interface LegacyTokenIssuer {
  issueLegacy(
    serviceAccount: { readonly namespace: string; readonly name: string; readonly uid: string },
    secretName: string,
  ): string;
}

const LEGACY_ISSUER = 'kubernetes/serviceaccount';
const LEGACY = 'kubernetes.io/serviceaccount';
/** `iss`, `sub`, and the others under {@link LEGACY}. */
type LegacyClaims = Readonly<Record<string, string>>;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/serviceaccount/legacy.go */
async function legacyIdentity(
  store: Store<KubeObject>,
  claims: LegacyClaims,
  token: string,
  audiences: readonly string[],
): Promise<TokenIdentity | undefined> {
  const of = (name: string): string => claims[`${LEGACY}/${name}`] ?? '';
  const [namespace, name, uid] = [of('namespace'), of('service-account.name'), of('service-account.uid')];
  const shared = audiences.length > 0 ? audiences.filter((audience) => audience === API_AUDIENCE) : [API_AUDIENCE];
  const account = await store.get(storageKey({ group: '', plural: 'serviceaccounts' }, namespace, name));
  const secret = await store.get(storageKey({ group: '', plural: 'secrets' }, namespace, of('secret.name')));
  const held = secret.kv?.value as (KubeObject & { readonly data?: Readonly<Record<string, string>> }) | undefined;
  if (shared.length === 0 || account.kv?.value.metadata.uid !== uid || held?.data?.['token'] !== btoa(token))
    return undefined;
  if (held.metadata.deletionTimestamp !== undefined || account.kv.value.metadata.deletionTimestamp !== undefined)
    return undefined;
  const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
  return { audiences: shared, user: { name: claims['sub'] ?? '', uid, groups } };
}

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
  readonly node?: Ref;
}

interface Ref {
  readonly name: string;
  readonly uid: string;
}

async function isAlive(
  store: Store<KubeObject>,
  { namespace, serviceaccount, pod, secret, node }: Private,
): Promise<boolean> {
  const exists = async (plural: string, where: string, { name, uid }: Ref): Promise<boolean> => {
    const { kv } = await store.get(storageKey({ group: '', plural }, where, name));
    return kv !== undefined && kv.value.metadata.uid === uid;
  };
  if (!(await exists('serviceaccounts', namespace, serviceaccount))) return false;
  if (pod !== undefined && !(await exists('pods', namespace, pod))) return false;
  if (secret !== undefined && !(await exists('secrets', namespace, secret))) return false;
  return node === undefined || exists('nodes', '', node);
}

function identity(
  { sub, jti, 'kubernetes.io': { namespace, serviceaccount, pod, node } }: Claims,
  audiences: readonly string[],
): TokenIdentity {
  const prefix = 'authentication.kubernetes.io';
  return {
    audiences,
    user: {
      name: sub,
      uid: serviceaccount.uid,
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      extra: {
        [`${prefix}/credential-id`]: [`JTI=${jti}`],
        ...(node && { [`${prefix}/node-name`]: [node.name], [`${prefix}/node-uid`]: [node.uid] }),
        ...(pod && { [`${prefix}/pod-name`]: [pod.name], [`${prefix}/pod-uid`]: [pod.uid] }),
      },
    },
  };
}

function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.charCodeAt(0)));
}

const HEADER = base64url(utf8ToBytes('{"alg":"HS256","kid":"tabernetes"}'));
