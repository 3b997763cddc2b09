import type { Redirect, Redirection, WordPart } from 'unbash';
import { FileOperationError } from '../file-system/file-error.ts';
import { TextFile } from '../process/files.ts';
import type { OpenFile } from '../process/open-file.ts';
import type { Proc } from '../process/proc.ts';
import { ShellError } from './control.ts';
import { drive } from './drive.ts';
import { expandParts, expandText } from './expand.ts';
import type { Shell } from './shell.ts';

/** Descriptors that redirections replaced. */
export class ReplacedFiles {
  readonly #proc: Proc;
  /** The file before, per descriptor; undefined: it was closed. */
  readonly #before = new Map<number, OpenFile | undefined>();

  constructor(proc: Proc) {
    this.#proc = proc;
  }

  /** Puts a file in the place of a descriptor; undefined closes it. */
  set(fd: number, file: OpenFile | undefined): void {
    const { fds } = this.#proc;
    const now = fds.get(fd);
    if (this.#before.has(fd)) now?.release();
    else this.#before.set(fd, now);
    if (file === undefined) fds.delete(fd);
    else fds.set(fd, file);
  }

  /** Everything as it was. */
  restore(): void {
    const { fds, exitCode } = this.#proc;
    for (const [fd, before] of this.#before) {
      fds.get(fd)?.release();
      if (before === undefined) fds.delete(fd);
      else if (exitCode === undefined) fds.set(fd, before);
      else before.release(); // the process ended meanwhile, and has let go of what it knew of
    }
    this.#before.clear();
  }

  /** What was replaced is closed for good (`exec`). */
  keep(): void {
    for (const before of this.#before.values()) before?.release();
    this.#before.clear();
  }
}

/** Applies redirections from left to right; when one fails none of them lasts. @throws {ShellError} not fatal: code 1 */
export async function applyRedirections(shell: Shell, redirections: readonly Redirection[]): Promise<ReplacedFiles> {
  const replaced = new ReplacedFiles(shell.proc);
  try {
    for (const redirection of redirections) await apply(shell, redirection, replaced);
  } catch (error) {
    replaced.restore();
    throw error;
  }
  return replaced;
}

async function apply(shell: Shell, redirection: Redirection, replaced: ReplacedFiles): Promise<void> {
  const { descriptor } = redirection;
  if (descriptor?.type === 'FileDescriptorVariable') throw new ShellError('syntax error: bad fd number');
  const given = descriptor?.value;
  if (redirection.type === 'HereDoc') {
    const { body, delimiter, operator } = redirection;
    const quoted = delimiter?.quoted === true || body.parts === undefined;
    const dedents = operator === '<<-';
    const parts = dedents ? dedent(body.parts ?? []) : (body.parts ?? []);
    const plain = dedents ? body.text.replace(/^\t+/gm, '') : body.text;
    const text = quoted ? plain : await drive(expandParts(parts, shell));
    replaced.set(given ?? 0, new TextFile(text));
    return;
  }
  const target = await drive(expandText(redirection.target, shell));
  if (redirection.type === 'HereString') {
    replaced.set(given ?? 0, new TextFile(`${target}\n`));
    return;
  }
  applyRedirect(shell, redirection, given, target, replaced);
}

/** Tabs at the beginnings of lines gone. */
function dedent(parts: readonly WordPart[]): readonly WordPart[] {
  return parts.map((part, index) => {
    if (part.type !== 'Literal') return part;
    const value = part.value.replace(/\n\t+/g, '\n');
    return { ...part, value: index === 0 ? value.replace(/^\t+/, '') : value };
  });
}

function applyRedirect(
  shell: Shell,
  { operator }: Redirect,
  given: number | undefined,
  target: string,
  replaced: ReplacedFiles,
): void {
  switch (operator) {
    case '<&':
    case '>&': {
      const fd = given ?? (operator === '<&' ? 0 : 1);
      if (target === '-') replaced.set(fd, undefined);
      else if (/^\d+$/.test(target)) {
        const file = shell.proc.fds.get(Number(target));
        if (file === undefined) throw new ShellError(`${target}: Bad file descriptor`, { code: 1, fatal: false });
        if (fd !== Number(target)) replaced.set(fd, file.retain());
      } else if (operator === '>&' && given === undefined) both(shell, target, 'write', replaced);
      else throw new ShellError('syntax error: bad fd number');
      return;
    }
    case '&>':
    case '&>>':
      both(shell, target, operator === '&>' ? 'write' : 'append', replaced);
      return;
    case '<':
      replaced.set(given ?? 0, open(shell, target, 'read'));
      return;
    case '<>':
      replaced.set(given ?? 0, open(shell, target, 'readwrite'));
      return;
    case '>>':
      replaced.set(given ?? 1, open(shell, target, 'append'));
      return;
    default:
      replaced.set(given ?? 1, open(shell, target, 'write', operator === '>' && shell.options.noclobber));
  }
}

function both(shell: Shell, target: string, mode: 'write' | 'append', replaced: ReplacedFiles): void {
  const file = open(shell, target, mode);
  replaced.set(1, file);
  replaced.set(2, file.retain());
}

function open(shell: Shell, path: string, mode: 'read' | 'write' | 'append' | 'readwrite', guarded = false): OpenFile {
  const { proc } = shell;
  try {
    // Without `set -C` a file is overwritten; with it only devices are.
    const exclusive = guarded && proc.fs.exists(path) && proc.fs.stat(path).type === 'file';
    return proc.open(path, { mode, exclusive });
  } catch (error) {
    if (!(error instanceof FileOperationError)) throw error;
    const missing = error.code === 'ENOENT' || error.code === 'ENOTDIR';
    const why = missing ? (mode === 'read' ? 'no such file' : 'nonexistent directory') : error.message;
    throw new ShellError(`can't ${mode === 'read' ? 'open' : 'create'} ${path}: ${why}`, { code: 1, fatal: false });
  }
}
