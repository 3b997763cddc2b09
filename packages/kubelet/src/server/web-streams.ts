import type { Chunk, InputStream, OutputStream } from '@tabernetes/node-api';

/** What a client writes, as a process reads it. */
export function inputOf(): { readonly writable: WritableStream<Uint8Array>; readonly input: InputStream } {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const reader = readable.getReader();
  const decoder = new TextDecoder();
  let rest: Uint8Array | undefined;
  const read = async (maxBytes = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> => {
    let chunk = rest;
    rest = undefined;
    while (chunk === undefined || chunk.length === 0) {
      // A client that went away has no more to say.
      const next = await reader.read().catch(() => ({ done: true as const, value: undefined }));
      if (next.done) return undefined;
      chunk = next.value;
    }
    if (chunk.length <= maxBytes) return chunk;
    rest = chunk.slice(maxBytes);
    return chunk.slice(0, maxBytes);
  };
  const input: InputStream = {
    read,
    async readLine() {
      let line = '';
      for (let bytes = await read(1); bytes !== undefined; bytes = await read(1)) {
        const text = decoder.decode(bytes, { stream: true });
        if (text === '\n') return line;
        line += text;
      }
      return line === '' ? undefined : line;
    },
    async readText() {
      let text = '';
      for (let bytes = await read(); bytes !== undefined; bytes = await read()) {
        text += decoder.decode(bytes, { stream: true });
      }
      return text;
    },
    close: () => void reader.cancel().catch(() => undefined),
  };
  return { writable, input };
}

/** What a process writes, as a client reads it. */
export function outputOf(): { readonly readable: ReadableStream<Uint8Array>; readonly output: OutputStream } {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>(undefined, undefined, {
    highWaterMark: BUFFERED_CHUNKS,
  });
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  return {
    readable,
    output: {
      async write(chunk: Chunk) {
        await writer.ready;
        // Not waiting for the reader here: its pace is felt through `ready`.
        writer.write(typeof chunk === 'string' ? encoder.encode(chunk) : chunk).catch(() => undefined);
      },
      close: () => void writer.close().catch(() => undefined),
    },
  };
}

const BUFFERED_CHUNKS = 64;

/** Throws away what is written. */
export const NOWHERE: OutputStream = { write: () => Promise.resolve(), close: () => undefined };
