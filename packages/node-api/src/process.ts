import type { Rng } from '@tabernetes/base';
import type { FileSystem } from './file-system.ts';
import type { Net } from './net.ts';
import type { InputStream, OutputStream, Terminal } from './streams.ts';

/** Signals by the names of `kill -l`, without SIG. */
export type SignalName =
  | 'HUP'
  | 'INT'
  | 'QUIT'
  | 'ILL'
  | 'TRAP'
  | 'ABRT'
  | 'BUS'
  | 'FPE'
  | 'KILL'
  | 'USR1'
  | 'SEGV'
  | 'USR2'
  | 'PIPE'
  | 'ALRM'
  | 'TERM'
  | 'STKFLT'
  | 'CHLD'
  | 'CONT'
  | 'STOP'
  | 'TSTP'
  | 'TTIN'
  | 'TTOU'
  | 'URG'
  | 'XCPU'
  | 'XFSZ'
  | 'VTALRM'
  | 'PROF'
  | 'WINCH'
  | 'POLL'
  | 'PWR'
  | 'SYS';

/** Their numbers on Linux: a process that dies of one exits with 128 + number. */
export const SIGNAL_NUMBERS: Readonly<Record<SignalName, number>> = {
  HUP: 1,
  INT: 2,
  QUIT: 3,
  ILL: 4,
  TRAP: 5,
  ABRT: 6,
  BUS: 7,
  FPE: 8,
  KILL: 9,
  USR1: 10,
  SEGV: 11,
  USR2: 12,
  PIPE: 13,
  ALRM: 14,
  TERM: 15,
  STKFLT: 16,
  CHLD: 17,
  CONT: 18,
  STOP: 19,
  TSTP: 20,
  TTIN: 21,
  TTOU: 22,
  URG: 23,
  XCPU: 24,
  XFSZ: 25,
  VTALRM: 26,
  PROF: 27,
  WINCH: 28,
  POLL: 29,
  PWR: 30,
  SYS: 31,
};

export interface SpawnOptions {
  /** Replaces the environment; default the parent's. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly stdin?: InputStream;
  readonly stdout?: OutputStream;
  readonly stderr?: OutputStream;
}

/** Who writes faster than the other end reads waits; who writes what nobody reads any more dies of it (PIPE). */
export interface Pipe {
  readonly input: InputStream;
  readonly output: OutputStream;
}

/** A process that another one started. */
export interface ChildProcess {
  readonly pid: number;
  /** Resolves with the exit code; 128 + n after a signal. */
  readonly exited: Promise<number>;
  kill(signal?: SignalName): void;
}

/**
 * What a running program sees of its world, and all that it sees. Everything that waits waits on the cluster's clock
 * and is interrupted when the process is killed: the promise then rejects, and the program must let it pass.
 */
export interface Process {
  readonly pid: number;
  /** The name by which it was called, then its arguments. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
  readonly hostname: string;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Set when the standard streams are a terminal. */
  readonly terminal?: Terminal;
  readonly fs: FileSystem;
  /** Opens a file that is read as it comes, such as a pipe or a device. Not every host has it. @throws {FileError} */
  openInput?(path: string): InputStream;
  /** A pipe between this process and a child that it hands the other end to. Not every host has it. */
  pipe?(): Pipe;
  readonly net: Net;
  readonly rng: Rng;
  /** Aborted when the process is killed or its container stops. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch on the cluster's clock. */
  now(): number;
  sleep(delayMs: number): Promise<void>;
  /** Starts `argv[0]`, found by PATH in the file system and the image's programs. Exit 127 when there is none. */
  spawn(argv: readonly string[], options?: SpawnOptions): ChildProcess;
  /**
   * Takes over a signal; `'ignore'` drops it. Without a handler the default action happens, except that PID 1 has none
   * for TERM and its like, as in every container. KILL and STOP cannot be taken over.
   */
  onSignal(signal: SignalName, handler: (() => void) | 'ignore'): { dispose(): void };
  /**
   * Sends a signal to a process of the same container, by pid; 0 and negative numbers mean groups as in kill(2). Signal 0 only asks.
   * False when there is none, or none that may be signalled.
   */
  kill(pid: number, signal: SignalName | 0): boolean;
  /** What this process uses from now on; drives metrics, OOM kills and throttling. */
  usage(use: { readonly cpuMillicores?: number; readonly memoryBytes?: number }): void;
}

/** A program: resolves with its exit code (0 … 255). A rejection other than by kill is exit 1 with the error's text on stderr. */
export type Program = (process: Process) => Promise<number>;
