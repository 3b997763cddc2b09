import type { Proc } from '../process/proc.ts';
import type { Pty } from '../process/pty.ts';
import { Interrupted } from './control.ts';
import type { Job } from './job.ts';
import type { Shell } from './shell.ts';

/** 128 + the number of TSTP. */
const STOPPED = 148;

/**
 * Puts the processes of a job in front of the terminal and waits for all of them. A job that is stopped (Ctrl-Z) is kept
 * as such; one that Ctrl-C ends takes the line along that it was typed on.
 *
 * @returns the job's exit code
 * @throws {Interrupted}
 */
export async function waitInForeground(
  shell: Shell,
  terminal: Pty,
  procs: readonly Proc[],
  job?: Job,
): Promise<number> {
  const { proc } = shell;
  const [leader] = procs;
  terminal.foreground = leader;
  try {
    for (const one of procs) {
      while (one.exitCode === undefined) {
        if (procs.some(({ exitCode, isStopped }) => exitCode === undefined && isStopped)) {
          await keepStopped(shell, procs, job);
          return STOPPED;
        }
        await proc.block((wake) => {
          const offs = [one.onExit(wake), ...procs.map((each) => each.onStop(wake))];
          return () => {
            for (const off of offs) off();
          };
        });
      }
    }
  } finally {
    terminal.foreground = proc;
    // Who ended by itself left the terminal as it wants it; who did not had no time to put it right.
    if (procs.some(({ exitCode, endedBy }) => exitCode === undefined || endedBy !== undefined)) {
      terminal.mode = 'line';
      terminal.echo = true;
    }
  }
  for (const one of procs) if (one !== procs.at(-1) && one.endedBy !== 'INT') await shell.reportSignal(one);
  const last = procs.at(-1);
  if (last === undefined) return 0;
  if (procs.some(({ endedBy }) => endedBy === 'INT')) {
    shell.status = 130;
    throw new Interrupted();
  }
  await shell.reportSignal(last);
  const codes = procs.map(({ exitCode = 0 }) => exitCode);
  return (shell.options.pipefail ? codes.findLast((code) => code !== 0) : codes.at(-1)) ?? 0;
}

async function keepStopped(shell: Shell, procs: readonly Proc[], known: Job | undefined): Promise<void> {
  const last = procs.at(-1);
  if (last === undefined) return;
  const number = (shell.jobs.at(-1)?.number ?? 0) + 1;
  const job = known ?? { number, pid: procs[0]?.pid ?? last.pid, proc: last, procs, text: shell.place.statement };
  if (known === undefined) shell.jobs.push(job);
  await shell.proc.stderr.write(`[${job.number}]+  ${'Stopped'.padEnd(26)} ${job.text}\n`);
}

/** Lets the processes of a job go on. */
export function continueJob({ proc, procs = [proc] }: Job): void {
  const [leader = proc] = procs;
  // A job whose leader has ended has its group still.
  if (leader.pgid === leader.pid) proc.kill(-leader.pgid, 'CONT');
  else for (const each of procs) each.deliver('CONT');
}

/** Tells of jobs behind that have ended since the last prompt, and forgets them. */
export async function tellOfEnded(shell: Shell): Promise<void> {
  const { jobs } = shell;
  const [newest, second] = jobs.toReversed();
  for (const job of [...jobs]) {
    const { exitCode, endedBy } = job.proc;
    if (exitCode === undefined) continue;
    const mark = job === newest ? '+' : job === second ? '-' : ' ';
    const state = endedBy !== undefined ? signalState(endedBy) : exitCode === 0 ? 'Done' : `Done(${exitCode})`;
    await shell.proc.stderr.write(`[${job.number}]${mark}  ${state.padEnd(26)} ${job.text}\n`);
    jobs.splice(jobs.indexOf(job), 1);
  }
}

const signalState = (signal: string): string =>
  signal === 'TERM' ? 'Terminated' : signal === 'KILL' ? 'Killed' : signal === 'INT' ? 'Interrupt' : signal;
