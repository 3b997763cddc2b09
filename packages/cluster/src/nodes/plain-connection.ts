import type { Connection, SocketAddress } from '@tabernetes/node-api';

/** Two ends of one byte stream. */
export function connectionPair(a: SocketAddress, b: SocketAddress): readonly [Connection, Connection] {
  const [there, back] = [pipe(), pipe()];
  const end = (local: SocketAddress, remote: SocketAddress, reads: Pipe, writes: Pipe): Connection => ({
    local,
    remote,
    read: (maxBytes) => reads.read(maxBytes),
    async write(chunk) {
      if (writes.ended) throw Object.assign(new Error('broken pipe'), { code: 'EPIPE' });
      writes.write(typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk);
    },
    end: () => writes.end(),
    destroy() {
      writes.end();
      reads.end();
    },
  });
  return [end(a, b, back, there), end(b, a, there, back)];
}

interface Pipe {
  read(maxBytes?: number): Promise<Uint8Array | undefined>;
  write(bytes: Uint8Array): void;
  end(): void;
  readonly ended: boolean;
}

function pipe(): Pipe {
  const chunks: Uint8Array[] = [];
  let ended = false;
  let wake: (() => void) | undefined;
  const changed = (): void => {
    wake?.();
    wake = undefined;
  };
  return {
    get ended() {
      return ended;
    },
    async read(maxBytes = Number.POSITIVE_INFINITY) {
      for (;;) {
        const chunk = chunks.shift();
        if (chunk !== undefined) {
          if (chunk.length <= maxBytes) return chunk;
          chunks.unshift(chunk.subarray(maxBytes));
          return chunk.subarray(0, maxBytes);
        }
        if (ended) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    write(bytes) {
      if (bytes.length > 0) chunks.push(bytes);
      changed();
    },
    end() {
      ended = true;
      changed();
    },
  };
}

/** A connection whose bytes can be looked at before they are taken. */
export interface ByteStream {
  readonly connection: Connection;
  /** Up to the mark, without it; undefined: it never came. */
  until(mark: string): Promise<string | undefined>;
  body(length: number): AsyncIterable<Uint8Array>;
}

export function byteStream(connection: Connection): ByteStream {
  let kept = new Uint8Array(0);
  const more = async (): Promise<boolean> => {
    const chunk = await connection.read();
    if (chunk === undefined) return false;
    const joined = new Uint8Array(kept.length + chunk.length);
    joined.set(kept);
    joined.set(chunk, kept.length);
    kept = joined;
    return true;
  };
  return {
    connection,
    async until(mark) {
      for (;;) {
        const text = new TextDecoder('latin1').decode(kept);
        const at = text.indexOf(mark);
        if (at >= 0) {
          kept = kept.slice(at + mark.length);
          return text.slice(0, at);
        }
        if (!(await more())) return undefined;
      }
    },
    async *body(length) {
      let left = length;
      while (left > 0) {
        if (kept.length === 0 && !(await more())) return;
        const piece = kept.slice(0, left);
        kept = kept.slice(piece.length);
        left -= piece.length;
        yield piece;
      }
    },
  };
}
