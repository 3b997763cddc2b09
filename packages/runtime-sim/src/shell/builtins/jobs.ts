import { SIGNAL_NUMBERS, type SignalName } from '@tabernetes/node-api';
import { signalByName } from '../../process/signals.ts';
import { ShellError } from '../control.ts';
import type { Job } from '../job.ts';
import { continueJob, waitInForeground } from '../job-control.ts';
import type { Shell } from '../shell.ts';
import { type Builtin, letters, singleQuoted } from './builtin.ts';

export const jobs: Builtin = async (shell, argv) => {
  const { flags } = letters(argv, 'lp');
  const known = shell.jobs.length > 0 ? [...shell.jobs] : shell.parentJobs;
  for (const [index, job] of known.entries()) {
    if (flags.has('p')) {
      await shell.proc.stdout.write(`${job.pid}\n`);
      continue;
    }
    const mark = index === known.length - 1 ? '+' : index === known.length - 2 ? '-' : ' ';
    const pid = flags.has('l') ? `${job.pid} ` : '';
    await shell.proc.stdout.write(
      `[${job.number}]${mark}  ${pid}${stateOf(job).padEnd(26)} ${shell.options.monitor || shell.options.interactive ? job.text : ''}`
        .trimEnd()
        .padEnd(pid === '' ? 32 : 0) + '\n',
    );
    if (job.proc.exitCode !== undefined) forget(shell, job);
  }
  return 0;
};

/** Waits for all children, or for those named. A signal with an action ends the waiting at once. */
export const wait: Builtin = async (shell, argv) => {
  const { traps } = shell;
  if (argv.length === 1) {
    for (const job of [...shell.jobs]) {
      if ((await traps.waitFor(job.proc)) === undefined) return 128 + traps.pendingNumber;
      forget(shell, job);
    }
    return 0;
  }
  if (argv[1] === '-n') return waitForOne(shell, argv.slice(2));
  let status = 0;
  for (const name of argv.slice(1)) {
    const job = name[0] === '%' ? jobByName(shell, name) : shell.jobs.find(({ pid }) => String(pid) === name);
    if (job === undefined) {
      status = 127;
      continue;
    }
    const code = await traps.waitFor(job.proc);
    if (code === undefined) return 128 + traps.pendingNumber;
    await shell.reportSignal(job.proc);
    forget(shell, job);
    status = code;
  }
  return status;
};

/** `wait -n`: until one of the children ends, or of those named. As bash has it; busybox 1.35 gives other codes. */
async function waitForOne(shell: Shell, names: readonly string[]): Promise<number> {
  const { traps } = shell;
  const all = [...shell.jobs];
  const among =
    names.length === 0
      ? all
      : all.filter((job) =>
          names.some((name) => (name[0] === '%' ? jobByName(shell, name) === job : String(job.pid) === name)),
        );
  if (among.length === 0) return 127;
  const ended = (): Job | undefined => among.find(({ proc }) => proc.exitCode !== undefined);
  if (ended() === undefined && !traps.isPending) {
    await traps.block((wake) => {
      const offs = among.map(({ proc }) => proc.onExit(wake));
      return () => {
        for (const off of offs) off();
      };
    });
  }
  const job = ended();
  if (job === undefined) return 128 + traps.pendingNumber;
  forget(shell, job);
  return job.proc.exitCode ?? 0;
}

/** `fg` waits for a job; `bg` lets it go on behind. */
export const resume: Builtin = async (shell, argv) => {
  const job = argv[1] === undefined ? shell.jobs.at(-1) : jobByName(shell, argv[1]);
  if (job === undefined)
    throw new ShellError(argv[1] === undefined ? 'No current job' : `${argv[1]}: no such job`, { fatal: false });
  const { terminal } = shell;
  // In front before it goes on, or its first read would stop it again.
  if (argv[0] === 'fg' && terminal !== undefined) terminal.foreground = job.procs?.[0] ?? job.proc;
  continueJob(job);
  await shell.proc.stdout.write(argv[0] === 'fg' ? `${job.text}\n` : `[${job.number}] ${job.text}\n`);
  if (argv[0] !== 'fg') return 0;
  try {
    return terminal === undefined
      ? await shell.waitFor(job.proc)
      : await waitInForeground(shell, terminal, job.procs ?? [job.proc], job);
  } finally {
    if (job.proc.exitCode !== undefined) forget(shell, job);
  }
};

export const kill: Builtin = async (shell, argv) => {
  const { proc } = shell;
  const [, first = '', ...more] = argv;
  if (first === '-l') return listSignals(shell, more);
  let signal: SignalName | 'EXIT' | undefined = 'TERM';
  let targets = argv.slice(1);
  if (first === '-s' || first === '-n') {
    signal = signalByName(more[0] ?? '');
    targets = more.slice(1);
  } else if (first === '--') targets = more;
  else if (/^-./.test(first)) {
    signal = signalByName(first.slice(1));
    targets = more;
  }
  if (targets[0] === '--') targets = targets.slice(1);
  if (signal === undefined) {
    await shell.report(`bad signal name '${first.replace(/^-/, '') === 's' ? (more[0] ?? '') : first.slice(1)}'`);
    return 1;
  }
  if (targets.length === 0) {
    await shell.report('you need to specify whom to kill');
    return 1;
  }
  let status = 0;
  for (const target of targets) {
    const job = target[0] === '%' ? jobByName(shell, target) : undefined;
    // With job control a job is a group.
    const isGroup = job !== undefined && job.proc.pgid === job.pid && job.pid !== proc.pgid;
    const pid = (isGroup ? -job.pid : job?.pid) ?? (/^-?\d+$/.test(target) ? Number(target) : undefined);
    if (pid === undefined) {
      await shell.report(target[0] === '%' ? `${target}: no such job` : `invalid number '${target}'`);
      status = 1;
    } else {
      if (proc.kill(pid, signal === 'EXIT' ? 0 : signal)) continue;
      const there = proc.pids.processes.get(pid);
      await shell.report(
        `can't kill pid ${pid}: ${there === undefined ? 'No such process' : 'Operation not permitted'}`,
      );
      status = 1;
    }
  }
  // Whoever kills itself goes no further.
  await proc.tick();
  return status;
};

export const trap: Builtin = async (shell, argv) => {
  const words = argv[1] === '--' ? argv.slice(2) : argv.slice(1);
  const { traps } = shell;
  if (words.length === 0) {
    const number = (name: string): number => (name === 'EXIT' ? 0 : SIGNAL_NUMBERS[name as SignalName]);
    const shown = [...traps.actions].sort(([a], [b]) => number(a) - number(b));
    await shell.proc.stdout.write(shown.map(([name, action]) => `trap -- ${singleQuoted(action)} ${name}\n`).join(''));
    return 0;
  }
  // `trap TERM` and `trap 15` mean `trap - TERM`.
  const reset = words.length === 1 || words[0] === '-' || /^\d+$/.test(words[0] ?? '');
  const action = reset ? undefined : words[0];
  let status = 0;
  for (const name of reset && words[0] !== '-' ? words : words.slice(1)) {
    const signal = signalByName(name);
    if (signal === undefined) {
      await shell.complain(`${name}: invalid signal specification`, 'trap');
      status = 1;
    } else traps.set(signal, action);
  }
  return status;
};

/** By number, from 1. */
const NAMES: readonly string[] = Object.keys(SIGNAL_NUMBERS);

async function listSignals(shell: Shell, words: readonly string[]): Promise<number> {
  const { stdout } = shell.proc;
  if (words.length === 0) {
    await stdout.write(NAMES.map((name, index) => `${String(index + 1).padStart(2)}) ${name}\n`).join(''));
    return 0;
  }
  for (const word of words) {
    const number = Number(word);
    const found = Number.isNaN(number)
      ? NAMES.indexOf(word.toUpperCase().replace(/^SIG/, '')) + 1
      : NAMES[(number > 128 ? number - 128 : number) - 1];
    if (found === undefined || found === 0) {
      await shell.report(`unknown signal '${word}'`);
      return 1;
    }
    await stdout.write(`${found}\n`);
  }
  return 0;
}

function stateOf({ proc }: Job): string {
  if (proc.exitCode === undefined) return proc.isStopped ? 'Stopped' : 'Running';
  return proc.exitCode === 0 ? 'Done' : `Done(${proc.exitCode})`;
}

function jobByName({ jobs: all }: Shell, name: string): Job | undefined {
  const text = name.slice(1);
  if (text === '' || text === '%' || text === '+') return all.at(-1);
  if (text === '-') return all.at(-2);
  if (/^\d+$/.test(text)) return all.find(({ number }) => number === Number(text));
  return all.find((job) => (text[0] === '?' ? job.text.includes(text.slice(1)) : job.text.startsWith(text)));
}

function forget(shell: Shell, job: Job): void {
  const at = shell.jobs.indexOf(job);
  if (at >= 0) shell.jobs.splice(at, 1);
}
