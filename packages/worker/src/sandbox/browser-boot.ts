import type { Guest } from '@tabernetes/node-api';

/** What a worker is told first. */
export interface BootProgram {
  readonly program: string;
  readonly maxLength: number;
}

/**
 * The first code of a worker: waits for the program's text, makes a function of it, and hands it to the guest, which shuts the worker
 * before it runs. Sent to workers as its text; names nothing outside of itself.
 */
export function browserBoot(makeGuest: () => Guest): void {
  const post = globalThis.postMessage.bind(globalThis) as (message: unknown) => void;
  const { port1, port2 } = new MessageChannel();
  const compile = Function;
  let guest: Guest | undefined;
  let maxLength = 0;
  let quiet: () => void = () => undefined;
  port1.onmessage = () => quiet();
  /** A task later: promises have settled. */
  const later = (callback: () => void): void => {
    quiet = callback;
    port2.postMessage(0);
  };

  const begin = (told: BootProgram): void => {
    try {
      maxLength = told.maxLength;
      const made = makeGuest();
      // Compiled while that can be done; it runs when the worker is shut.
      const body = compile('module', told.program) as Parameters<Guest['begin']>[0];
      made.begin(body);
      guest = made;
      post({});
    } catch (error) {
      post({ refused: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
    }
  };
  const take = (): void => {
    let said: unknown;
    try {
      said = guest?.take();
    } catch {
      said = undefined;
    }
    const isFit = typeof said === 'string' && said.length <= maxLength;
    post(isFit ? said : { refused: 'it says more at once than it may' });
  };
  addEventListener('unhandledrejection', (event) => {
    event.preventDefault();
    guest?.fail(event.reason);
  });
  addEventListener('message', ({ data }: MessageEvent<string | BootProgram>) => {
    if (typeof data !== 'string') {
      begin(data);
      return;
    }
    try {
      guest?.deliver(data);
    } catch {
      post({ refused: 'it broke its worker' });
      return;
    }
    // Rejections that nobody handles are told of in a task of their own.
    later(() => later(take));
  });
}
