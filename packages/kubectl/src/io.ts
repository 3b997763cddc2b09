import type { Process } from '@tabernetes/node-api';

/**
 * Output of a command: pieces are put in order and written as fast as the reader takes them. Commands that print a
 * little need not wait; those that stream await {@link flush} so that a slow reader slows them down.
 */
export interface Printer {
  write(text: string): void;
  /** Resolves when everything so far has been taken. Rejects when nobody reads any more. */
  flush(): Promise<void>;
}

export function printer(stream: Process['stdout']): Printer {
  let waiting = '';
  let running: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    while (waiting !== '') {
      const text = waiting;
      waiting = '';
      await stream.write(text);
    }
  };
  const start = (): Promise<void> => {
    running ??= drain().finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    write(text) {
      waiting += text;
      // A reader that has gone is told of by flush(), which every command ends with.
      void start().catch(() => undefined);
    },
    flush: () => (waiting === '' && running === undefined ? Promise.resolve() : start()),
  };
}
