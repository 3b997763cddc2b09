import { SIGNAL_NUMBERS } from '@tabernetes/node-api';
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
import { ForkError, type Proc } from '../process/proc.ts';
import type { Pty } from '../process/pty.ts';
import { SIGNAL_TEXTS } from '../process/signals.ts';
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
import { append } from './fields.ts';
import { type ForkOptions, forkOf } from './fork.ts';
import { type InvokeOptions, invoke, MAX_NESTING } from './invoke.ts';
import type { Job } from './job.ts';
import { waitInForeground } from './job-control.ts';
import { FIRST_OPTION, type OptionPlace } from './option-place.ts';
import { defaultOptions, type ShellOptions } from './options.ts';
import { parameter } from './parameter.ts';
import { parseScript } from './parse.ts';
import { ScriptPlace } from './script-place.ts';
import { ProcessSubstitutions, substitute } from './substitution.ts';
import { type TrapName, Traps } from './traps.ts';
import type { Variables } from './variables.ts';

/** What a shell takes by itself. */
const OWN_BYTES = 400_000;
/** From here on it counts what its variables take. */
const HEAVY_LENGTH = 65_536;

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
  readonly place?: ScriptPlace;
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
  readonly place: ScriptPlace;
  readonly substitutedFiles = new ProcessSubstitutions(this);

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
    this.place = init.place ?? new ScriptPlace();
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

  /** Of the statement that runs. */
  get line(): number {
    return this.place.line;
  }

  readonly parameter = (name: string): string | undefined => parameter(this, name);

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
    this.place.numberFrom(firstLine);
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
    // Text that runs itself, by `eval` or by the action of a signal, would use up the memory.
    if (this.place.depth >= MAX_NESTING) throw new ShellError('scripts nested too deep');
    const { script, error } = parseScript(source);
    // Text of eval and traps has no lines of its own.
    const outer = this.place.depth > 0 && firstLine === undefined ? undefined : this.place.enter(source, firstLine);
    this.place.depth++;
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
      if (outer !== undefined) this.place.moveTo(error.pos);
      throw new ShellError(error.message);
    } finally {
      this.place.depth--;
      if (outer !== undefined && this.place.depth > 0) outer();
    }
  }

  /** Runs the text of a file, with lines of its own. */
  sourceFile(text: string): Promise<void> {
    return this.source(text, 1);
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

  async statements(statements: readonly Statement[], source = this.place.text): Promise<void> {
    for (const statement of statements) {
      const pause = this.proc.tick();
      if (pause !== undefined) await pause;
      if (this.isInterrupted) throw new Interrupted();
      if (this.traps.isPending) await this.runTraps();
      if (this.options.noexec) continue;
      if (source === this.place.text) this.place.moveTo(statement.pos, statement.end);
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
  fork(options: ForkOptions = {}): Shell {
    const { proc, init, state } = forkOf(this, options);
    return Object.assign(new Shell(proc, init), state);
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
        const action = this.traps.actions.get(signal);
        if (action === undefined && signal === 'INT') throw new ExitShell(128 + SIGNAL_NUMBERS.INT);
        await this.source(action ?? '');
        this.status = status;
      }
    } finally {
      this.statusBeforeTrap = statusBeforeTrap;
    }
  }

  readonly substitute = (script: ParsedScript | undefined, source: string): Promise<string> =>
    substitute(this, script, source);

  get isBash(): boolean {
    return this.applet === 'bash';
  }

  substituteProcess(part: ProcessSubstitutionPart): string {
    return this.substitutedFiles.open(part);
  }

  fields(words: readonly Word[]): string[] | Promise<string[]> {
    const scope: ExpansionScope = this;
    return drive(
      (function* (): Steps<string[]> {
        const out: string[] = [];
        for (const word of words) append(out, yield* expandFields(word, scope));
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
