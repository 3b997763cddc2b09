import { FileOperationError } from '../../file-system/file-error.ts';
import { readAllText } from '../../process/streams.ts';
import { ExitShell, LoopJump, ReturnFrom, ShellError } from '../control.ts';
import type { Shell } from '../shell.ts';
import { type Builtin, count } from './builtin.ts';

const WORD_BYTES = 8;

export const succeed: Builtin = () => 0;

export const failing: Builtin = () => 1;

/** `break [N]`, `continue [N]`; outside loops nothing happens. */
export const jump: Builtin = (shell, [kind, levels]) => {
  const wanted = count(levels, 1);
  if (wanted === 0) throw new ShellError(`Illegal number: ${levels}`);
  if (shell.loopDepth > 0)
    throw new LoopJump(kind === 'break' ? 'break' : 'continue', Math.min(wanted, shell.loopDepth));
  return 0;
};

export const returnFrom: Builtin = (shell, argv) => {
  throw new ReturnFrom(count(argv[1], shell.status) & 255);
};

export const exit: Builtin = (shell, argv) => {
  throw new ExitShell(count(argv[1], shell.statusBeforeTrap ?? shell.status) & 255);
};

export const evaluate: Builtin = async (shell, argv) => {
  const source = argv.slice(argv[1] === '--' ? 2 : 1).join(' ');
  shell.status = 0;
  if (source.trim() !== '') await shell.source(source);
  return shell.status;
};

/** Runs a file in this shell; a name without a slash is looked up in PATH, then here. */
export const sourceFile: Builtin = async (shell, argv) => {
  const [name, ...args] = argv.slice(argv[1] === '--' ? 2 : 1);
  if (name === undefined) return 2;
  const { fs } = shell;
  const places = name.includes('/')
    ? [name]
    : [...(shell.variables.get('PATH') ?? '').split(':').map((folder) => `${folder || '.'}/${name}`), name];
  const path = places.find((place) => fs.exists(place) && fs.stat(place).type === 'file') ?? name;
  let text: string;
  try {
    text = await textOf(shell, path);
  } catch (error) {
    if (!(error instanceof FileOperationError)) throw error;
    throw new ShellError(`can't open '${name}': ${error.message}`);
  }
  const { positional } = shell;
  if (args.length > 0) shell.positional = args;
  shell.status = 0;
  try {
    await shell.sourceFile(text);
  } catch (error) {
    if (!(error instanceof ReturnFrom)) throw error;
    shell.status = error.code;
  } finally {
    if (args.length > 0) shell.positional = positional;
  }
  return shell.status;
};

/** A file is read at once; a pipe (`source <(…)`) to its end. */
async function textOf({ fs, proc }: Shell, path: string): Promise<string> {
  if (!fs.exists(path) || fs.stat(path).type === 'file') return fs.readText(path);
  const file = proc.open(path);
  try {
    return await readAllText(proc, file);
  } finally {
    file.release();
  }
}

export const shift: Builtin = (shell, argv) => {
  const by = count(argv[1], 1);
  if (by > shell.positional.length) return 1;
  // Each shift moves all that is left, which costs what it takes.
  shell.proc.moved(shell.positional.length * WORD_BYTES);
  shell.positional = shell.positional.slice(by);
  return 0;
};

/** User and system time of the shell and its children: programs here use none worth telling. */
export const times: Builtin = async (shell) => {
  await shell.proc.stdout.write('0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n');
  return 0;
};
