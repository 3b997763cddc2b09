import type { Process } from '@tabernetes/node-api';
import { attempt } from './command.ts';

/** The last part of a path, as basename(1) has it. */
export function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed === '' ? (path === '' ? '' : '/') : trimmed.slice(trimmed.lastIndexOf('/') + 1);
}

/** What is before the last part, as dirname(1) has it. */
export function directoryName(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  if (trimmed === '') return path === '' ? '.' : '/';
  const slash = trimmed.lastIndexOf('/');
  if (slash < 0) return '.';
  return trimmed.slice(0, slash).replace(/\/+$/, '') || '/';
}

export function joinPath(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

export function isDirectory(process: Process, path: string): boolean {
  const stat = attempt(() => process.fs.stat(path));
  return 'value' in stat && stat.value.type === 'directory';
}

/** Names of users (`passwd`) or groups (`group`) by number. */
export function accountNames(process: Process, file: 'passwd' | 'group'): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  const read = attempt(() => process.fs.readText(`/etc/${file}`));
  if ('error' in read) return file === 'passwd' ? new Map([[0, 'root']]) : new Map([[0, 'root']]);
  for (const line of read.value.split('\n')) {
    const [name = '', , number] = line.split(':');
    if (number !== undefined && name !== '' && !names.has(Number(number))) names.set(Number(number), name);
  }
  return names;
}

/** Number of a user or group given by name or number; undefined when there is none. */
export function accountNumber(process: Process, file: 'passwd' | 'group', name: string): number | undefined {
  if (/^\d+$/.test(name)) return Number(name);
  for (const [number, known] of accountNames(process, file)) if (known === name) return number;
  return undefined;
}

/** `drwxr-xr-x` */
export function modeText(type: string, mode: number): string {
  const kind = { directory: 'd', symlink: 'l', fifo: 'p', device: 'c' }[type] ?? '-';
  const part = (shift: number, special: number, letter: string): string => {
    const bits = (mode >> shift) & 7;
    const execute = (bits & 1) !== 0;
    const last = (mode & special) !== 0 ? (execute ? letter : letter.toUpperCase()) : execute ? 'x' : '-';
    return `${(bits & 4) !== 0 ? 'r' : '-'}${(bits & 2) !== 0 ? 'w' : '-'}${last}`;
  };
  return `${kind}${part(6, 0o4000, 's')}${part(3, 0o2000, 's')}${part(0, 0o1000, 't')}`;
}

/** A mode given in octal or as `u+x,go-w`, applied to what the file has; undefined when it is none. */
export function applyMode(text: string, current: number, isFolder: boolean, umask = 0o022): number | undefined {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let mode = current;
  for (const clause of text.split(',')) {
    const match = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause);
    if (match === null) return undefined;
    const who = match[1] === '' || match[1] === undefined ? 'a' : match[1];
    const hidden = match[1] === '' ? umask : 0;
    const mask = (/[ua]/.test(who) ? 0o4700 : 0) | (/[ga]/.test(who) ? 0o2070 : 0) | (/[oa]/.test(who) ? 0o1007 : 0);
    for (const [, operator, letters = ''] of (match[2] ?? '').matchAll(/([-+=])([rwxXstugo]*)/g)) {
      let bits = 0;
      for (const letter of letters) {
        if (letter === 'r') bits |= 0o444;
        if (letter === 'w') bits |= 0o222;
        if (letter === 'x' || (letter === 'X' && (isFolder || (mode & 0o111) !== 0))) bits |= 0o111;
        if (letter === 's') bits |= 0o6000;
        if (letter === 't') bits |= 0o1000;
        if (letter === 'u') bits |= ((mode >> 6) & 7) * 0o111;
        if (letter === 'g') bits |= ((mode >> 3) & 7) * 0o111;
        if (letter === 'o') bits |= (mode & 7) * 0o111;
      }
      const effective = bits & mask & ~hidden;
      if (operator === '+') mode |= effective;
      else if (operator === '-') mode &= ~effective;
      else mode = (mode & ~(mask & 0o777)) | effective;
    }
  }
  return mode;
}

/** `4.0K`, `1.2G`: as `-h` shows sizes. */
export function humanSize(bytes: number): string {
  if (bytes < 1024) return String(bytes);
  let size = bytes;
  let unit = -1;
  while (size >= 1023.95 && unit < 5) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(1)}${'KMGTPE'[unit] ?? ''}`;
}
