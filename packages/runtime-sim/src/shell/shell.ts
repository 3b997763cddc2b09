import type { SignalName } from '@tabernetes/node-api';
import type {
  CommandNode,
  CompoundList,
  Function as FunctionNode,
  ParsedScript,
  ProcessSubstitutionPart,
  Statement,
  Word,
} from 'unbash';
import type { FsView } from '../file-system/fs-view.ts';
import type { OpenFile } from '../process/open-file.ts';
import { Pipe } from '../process/pipe.ts';
import { ForkError, type Proc } from '../process/proc.ts';
import type { Pty } from '../process/pty.ts';
import { SIGNAL_TEXTS } from '../process/signals.ts';
import { readAllText } from '../process/streams.ts';
import { LONGEST_TEXT } from '../programs/support/holding.ts';
import { BUILTINS, SPECIAL_BUILTINS } from './builtins.ts';
import type { Completions } from './completion/completions.ts';
import { ExitShell, Interrupted, LoopJump, ReturnFrom, ShellError } from './control.ts';
import { drive, type Steps } from './drive.ts';
import { runCommand, runInBackground, runStatement } from './execute.ts';
import {
  type ExpansionScope,
  evaluate,
  expandArithmetic,
  expandFields,
  expandParts,
  expandPattern,
  expandText,
} from './expand.ts';
import { type InvokeOptions, invoke } from './invoke.ts';
import { waitInForeground } from './job-control.ts';
import { defaultOptions, flagsOf, type ShellOptions } from './options.ts';
import { parseScript } from './parse.ts';
import { type TrapName, Traps } from './traps.ts';
import type { Variables } from './variables.ts';

/** What a shell takes by itself. */
const OWN_BYTES = 400_000;
/** From here on it counts what its variables take. */
const HEAVY_LENGTH = 65_536;

/** What runs behind the shell. */
export interface Job {
  readonly number: number;
  readonly pid: number;
  readonly proc: Proc;
  /** All processes of the job that the shell started itself, {@link proc} among them. Default it alone. */
  readonly procs?: readonly Proc[];
  readonly text: string;
}

/** Where `getopts` stands: the number of the word, and the place inside a group of letters. */
export interface OptionPlace {
  readonly index: number;
  readonly at: number;
}

export const FIRST_OPTION: OptionPlace = { index: 1, at: 0 };

export interface ShellInit {
  readonly variables: Variables;
  readonly functions?: Map<string, FunctionNode>;
  readonly options?: ShellOptions;
  /** Signals that the parent ignored. */
  readonly ignored?: Iterable<TrapName>;
  readonly aliases?: Map<string, string>;
  readonly positional: readonly string[];
  readonly name: string;
  readonly applet?: string;
  readonly shellPid?: number;
}

/**
 * A POSIX shell as busybox's ash has it. One instance per shell process: subshells, members of pipelines and
 * background jobs are forks with a process and variables of their own.
 */
export class Shell implements ExpansionScope {
  readonly proc: Proc;
  readonly variables: Variables;
  readonly functions: Map<string, FunctionNode>;
  readonly options: ShellOptions;
  readonly traps: Traps;
  readonly aliases: Map<string, string>;
  readonly jobs: Job[] = [];
  /** The terminal that people type at: jobs have groups of their own, and one of them is in front. */
  terminal: Pty | undefined;
  /** Ctrl-C came while the shell itself was at work. */
  isInterrupted = false;
  /** What was typed at the prompt, oldest first. */
  history: string[] = [];
  /** Commands whose arguments are completed by a program. */
  readonly completions: Completions = new Map();
  /** What a subshell's `jobs` shows: `$(jobs -p)`. */
  parentJobs: readonly Job[] = [];
  positional: readonly string[];
  /** `$0`, and what error messages begin with. */
  name: string;
  /** The name by which the shell was called. */
  readonly applet: string;
  status = 0;
  /** While an action of `trap` runs: the code that `exit` alone exits with. */
  statusBeforeTrap: number | undefined;
  #isHeavy = false;
  /** `$$`: a fork keeps its parent's. */
  readonly shellPid: number;
  lastBackgroundPid: number | undefined;
  loopDepth = 0;
  functionDepth = 0;
  optionPlace: OptionPlace = FIRST_OPTION;
  /** Above 0 a failure does not end the script under `set -e`. */
  tested = 0;
  /** Command substitutions so far: an assignment has the code of the one in it. */
  substitutions = 0;
  /** A process may be replaced by the last command of what it was given. */
  lastStatement: Statement | undefined;
  /** Errors name the line of a script file, not of `-c`. */
  namesLines = false;
  #text = '';
  #firstLine = 0;
  #position = 0;
  #statementEnd = 0;
  readonly #substituted: number[] = [];
  #sourcing = 0;

  constructor(proc: Proc, init: ShellInit) {
    this.proc = proc;
    this.variables = init.variables;
    this.functions = init.functions ?? new Map();
    this.options = init.options ?? defaultOptions();
    this.traps = new Traps(proc, init.ignored);
    this.aliases = init.aliases ?? new Map();
    this.positional = init.positional;
    this.name = init.name;
    this.applet = init.applet ?? 'sh';
    this.shellPid = init.shellPid ?? proc.pid;
  }

  get fs(): FsView {
    return this.proc.fs;
  }

  get noGlob(): boolean {
    return this.options.noglob;
  }

  get noUnset(): boolean {
    return this.options.nounset;
  }

  /** The statement that runs, as it was written. */
  get statementText(): string {
    return this.#text.slice(this.#position, this.#statementEnd).replace(/[\s;&]+$/, '');
  }

  /** Of the statement that runs. Counted when asked. */
  get line(): number {
    let line = this.#firstLine;
    for (let at = this.#text.indexOf('\n'); at >= 0 && at < this.#position; at = this.#text.indexOf('\n', at + 1))
      line++;
    return line;
  }

  readonly parameter = (name: string): string | undefined => {
    const first = name.charCodeAt(0);
    if (first >= 48 && first <= 57) return name === '0' ? this.name : this.positional[Number(name) - 1];
    switch (name) {
      case '?':
        return String(this.status);
      case '#':
        return String(this.positional.length);
      case '$':
        return String(this.shellPid);
      case '!':
        return this.lastBackgroundPid === undefined ? '' : String(this.lastBackgroundPid);
      case '-':
        return flagsOf(this.options);
      case '@':
      case '*':
        return this.positional.join(' ');
      case 'PPID':
        return String(this.proc.ppid);
      case 'LINENO':
        return String(this.line);
      case 'RANDOM':
        return this.variables.get('RANDOM') ?? String(this.proc.rng.int(32_768));
      default:
        return this.variables.get(name);
    }
  };

  assign(name: string, value: string): void {
    if (/^[\d@*#?$!-]/.test(name)) throw new ShellError(`${name}: bad variable name`);
    this.variables.set(name, value);
    if (this.#isHeavy || value.length > HEAVY_LENGTH) this.#weigh(value.length);
    if (this.options.allexport) this.variables.mark(name, { exported: true });
    if (name === 'OPTIND') this.optionPlace = { index: Number(value) || 1, at: 0 };
  }

  /** Counts what the variables take, where that is worth counting. */
  #weigh(changed: number): void {
    this.proc.moved(changed);
    let bytes = 0;
    for (const [, { value }] of this.variables.entries()) bytes += value?.length ?? 0;
    this.#isHeavy = bytes > HEAVY_LENGTH;
    if (bytes > LONGEST_TEXT) {
      this.proc.usage({ memoryBytes: Number.MAX_SAFE_INTEGER });
      this.proc.exit(137, 'KILL');
    } else this.proc.usage({ memoryBytes: OWN_BYTES + bytes });
  }

  home(user: string): string | undefined {
    const passwd = this.fs.exists('/etc/passwd') ? this.fs.readText('/etc/passwd') : '';
    return passwd
      .split('\n')
      .map((line) => line.split(':'))
      .find(([name]) => name === user)?.[5];
  }

  isBuiltin(name: string): boolean {
    return name === 'exec' || BUILTINS.has(name);
  }

  isSpecial(name: string): boolean {
    return SPECIAL_BUILTINS.has(name);
  }

  /**
   * Runs a whole script. Resolves with the exit code; the EXIT trap has run.
   * @param firstLine 1 for files, 0 for `-c`
   */
  async main(source: string, firstLine = 0): Promise<number> {
    this.#firstLine = firstLine;
    return this.finish(() => this.source(source));
  }

  /** The script is all that this process does: its last command may take the process over. */
  allowTail(source: string): void {
    this.lastStatement = parseScript(source).script.commands.at(-1);
  }

  /** Runs something to its end or to what ends it; the exit code, after the EXIT trap. */
  async finish(run: () => Promise<void>): Promise<number> {
    let code: number;
    try {
      await run();
      if (this.traps.isPending) await this.runTraps();
      code = this.status;
    } catch (error) {
      code = await this.endedBy(error);
    }
    return this.#exitTrap(code);
  }

  /**
   * Runs a script in this shell. What stands before a syntax error still runs, as it does when a script is read line
   * by line.
   */
  async source(source: string, firstLine?: number): Promise<void> {
    const { script, error } = parseScript(source);
    // Text of eval and traps has no lines of its own.
    const outer = this.#sourcing > 0 && firstLine === undefined ? undefined : this.#enterText(source, firstLine);
    this.#sourcing++;
    try {
      if (error === undefined) {
        await this.statements(script.commands, source);
        return;
      }
      const lineStart = source.lastIndexOf('\n', error.pos - 1) + 1;
      const before = script.commands.filter(
        (statement) => statement.end <= lineStart && source.slice(statement.end, error.pos).includes('\n'),
      );
      await this.statements(before, source);
      if (outer !== undefined) this.#position = error.pos;
      throw new ShellError(error.message);
    } finally {
      this.#sourcing--;
      if (outer !== undefined && this.#sourcing > 0) outer();
    }
  }

  /** Runs the text of a file, with lines of its own. */
  sourceFile(text: string): Promise<void> {
    return this.source(text, 1);
  }

  #enterText(text: string, firstLine = this.#firstLine): () => void {
    const [outerText, outerLine, outerPosition] = [this.#text, this.#firstLine, this.#position];
    this.#text = text;
    this.#firstLine = firstLine;
    this.#position = 0;
    return () => {
      this.#text = outerText;
      this.#firstLine = outerLine;
      this.#position = outerPosition;
    };
  }

  /** Prints what ended a script, if that is an error; the exit code. */
  async endedBy(error: unknown): Promise<number> {
    if (error instanceof ExitShell || error instanceof ReturnFrom) return error.code;
    if (error instanceof Interrupted) return error.code;
    if (error instanceof LoopJump) return this.status;
    if (error instanceof ShellError) {
      await this.complain(error.message, error.within);
      return error.code;
    }
    if (error instanceof ForkError) {
      await this.complain(error.message);
      return 2;
    }
    throw error;
  }

  async #exitTrap(code: number): Promise<number> {
    const action = this.traps.actions.get('EXIT');
    if (action === undefined) return code;
    this.traps.set('EXIT', undefined);
    this.status = code;
    this.statusBeforeTrap = code;
    try {
      await this.source(action);
    } catch (error) {
      return this.endedBy(error);
    }
    return code;
  }

  /** An error of the script, in the shell's words. @param within the built-in that found it */
  async complain(message: string, within?: string): Promise<void> {
    const where =
      within !== undefined ? `${within}: line ${this.line}: ` : this.namesLines ? `line ${this.line}: ` : '';
    await this.proc.stderr.write(`${this.name}: ${where}${message}\n`);
  }

  /** An error of a built-in that is a program elsewhere. */
  async report(message: string): Promise<void> {
    await this.proc.stderr.write(`${this.applet}: ${message}\n`);
  }

  async statements(statements: readonly Statement[], source = this.#text): Promise<void> {
    for (const statement of statements) {
      const pause = this.proc.tick();
      if (pause !== undefined) await pause;
      if (this.isInterrupted) throw new Interrupted();
      if (this.traps.isPending) await this.runTraps();
      if (this.options.noexec) continue;
      if (source === this.#text) {
        this.#position = statement.pos;
        this.#statementEnd = statement.end;
      }
      if (statement.background === true) await runInBackground(this, statement, source);
      else await runStatement(this, statement.command, statement);
    }
    if (this.traps.isPending) await this.runTraps();
  }

  list(list: CompoundList): Promise<void> {
    return this.statements(list.commands);
  }

  command(node: CommandNode): Promise<void> {
    return runCommand(this, node);
  }

  invoke(
    argv: readonly string[],
    environment?: Readonly<Record<string, string>>,
    options?: InvokeOptions,
  ): Promise<void> {
    return invoke(this, argv, environment, options);
  }

  checkErrexit(): void {
    if (this.status !== 0 && this.options.errexit && this.tested === 0) throw new ExitShell(this.status);
  }

  /** A child that runs a part of this shell's script, with everything copied. */
  fork({
    fds,
    background = false,
    group,
  }: {
    readonly fds?: Map<number, OpenFile>;
    readonly background?: boolean;
    /** The process group that it joins. Default: with job control one of its own, else this shell's. */
    readonly group?: number | undefined;
  } = {}): Shell {
    const { monitor } = this.options;
    const child = this.proc.fork({
      ...(fds === undefined ? {} : { fds }),
      ...(group !== undefined ? { group } : monitor ? { leader: true } : {}),
    });
    // Ignored signals stay ignored; actions are the parent's own. What runs behind is out of the keyboard's reach.
    const ignored = new Set<SignalName>(this.traps.ignored());
    if (background && !monitor) ignored.add('INT').add('QUIT');
    const fork = new Shell(child, {
      variables: this.variables.fork(),
      functions: new Map(this.functions),
      // What a job starts belongs to the job.
      options: { ...this.options, interactive: false, ...(this.terminal !== undefined && { monitor: false }) },
      ignored,
      aliases: new Map(this.aliases),
      positional: this.positional,
      name: this.name,
      applet: this.applet,
      shellPid: this.shellPid,
    });
    fork.status = this.status;
    fork.lastBackgroundPid = this.lastBackgroundPid;
    fork.functionDepth = this.functionDepth;
    fork.tested = this.tested;
    fork.namesLines = this.namesLines;
    fork.optionPlace = this.optionPlace;
    fork.parentJobs = this.jobs.length > 0 ? [...this.jobs] : this.parentJobs;
    fork.#text = this.#text;
    fork.#firstLine = this.#firstLine;
    fork.#position = this.#position;
    fork.#sourcing = this.#sourcing;
    return fork;
  }

  /** Lets a fork run: its exit code is what the script part leaves. */
  launch(fork: Shell, run: (shell: Shell) => Promise<void>): Proc {
    return fork.proc.run(() => fork.finish(() => run(fork)));
  }

  /** Waits for a child in the foreground; signals that have an action are seen to afterwards. */
  async waitFor(child: Proc): Promise<number> {
    if (this.terminal !== undefined) return waitInForeground(this, this.terminal, [child]);
    const code = await this.proc.wait(child);
    await this.reportSignal(child);
    return code;
  }

  /** Says what ended a child, if a signal did. */
  async reportSignal(child: Proc): Promise<void> {
    const text = child.endedBy === undefined || child.endedBy === 'PIPE' ? undefined : SIGNAL_TEXTS[child.endedBy];
    if (text !== undefined) await this.proc.stderr.write(`${text}\n`);
  }

  /** Runs the actions of the signals that have come. */
  async runTraps(): Promise<void> {
    const { status, statusBeforeTrap } = this;
    this.statusBeforeTrap = status;
    try {
      for (let signal = this.traps.take(); signal !== undefined; signal = this.traps.take()) {
        await this.source(this.traps.actions.get(signal) ?? '');
        this.status = status;
      }
    } finally {
      this.statusBeforeTrap = statusBeforeTrap;
    }
  }

  readonly substitute = async (script: ParsedScript | undefined, source: string): Promise<string> => {
    const commands = script?.commands ?? [];
    const [error] = script?.errors ?? [];
    if (error !== undefined) throw new ShellError(parseScript(source.slice(2, -1)).error?.message ?? 'syntax error');
    const pipe = new Pipe();
    const fds = this.proc.inheritedFds();
    fds.get(1)?.release();
    fds.set(1, pipe.writeEnd());
    const end = pipe.readEnd();
    const fork = this.fork({ fds, ...(this.terminal !== undefined && { group: this.proc.pgid }) });
    fork.lastStatement = commands.at(-1);
    const child = this.launch(fork, (shell) => shell.statements(commands));
    const text = await readAllText(this.proc, end);
    end.release();
    this.status = await this.proc.wait(child);
    this.substitutions++;
    return text.replaceAll('\0', '').replace(/\n+$/, '');
  };

  get isBash(): boolean {
    return this.applet === 'bash';
  }

  substituteProcess({ operator, script }: ProcessSubstitutionPart): string {
    if (!this.isBash) throw new ShellError('syntax error: unexpected "("');
    const pipe = new Pipe();
    const reads = operator === '<';
    const fds = this.proc.inheritedFds();
    fds.get(reads ? 1 : 0)?.release();
    fds.set(reads ? 1 : 0, reads ? pipe.writeEnd() : pipe.readEnd());
    const own = reads ? pipe.readEnd() : pipe.writeEnd();
    this.launch(this.fork({ fds, background: true }), (shell) => shell.statements(script?.commands ?? []));
    let fd = 63;
    while (this.proc.fds.has(fd)) fd--;
    this.proc.fds.set(fd, own);
    this.#substituted.push(fd);
    return `/dev/fd/${fd}`;
  }

  /** Files of `<(…)` that are open for commands. */
  get openSubstitutions(): number {
    return this.#substituted.length;
  }

  /** Closes all but the first so many of them. */
  closeSubstitutions(kept: number): void {
    for (const fd of this.#substituted.splice(kept)) {
      this.proc.fds.get(fd)?.release();
      this.proc.fds.delete(fd);
    }
  }

  fields(words: readonly Word[]): string[] | Promise<string[]> {
    const scope: ExpansionScope = this;
    return drive(
      (function* (): Steps<string[]> {
        const out: string[] = [];
        for (const word of words) out.push(...(yield* expandFields(word, scope)));
        return out;
      })(),
    );
  }

  text(word: Word | undefined): string | Promise<string> {
    return drive(expandText(word, this));
  }

  /** A text in which `$NAME`, `${…}` and `$(…)` mean what they mean between double quotes. */
  async expandText(text: string): Promise<string> {
    const { script } = parseScript(`: <<EXPANDED_TEXT\n${text}\nEXPANDED_TEXT\n`);
    const command = script.commands[0]?.command;
    const document = command?.type === 'Command' ? command.redirects[0] : undefined;
    if (document?.type !== 'HereDoc' || document.body.parts === undefined) return text;
    return (await drive(expandParts(document.body.parts, this))).replace(/\n$/, '');
  }

  pattern(word: Word): string | Promise<string> {
    return drive(expandPattern(word, this));
  }

  async arithmetic(text: string): Promise<bigint> {
    return evaluate(await drive(expandArithmetic(text, this)), this);
  }
}
