import type { HttpHandler, Process, Program, SignalName } from '@tabernetes/node-api';

/** Waits until the process is told to end. Resolves with the signal; KILL needs no answer. */
export function untilStopped(
  process: Process,
  signals: readonly SignalName[] = ['TERM', 'INT', 'QUIT'],
): Promise<SignalName> {
  return new Promise((resolve) => {
    for (const signal of signals) process.onSignal(signal, () => resolve(signal));
  });
}

export interface ServerOptions {
  readonly port: (process: Process) => number;
  readonly handler: (process: Process) => HttpHandler;
  /** Lines on stdout before the first request. */
  readonly banner?: (process: Process) => readonly string[];
  /** Ends with 0 on TERM; false leaves TERM alone, as programs do that have no handler for it. Default true. */
  readonly stops?: boolean;
}

/** A program that answers HTTP until it is stopped. */
export function httpServer({ port, handler, banner, stops = true }: ServerOptions): Program {
  return async (process) => {
    for (const line of banner?.(process) ?? []) await process.stdout.write(`${line}\n`);
    const listener = process.net.serve(port(process), handler(process));
    try {
      await untilStopped(process, stops ? undefined : []);
      return 0;
    } finally {
      listener.close();
    }
  };
}
