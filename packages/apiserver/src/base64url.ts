import { Base64Problem, decodeBase64 } from '@tabernetes/apimachinery';

export function base64url(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

/** Undefined: it is no base64url. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (!/^[\w-]*$/.test(text)) return undefined;
  try {
    const padded = text.padEnd(Math.ceil(text.length / 4) * 4, '=');
    return decodeBase64(padded.replaceAll('-', '+').replaceAll('_', '/'));
  } catch (error) {
    if (error instanceof Base64Problem) return undefined;
    throw error;
  }
}
