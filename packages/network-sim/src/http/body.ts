import type { Chunk } from '@tabernetes/node-api';

const encoder = new TextEncoder();

export const bytesOf = (chunk: Chunk): Uint8Array => (typeof chunk === 'string' ? encoder.encode(chunk) : chunk);

export type Body = Chunk | AsyncIterable<Chunk> | undefined;

/** Known at once, so that its length can be told. */
export const isWhole = (body: Body): body is Chunk | undefined =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array;

export async function* bodyBytes(body: Body): AsyncGenerator<Uint8Array> {
  if (body === undefined) return;
  if (isWhole(body)) {
    if (body.length > 0) yield bytesOf(body);
  } else for await (const chunk of body) if (chunk.length > 0) yield bytesOf(chunk);
}

/** Everything, as UTF-8. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
