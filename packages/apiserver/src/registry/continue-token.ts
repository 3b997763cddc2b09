import { badRequest, decodeJson, goQuote, type StatusError, SyntaxProblem } from '@tabernetes/apimachinery';

/**
 * Where the next page of a list begins: `{"v":"meta.k8s.io/v1","rv":4163,"start":"/c2\u0000"}` in base64url.
 * `start` is the key behind the last one that was answered, below the prefix that is listed; `rv` -1 means that the
 * revision is gone and the rest comes from the present.
 * @see staging/src/k8s.io/apiserver/pkg/storage/continue.go
 */
export interface ContinueToken {
  readonly revision: number;
  /** Full storage key, inclusive. */
  readonly startKey: string;
}

/** @param startKey full storage key of the first object of the next page */
export function encodeContinue(startKey: string, prefix: string, revision: number): string {
  const start = JSON.stringify(`/${startKey.slice(prefix.length)}`);
  return base64url(`{"v":"meta.k8s.io/v1","rv":${revision},"start":${start}}`);
}

/** @throws {StatusError} BadRequest */
export function decodeContinue(token: string, prefix: string): ContinueToken {
  const bytes = fromBase64url(token);
  let value: unknown;
  try {
    value = decodeJson(new TextDecoder().decode(bytes)).value;
  } catch (problem) {
    // Go quotes the first byte of what is no JSON as a character, whatever it is a part of.
    const [first = 0] = bytes;
    const what = goQuote(String.fromCharCode(first)).slice(1, -1);
    if (first > 0x7f) throw invalid(`invalid character '${what}' looking for beginning of value`);
    if (problem instanceof SyntaxProblem) throw invalid(problem.message);
    throw problem;
  }
  const {
    v = '',
    rv = 0,
    start = '',
  } = (value ?? {}) as { readonly v?: string; readonly rv?: number; readonly start?: string };
  if (v !== 'meta.k8s.io/v1') throw invalid(`server does not recognize this encoded version ${v}`);
  if (rv === 0) throw invalid('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (start === '') throw invalid('encoded start key empty (version meta.k8s.io/v1)');
  const relative = start.startsWith('/') ? start.slice(1) : start;
  // A start outside of the prefix would let a client read what it did not ask for.
  if (relative.split('/').some((part) => part === '..' || part === '.' || part === '')) throw invalid(start);
  return { revision: rv, startKey: prefix + relative };
}

const invalid = (why: string): StatusError => badRequest(`invalid continue token: continue key is not valid: ${why}`);

function base64url(text: string): string {
  let binary = '';
  for (const byte of new TextEncoder().encode(text)) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

function fromBase64url(token: string): Uint8Array {
  const at = token.search(/[^A-Za-z0-9_-]/);
  if (at >= 0 || token.length % 4 === 1) {
    // A last letter by itself says nothing.
    throw invalid(`illegal base64 data at input byte ${at >= 0 ? at : token.length - 1}`);
  }
  const binary = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
