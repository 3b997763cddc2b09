import type { InputStream } from '@tabernetes/node-api';

/** What a person types while a program runs, as the program reads it. */
export interface KeyQueue extends InputStream {
  push(text: string): void;
  /** No more keys: Ctrl-D. */
  end(): void;
}

export function keyQueue(): KeyQueue {
  const encoder = new TextEncoder();
  let bytes: Uint8Array = new Uint8Array(0);
  let isOver = false;
  let wake: (() => void) | undefined;

  const stir = (): void => {
    wake?.();
    wake = undefined;
  };
  const more = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });
  const take = (length: number): Uint8Array => {
    const taken = bytes.subarray(0, length);
    bytes = bytes.subarray(length);
    return taken;
  };
  const add = (text: string): void => {
    const added = encoder.encode(text);
    const joined = new Uint8Array(bytes.length + added.length);
    joined.set(bytes);
    joined.set(added, bytes.length);
    bytes = joined;
    stir();
  };
  return {
    push: add,
    end() {
      isOver = true;
      stir();
    },
    async read(maxBytes = 65_536) {
      while (bytes.length === 0) {
        if (isOver) return undefined;
        await more();
      }
      return take(Math.min(maxBytes, bytes.length));
    },
    async readLine() {
      for (;;) {
        const newline = bytes.indexOf(10);
        if (newline >= 0) return new TextDecoder().decode(take(newline + 1).subarray(0, newline));
        if (isOver) return bytes.length === 0 ? undefined : new TextDecoder().decode(take(bytes.length));
        await more();
      }
    },
    async readText() {
      while (!isOver) await more();
      return new TextDecoder().decode(take(bytes.length));
    },
    close() {
      isOver = true;
    },
  };
}
