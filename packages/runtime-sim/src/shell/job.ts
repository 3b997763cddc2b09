import type { Proc } from '../process/proc.ts';

/** What runs behind a shell. */
export interface Job {
  readonly number: number;
  readonly pid: number;
  readonly proc: Proc;
  /** All processes of the job that the shell started itself, {@link proc} among them. Default it alone. */
  readonly procs?: readonly Proc[];
  readonly text: string;
}
