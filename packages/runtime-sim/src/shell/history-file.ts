import { FileOperationError } from '../file-system/file-error.ts';
import type { Shell } from './shell.ts';

/** Lines that are remembered. */
const KEPT = 2_000;

/** Takes over what `$HISTFILE` holds. Without it a shell remembers what was typed as long as it lives. */
export function loadHistory(shell: Shell): void {
  const path = shell.variables.get('HISTFILE');
  if (path === undefined || path === '' || !shell.fs.exists(path)) return;
  try {
    const lines = shell.fs
      .readText(path)
      .split('\n')
      .filter((line) => line !== '');
    shell.history.push(...lines.slice(-KEPT));
  } catch (error) {
    if (!(error instanceof FileOperationError)) throw error;
  }
}

/** Remembers what was typed, here and in `$HISTFILE`; what repeats the line before, or begins with a space, is not. */
export function remember(shell: Shell, typed: string): void {
  const text = typed.replace(/\n+$/, '');
  const { history } = shell;
  if (text.trim() === '' || text.startsWith(' ') || history.at(-1) === text) return;
  history.push(text);
  if (history.length > KEPT) history.splice(0, history.length - KEPT);
  const path = shell.variables.get('HISTFILE');
  if (path === undefined || path === '') return;
  try {
    shell.fs.writeFile(path, `${text}\n`, { append: true, mode: 0o600 });
  } catch (error) {
    // A disk that is full or read-only takes no history.
    if (!(error instanceof FileOperationError)) throw error;
  }
}
