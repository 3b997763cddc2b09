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

/** Those that stop a process when nobody took them over, as STOP always does. */
export const STOPS_BY_DEFAULT: ReadonlySet<SignalName> = new Set(['STOP', 'TSTP', 'TTIN', 'TTOU']);

/** Dropped when nobody took them over. */
export const IGNORED_BY_DEFAULT: ReadonlySet<SignalName> = new Set(['CHLD', 'CONT', 'URG', 'WINCH']);

/** What a shell says of a child that a signal ended. */
export const SIGNAL_TEXTS: Readonly<Partial<Record<SignalName, string>>> = {
  HUP: 'Hangup',
  QUIT: 'Quit',
  ILL: 'Illegal instruction',
  TRAP: 'Trace/breakpoint trap',
  ABRT: 'Aborted',
  BUS: 'Bus error',
  FPE: 'Floating point exception',
  KILL: 'Killed',
  USR1: 'User defined signal 1',
  SEGV: 'Segmentation fault',
  USR2: 'User defined signal 2',
  ALRM: 'Alarm clock',
  TERM: 'Terminated',
  STKFLT: 'Stack fault',
  XCPU: 'CPU time limit exceeded',
  XFSZ: 'File size limit exceeded',
  VTALRM: 'Virtual timer expired',
  PROF: 'Profiling timer expired',
  POLL: 'I/O possible',
  PWR: 'Power failure',
  SYS: 'Bad system call',
};
