import { Base64Problem, decodeBase64 } from '@tabernetes/apimachinery';

/** A block of PEM text. */
export interface PemBlock {
  /** `CERTIFICATE`, `CERTIFICATE REQUEST`, … */
  readonly type: string;
  readonly hasHeaders: boolean;
  readonly bytes: Uint8Array;
}

/**
 * The blocks of a text, in order; what is between them, and what is no good block, is passed over.
 * @see https://pkg.go.dev/encoding/pem
 */
export function pemBlocks(text: string): readonly PemBlock[] {
  const blocks: PemBlock[] = [];
  for (const [, type = '', body = ''] of text.matchAll(BLOCK)) {
    const lines = body.split('\n').map((line) => line.trim());
    const first = lines.findIndex((line) => !line.includes(':'));
    const bytes = decoded(lines.slice(Math.max(first, 0)).join(''));
    if (bytes !== undefined) blocks.push({ type, hasHeaders: first > 0, bytes });
  }
  return blocks;
}

const BLOCK = /(?<=^|\n)-----BEGIN ([^\n]*?)-----[ \t\r]*\n([\s\S]*?)-----END \1-----[ \t\r]*(?=\n|$)/g;

function decoded(base64: string): Uint8Array | undefined {
  try {
    return decodeBase64(base64);
  } catch (error) {
    if (error instanceof Base64Problem) return undefined;
    throw error;
  }
}
