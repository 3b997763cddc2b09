import type { ParsedScript, ProcessSubstitutionPart } from 'unbash';
import { Pipe } from '../process/pipe.ts';
import { readAllText } from '../process/streams.ts';
import { ShellError } from './control.ts';
import { parseScript } from './parse.ts';
import type { Shell } from './shell.ts';

/** Runs what stands in `$(…)` in a fork; what it printed, without the line ends behind it. */
export async function substitute(shell: Shell, script: ParsedScript | undefined, source: string): Promise<string> {
  const commands = script?.commands ?? [];
  const [error] = script?.errors ?? [];
  if (error !== undefined) throw new ShellError(parseScript(source.slice(2, -1)).error?.message ?? 'syntax error');
  const pipe = new Pipe();
  const fds = shell.proc.inheritedFds();
  fds.get(1)?.release();
  fds.set(1, pipe.writeEnd());
  const end = pipe.readEnd();
  const fork = shell.fork({ fds, ...(shell.terminal !== undefined && { group: shell.proc.pgid }) });
  fork.lastStatement = commands.at(-1);
  const child = shell.launch(fork, (own) => own.statements(commands));
  const text = await readAllText(shell.proc, end);
  end.release();
  shell.status = await shell.proc.wait(child);
  shell.substitutions++;
  return text.replaceAll('\0', '').replace(/\n+$/, '');
}

/** The files of a shell's `<(…)` and `>(…)`, open for its commands. */
export class ProcessSubstitutions {
  readonly #shell: Shell;
  readonly #fds: number[] = [];

  constructor(shell: Shell) {
    this.#shell = shell;
  }

  /** Runs what stands in it behind; the name of the file that leads there. */
  open({ operator, script }: ProcessSubstitutionPart): string {
    const shell = this.#shell;
    const pipe = new Pipe();
    const reads = operator === '<';
    const fds = shell.proc.inheritedFds();
    fds.get(reads ? 1 : 0)?.release();
    fds.set(reads ? 1 : 0, reads ? pipe.writeEnd() : pipe.readEnd());
    const own = reads ? pipe.readEnd() : pipe.writeEnd();
    shell.launch(shell.fork({ fds, background: true }), (fork) => fork.statements(script?.commands ?? []));
    let fd = 63;
    while (shell.proc.fds.has(fd)) fd--;
    shell.proc.fds.set(fd, own);
    this.#fds.push(fd);
    return `/dev/fd/${fd}`;
  }

  get count(): number {
    return this.#fds.length;
  }

  /** Closes all but the first so many. */
  close(kept: number): void {
    const { fds } = this.#shell.proc;
    for (const fd of this.#fds.splice(kept)) {
      fds.get(fd)?.release();
      fds.delete(fd);
    }
  }
}
