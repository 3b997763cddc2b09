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

/**
 * A body with what is to be done once it is over, has failed, or is given up: also by who has never begun to read it, of which a
 * generator is not told.
 */
export function endingWith(body: AsyncIterable<Uint8Array>, end: () => void): AsyncIterableIterator<Uint8Array> {
  const pieces = body[Symbol.asyncIterator]();
  return {
    async next() {
      try {
        const piece = await pieces.next();
        if (piece.done) end();
        return piece;
      } catch (error) {
        end();
        throw error;
      }
    },
    async return() {
      end();
      // It may be waiting for what never comes.
      void pieces.return?.().catch(() => undefined);
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Everything, as UTF-8. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
