import type { SignalName } from '@tabernetes/node-api';
import type { OpenFile } from '../process/open-file.ts';
import type { Proc } from '../process/proc.ts';
import type { Shell, ShellInit } from './shell.ts';

export interface ForkOptions {
  readonly fds?: Map<number, OpenFile>;
  readonly background?: boolean;
  /** The process group that it joins. Default: with job control one of its own, else the shell's. */
  readonly group?: number | undefined;
}

/** What a shell in a child process begins with. */
interface Fork {
  readonly proc: Proc;
  readonly init: ShellInit;
  /** Where it goes on from. */
  readonly state: Partial<Shell>;
}

/** A child process that runs a part of a shell's script, and a copy of everything for the shell in it. */
export function forkOf(shell: Shell, { fds, background = false, group }: ForkOptions): Fork {
  const { monitor } = shell.options;
  const proc = shell.proc.fork({
    ...(fds === undefined ? {} : { fds }),
    ...(group !== undefined ? { group } : monitor ? { leader: true } : {}),
  });
  // Ignored signals stay ignored; actions are the parent's own. What runs behind is out of the keyboard's reach.
  const ignored = new Set<SignalName>(shell.traps.ignored());
  if (background && !monitor) ignored.add('INT').add('QUIT');
  return {
    proc,
    init: {
      variables: shell.variables.fork(),
      functions: new Map(shell.functions),
      // What a job starts belongs to the job.
      options: { ...shell.options, interactive: false, ...(shell.terminal !== undefined && { monitor: false }) },
      ignored,
      aliases: new Map(shell.aliases),
      positional: shell.positional,
      name: shell.name,
      applet: shell.applet,
      shellPid: shell.shellPid,
      place: shell.place.copy(),
    },
    state: {
      status: shell.status,
      lastBackgroundPid: shell.lastBackgroundPid,
      functionDepth: shell.functionDepth,
      tested: shell.tested,
      namesLines: shell.namesLines,
      optionPlace: shell.optionPlace,
      parentJobs: shell.jobs.length > 0 ? [...shell.jobs] : shell.parentJobs,
    },
  };
}
