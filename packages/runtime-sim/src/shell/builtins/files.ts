import { FileOperationError } from '../../file-system/file-error.ts';
import { absolute } from '../../file-system/walk.ts';
import { ShellError } from '../control.ts';
import { type Builtin, letters } from './builtin.ts';

/** Changes the working directory; `..` takes names away, as users expect, unless -P is given. */
export const cd: Builtin = async (shell, argv) => {
  const { flags, rest } = letters(argv, 'LP');
  const { fs, variables } = shell;
  const asked = rest[0] ?? variables.get('HOME') ?? '';
  const target = asked === '-' ? (variables.get('OLDPWD') ?? fs.cwd) : asked;
  let shown = asked === '-';
  let path = absolute(fs.cwd, target);
  if (!/^\.{0,2}(\/|$)/.test(target)) {
    const folder = (variables.get('CDPATH') ?? '')
      .split(':')
      .find((one) => one !== '' && fs.exists(`${one}/${target}`));
    if (folder !== undefined) {
      path = absolute(fs.cwd, `${folder}/${target}`);
      shown = true;
    }
  }
  try {
    if (fs.stat(target === '' ? '.' : path).type !== 'directory') throw new FileOperationError('ENOTDIR', path);
    if (!fs.may(path, 'execute')) throw new FileOperationError('EACCES', path);
    if (flags.has('P')) path = fs.realPath(path);
  } catch (error) {
    if (!(error instanceof FileOperationError)) throw error;
    throw new ShellError(`can't cd to ${target}: ${error.message}`, { fatal: false });
  }
  const before = fs.cwd;
  fs.cwd = path;
  shell.assign('OLDPWD', before);
  shell.assign('PWD', path);
  variables.mark('OLDPWD', { exported: true });
  variables.mark('PWD', { exported: true });
  if (shown) await shell.proc.stdout.write(`${path}\n`);
  return 0;
};

export const pwd: Builtin = async ({ fs, proc }, argv) => {
  const { flags } = letters(argv, 'LP');
  await proc.stdout.write(`${flags.has('P') ? fs.realPath(fs.cwd) : fs.cwd}\n`);
  return 0;
};

export const umask: Builtin = async ({ fs, proc }, argv) => {
  const { flags, rest } = letters(argv, 'S');
  const [mask] = rest;
  if (mask === undefined) {
    const allowed = ~fs.umask & 0o777;
    const letter = (shift: number): string =>
      ['r', 'w', 'x'].filter((_, bit) => ((allowed >> shift) & (4 >> bit)) !== 0).join('');
    const text = flags.has('S')
      ? `u=${letter(6)},g=${letter(3)},o=${letter(0)}`
      : fs.umask.toString(8).padStart(4, '0');
    await proc.stdout.write(`${text}\n`);
    return 0;
  }
  if (/^[0-7]+$/.test(mask)) fs.umask = Number.parseInt(mask, 8) & 0o777;
  else fs.umask = symbolic(mask, fs.umask);
  return 0;
};

/** `u=rwx,g-w`: says what is allowed, while the mask says what is not. */
function symbolic(text: string, mask: number): number {
  let allowed = ~mask & 0o777;
  for (const clause of text.split(',')) {
    const [, who = '', operator, what = ''] = /^([ugoa]*)([-+=])([rwx]*)$/.exec(clause) ?? [];
    if (operator === undefined) throw new ShellError(`illegal mode: ${text}`);
    const bits = (what.includes('r') ? 4 : 0) | (what.includes('w') ? 2 : 0) | (what.includes('x') ? 1 : 0);
    for (const [letter, shift] of [
      ['u', 6],
      ['g', 3],
      ['o', 0],
    ] as const) {
      if (who !== '' && !who.includes(letter) && !who.includes('a')) continue;
      if (operator === '=') allowed &= ~(7 << shift);
      if (operator === '-') allowed &= ~(bits << shift);
      else allowed |= bits << shift;
    }
  }
  return ~allowed & 0o777;
}

/** What containers commonly get. Nothing here is enforced, so a new limit is refused rather than forgotten. */
const LIMITS: readonly (readonly [letter: string, text: string, value: string])[] = [
  ['c', 'core file size (blocks)', 'unlimited'],
  ['d', 'data seg size (kb)', 'unlimited'],
  ['e', 'scheduling priority', '0'],
  ['f', 'file size (blocks)', 'unlimited'],
  ['l', 'max locked memory (kb)', '64'],
  ['m', 'max memory size (kb)', 'unlimited'],
  ['n', 'open files', '1048576'],
  ['p', 'pipe size (512 bytes)', '8'],
  ['s', 'stack size (kb)', '8192'],
  ['t', 'cpu time (seconds)', 'unlimited'],
  ['u', 'max user processes', 'unlimited'],
  ['v', 'virtual memory (kb)', 'unlimited'],
];

export const ulimit: Builtin = async ({ proc }, argv) => {
  const { flags, rest } = letters(argv, 'HSacdeflmnpstuv');
  const asked = LIMITS.filter(([letter]) => flags.has(letter));
  if (rest[0] !== undefined) {
    const current = asked[0]?.[2] ?? 'unlimited';
    if (rest[0] !== current && rest[0] !== 'unlimited')
      throw new ShellError('error setting limit: Operation not permitted', { code: 1, fatal: false });
    return 0;
  }
  if (flags.has('a')) {
    await proc.stdout.write(
      LIMITS.map(([letter, text, value]) => `${text.padEnd(32)}(-${letter}) ${value}\n`).join(''),
    );
  } else
    await proc.stdout.write(asked.length === 0 ? 'unlimited\n' : asked.map(([, , value]) => `${value}\n`).join(''));
  return 0;
};
