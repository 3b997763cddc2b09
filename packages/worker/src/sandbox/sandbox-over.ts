import { systemHost } from '@tabernetes/base';
import { type Sandbox, SandboxError, type SandboxProgram, type SandboxWorker } from '@tabernetes/node-api';

export interface SandboxLimits {
  /** Real milliseconds that a program may compute without a pause. Default 5,000. */
  readonly turnMs?: number;
  /** Programs at a time. Default 64. */
  readonly workers?: number;
}

/** What a worker says: what its program says, or that it has begun, or why it does not go on. */
export type ThreadNews = string | { readonly refused?: string };

export interface ThreadEvents {
  said(news: ThreadNews): void;
  /** It is gone, or as good as gone. */
  failed(error: SandboxError): void;
  /** It takes nothing of the host any more. */
  exited(): void;
}

/** A worker of the host, whatever it is there. */
export interface Thread {
  post(message: string): void;
  terminate(): void;
}

/** What starting a worker may take on a busy machine, in milliseconds. */
const START_MS = 30_000;
/** An answer that has come while the host was busy itself still counts. */
const GRACE_MS = 100;

/** Characters that may come out of one turn. */
export const MAX_TURN_LENGTH = 32 * 1024 * 1024;

/** A sandbox over workers of any kind: counts them, asks them in turn, and ends those that compute without end. */
export function sandboxOver(
  startThread: (program: SandboxProgram, events: ThreadEvents) => Thread,
  { turnMs = 5_000, workers = 64 }: SandboxLimits = {},
): Sandbox {
  let running = 0;
  return {
    start(program) {
      if (running >= workers) {
        throw new SandboxError('tooMany', `Resource temporarily unavailable: ${workers} programs of users are running`);
      }
      running++;
      let isCounted = true;
      const exited = (): void => {
        if (isCounted) running--;
        isCounted = false;
      };
      return sandboxWorker((events) => startThread(program, events), turnMs, exited);
    },
  };
}

function sandboxWorker(start: (events: ThreadEvents) => Thread, turnMs: number, onExit: () => void): SandboxWorker {
  const { alarm } = systemHost();
  let gone: SandboxError | undefined;
  let asked: { resolve(said: string): void; reject(error: unknown): void } | undefined;
  let cancel: () => void = () => undefined;
  let begin = (): void => undefined;
  const begun = new Promise<void>((resolve) => {
    begin = resolve;
  });

  const settle = (): typeof asked => {
    cancel();
    const settled = asked;
    asked = undefined;
    return settled;
  };
  const end = (error: SandboxError): void => {
    if (gone !== undefined) return;
    gone = error;
    settle()?.reject(gone);
    thread.terminate();
  };
  const thread = start({
    said(news) {
      if (typeof news === 'string') settle()?.resolve(news);
      else if (news.refused === undefined) begin();
      else end(new SandboxError('failed', news.refused));
    },
    failed: end,
    exited() {
      end(new SandboxError('failed', 'its worker ended'));
      onExit();
    },
  });
  const overrun = (): void =>
    end(new SandboxError('overrun', `it computed for ${turnMs / 1000} s without a pause, and was killed`));

  return {
    turn(message) {
      if (gone !== undefined) return Promise.reject(gone);
      return new Promise((resolve, reject) => {
        asked = { resolve, reject };
        cancel = alarm(START_MS, () => end(new SandboxError('failed', 'its worker does not start')));
        void begun.then(() => {
          cancel();
          if (gone !== undefined) return;
          cancel = alarm(turnMs, () => {
            cancel = alarm(GRACE_MS, overrun);
          });
          thread.post(message);
        });
      });
    },
    terminate: () => end(new SandboxError('failed', 'it was terminated')),
  };
}
