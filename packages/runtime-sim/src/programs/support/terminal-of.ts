import type { Process } from '@tabernetes/node-api';
import { Proc } from '../../process/proc.ts';
import { Pty } from '../../process/pty.ts';

/** The terminal that the standard input of a program is; undefined when it is none. */
export function terminalOf(process: Process): Pty | undefined {
  const input = process instanceof Proc ? process.fds.get(0) : undefined;
  return input instanceof Pty ? input : undefined;
}
