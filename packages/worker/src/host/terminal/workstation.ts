import type { InputStream, OutputStream, Terminal } from '@tabernetes/node-api';

/** The machine that a terminal of the page is at: a shell with kubectl, and the editor's files. */
export interface Workstation {
  /** What stands before the next line. */
  prompt(): string;
  /** Runs a line; resolves with its exit code. `signal` is Ctrl-C, then the end of the terminal. */
  run(line: string, io: WorkstationIo): Promise<number>;
  /** What the word under the cursor may become. `length`: how many characters of the text it replaces. */
  complete(text: string): Promise<{ readonly length: number; readonly candidates: readonly string[] }>;
}

export interface WorkstationIo {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly terminal: Terminal;
  readonly signal: AbortSignal;
}
