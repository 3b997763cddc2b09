import type { Rng } from '@tabernetes/base';

/** No vowels and nothing that looks alike, so that no bad words come out. */
const SAFE_ALPHABET = 'bcdfghjklmnpqrstvwxz2456789';

const MAX_NAME_LENGTH = 63;
const SUFFIX_LENGTH = 5;

/** The name that the server gives to an object with this generateName: at most 58 characters of it, and five drawn. */
export const generateName = (rng: Rng, base: string): string =>
  base.slice(0, MAX_NAME_LENGTH - SUFFIX_LENGTH) + rng.text(SUFFIX_LENGTH, SAFE_ALPHABET);

/** Maps any text, usually decimal digits of a hash, to letters of {@link SAFE_ALPHABET}: pod-template-hash. */
export function safeEncode(text: string): string {
  let encoded = '';
  for (let at = 0; at < text.length; at++) encoded += SAFE_ALPHABET[text.charCodeAt(at) % SAFE_ALPHABET.length];
  return encoded;
}
