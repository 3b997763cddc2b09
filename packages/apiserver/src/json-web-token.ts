import { utf8ToBytes } from '@noble/hashes/utils.js';
import { base64url, fromBase64url } from './base64url.ts';
import type { SigningKey } from './signing-key.ts';

/** `header.claims.signature`. Claims are printed in the order in which they are given. */
export function signedToken(key: SigningKey, claims: object): string {
  const header = base64url(utf8ToBytes(JSON.stringify({ alg: key.publicKey.alg, kid: key.id })));
  const text = `${header}.${base64url(utf8ToBytes(JSON.stringify(claims)))}`;
  return `${text}.${base64url(key.sign(utf8ToBytes(text)))}`;
}

export type TokenReading =
  /** No JWT, or one that somebody else issued. */
  | { readonly kind: 'foreign' }
  /** It says that it is ours, and is not. */
  | { readonly kind: 'forged' }
  | { readonly kind: 'claims'; readonly claims: Readonly<Record<string, unknown>> };

/** Reads a token of one of `issuers`; its signature is checked last, as the costliest. */
export function readToken(keyOf: () => SigningKey, issuers: readonly string[], token: string): TokenReading {
  const parts = token.split('.');
  const [head = '', payload = '', signature = ''] = parts;
  const claims = parts.length === 3 ? jsonOf(payload) : undefined;
  if (claims === undefined || !issuers.includes(String(claims['iss']))) return FOREIGN;
  const key = keyOf();
  const header = jsonOf(head);
  const bytes = fromBase64url(signature);
  if (header?.['alg'] !== key.publicKey.alg || header['kid'] !== key.id || bytes === undefined) return FORGED;
  return key.verify(bytes, utf8ToBytes(`${head}.${payload}`)) ? { kind: 'claims', claims } : FORGED;
}

const FOREIGN: TokenReading = { kind: 'foreign' };
const FORGED: TokenReading = { kind: 'forged' };

function jsonOf(part: string): Readonly<Record<string, unknown>> | undefined {
  const bytes = fromBase64url(part);
  if (bytes === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined; // who sends nonsense is nobody
  }
}
