import { SIGNAL_NUMBERS, type SignalName } from '@tabernetes/node-api';

/** Thrown out of everything that a process waits for, and by everything that it does, once it has ended. */
export class Killed extends Error {
  override readonly name = 'Killed';
  constructor() {
    super('the process was killed');
  }
}

/** The name of a signal given as `TERM`, `SIGTERM`, `term` or `15`; EXIT is `0`. */
export function signalByName(text: string): SignalName | 'EXIT' | undefined {
  if (text === '0') return 'EXIT';
  const upper = text.toUpperCase().replace(/^SIG/, '');
  if (upper === 'EXIT') return 'EXIT';
  for (const [name, number] of Object.entries(SIGNAL_NUMBERS)) {
    if (name === upper || String(number) === text) return name as SignalName;
  }
  return undefined;
}

/** Dropped when nobody took them over. */
export const IGNORED_BY_DEFAULT: ReadonlySet<SignalName> = new Set(['CHLD', 'CONT', 'WINCH']);

/** What a shell says of a child that a signal ended. */
export const SIGNAL_TEXTS: Readonly<Partial<Record<SignalName, string>>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  USR2: 'User defined signal 2',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
};
