import type { FileStat, Process } from '@tabernetes/node-api';
import { byBytes } from './sort.ts';
import { attempt, command, complain, Failure } from './support/command.ts';
import { formatDate } from './support/date-format.ts';
import { Output } from './support/input.ts';
import { type Options, parseOptions } from './support/options.ts';
import { accountNames, humanSize, joinPath, modeText } from './support/paths.ts';

interface Entry {
  readonly name: string;
  readonly path: string;
  readonly stat: FileStat;
}

/** Lists directories. */
export const ls = command('[-1AaCxdLHRFplinshrSXvctuk] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), '1AaCxdLHRFplinsehrSXvctukgoGT:qw:', {
    all: 'a',
    'almost-all': 'A',
    'full-time': 'e',
    color: 'G',
    directory: 'd',
    recursive: 'R',
    'human-readable': 'h',
  });
  if (options.has('i')) throw new Failure('numbers of files are not simulated: -i');
  const out = new Output(process.stdout);
  const files: Entry[] = [];
  const folders: Entry[] = [];
  let code = 0;
  const operands = options.operands.length === 0 ? ['.'] : options.operands;
  for (const path of operands) {
    const found = attempt(() =>
      options.has('l') && !options.has('L') && !path.endsWith('/') ? process.fs.lstat(path) : statEither(process, path),
    );
    if ('error' in found) {
      await complain(process, `${path}: ${found.error.message}`);
      code = 1;
      continue;
    }
    const entry = { name: path, path, stat: found.value };
    (found.value.type === 'directory' && !options.has('d') ? folders : files).push(entry);
  }
  show(process, sorted(files, options), options, out, false);
  let first = files.length === 0;
  const queue = sorted(folders, options);
  const titled = operands.length > 1 || options.has('R');
  for (let folder = queue.shift(), isMore = false; folder !== undefined; folder = queue.shift(), isMore = true) {
    // Others have their turn, and see what is printed: links that are followed may lead in circles.
    if (isMore) {
      await out.flush();
      await process.sleep(0);
    }
    const { path } = folder;
    const read = attempt(() => list(process, path, options));
    if ('error' in read) {
      await out.flush();
      await complain(process, `can't open '${path}': ${read.error.message}`);
      code = 1;
      continue;
    }
    if (titled) out.add(`${first ? '' : '\n'}${path}:\n`);
    first = false;
    const entries = sorted(read.value, options);
    show(process, entries, options, out, true);
    if (options.has('R')) {
      queue.unshift(...entries.filter(({ name, stat }) => stat.type === 'directory' && name !== '.' && name !== '..'));
    }
  }
  await out.flush();
  return code;
});

function statEither({ fs }: Process, path: string): FileStat {
  const followed = attempt(() => fs.stat(path));
  return 'value' in followed ? followed.value : fs.lstat(path);
}

function list(process: Process, path: string, options: Options): Entry[] {
  const names = process.fs.readDirectory(path);
  const dots = options.has('a') ? ['.', '..'] : [];
  const shown =
    options.has('a') || options.has('A') ? [...dots, ...names] : names.filter((name) => !name.startsWith('.'));
  const entries: Entry[] = [];
  for (const name of shown) {
    const full = joinPath(path, name);
    const stat = attempt(() => (options.has('L') ? statEither(process, full) : process.fs.lstat(full)));
    if ('value' in stat) entries.push({ name, path: full, stat: stat.value });
  }
  return entries;
}

function sorted(entries: readonly Entry[], options: Options): Entry[] {
  const byName = (a: Entry, b: Entry): number => byBytes(a.name, b.name);
  let compare = byName;
  if (options.has('S')) compare = (a, b) => b.stat.size - a.stat.size || byName(a, b);
  if (options.has('t')) compare = (a, b) => b.stat.modifiedMs - a.stat.modifiedMs || byName(a, b);
  if (options.has('v')) compare = (a, b) => byVersion(a.name, b.name);
  if (options.has('X')) compare = (a, b) => byBytes(extension(a.name), extension(b.name)) || byName(a, b);
  const ordered = [...entries].sort(compare);
  return options.has('r') ? ordered.reverse() : ordered;
}

/** Numbers within names by their size. */
function byVersion(a: string, b: string): number {
  const [one, two] = [a, b].map((name) => name.match(/\d+|\D+/g) ?? []);
  for (let i = 0; i < Math.min(one?.length ?? 0, two?.length ?? 0); i++) {
    const [x = '', y = ''] = [one?.[i], two?.[i]];
    const order = /^\d/.test(x) && /^\d/.test(y) ? Number(x) - Number(y) : byBytes(x, y);
    if (order !== 0) return order;
  }
  return (one?.length ?? 0) - (two?.length ?? 0);
}

function extension(name: string): string {
  const dot = name.lastIndexOf('.');
  return dot < 0 ? '' : name.slice(dot);
}

function show(process: Process, entries: readonly Entry[], options: Options, out: Output, isFolder: boolean): void {
  const blocks = (stat: FileStat): number =>
    // Directories in memory take no blocks, and have sizes that no disk gives one.
    stat.type === 'file' ? Math.ceil(stat.size / 4096) * 4 : stat.type === 'directory' ? (stat.size >> 12) * 4 : 0;
  if (isFolder && (['l', 'n', 'g', 'o'].some((letter) => options.has(letter)) || options.has('s')))
    out.add(`total ${entries.reduce((sum, { stat }) => sum + blocks(stat), 0)}\n`);
  const isLong = ['l', 'n', 'g', 'o'].some((letter) => options.has(letter));
  if (!isLong) {
    const names = entries.map(
      (entry) => `${options.has('s') ? `${String(blocks(entry.stat)).padStart(6)} ` : ''}${decorated(entry, options)}`,
    );
    // Of these the last counts.
    const layout = options.order.findLast(({ letter }) => '1Cx'.includes(letter))?.letter;
    const width = Number(options.value('w') ?? process.terminal?.columns ?? 80);
    if (layout === '1' || (layout === undefined && process.terminal === undefined))
      for (const name of names) out.add(`${name}\n`);
    else inColumns(names, width, out, layout === 'x');
    return;
  }
  const users = options.has('n') ? new Map<number, string>() : accountNames(process, 'passwd');
  const groups = options.has('n') ? new Map<number, string>() : accountNames(process, 'group');
  for (const entry of entries) {
    const { stat } = entry;
    const links = stat.links ?? (stat.type === 'directory' ? countFolders(process, entry.path) + 2 : 1);
    const size = options.has('h') ? humanSize(stat.size) : String(stat.size);
    const owner = (users.get(stat.uid) ?? String(stat.uid)).padEnd(8);
    const group = (groups.get(stat.gid) ?? String(stat.gid)).padEnd(8);
    const owners = `${options.has('g') ? '' : `${owner} `}${options.has('o') ? '' : `${group} `}`;
    const target = stat.type === 'symlink' ? ` -> ${process.fs.readLink(entry.path)}` : '';
    const when = options.has('e')
      ? formatDate('%F %T +0000', stat.modifiedMs)
      : dateText(stat.modifiedMs, process.now());
    out.add(
      `${modeText(stat.type, stat.mode)} ${String(links).padStart(4)} ${owners}${size.padStart(9)} ${when} ${decorated(entry, options)}${target}\n`,
    );
  }
}

function countFolders(process: Process, path: string): number {
  const names = attempt(() => process.fs.readDirectory(path));
  if ('error' in names) return 0;
  return names.value.filter((name) => {
    const stat = attempt(() => process.fs.lstat(joinPath(path, name)));
    return 'value' in stat && stat.value.type === 'directory';
  }).length;
}

function decorated({ name, stat }: Entry, options: Options): string {
  if (stat.type === 'directory' && (options.has('F') || options.has('p'))) return `${name}/`;
  if (!options.has('F')) return name;
  if (stat.type === 'symlink') return `${name}@`;
  return stat.type === 'file' && (stat.mode & 0o111) !== 0 ? `${name}*` : name;
}

/** Times within half a year show the hour, others the year. */
function dateText(ms: number, nowMs: number): string {
  const age = nowMs - ms;
  return formatDate(age > 365 * 43_200_000 || age < -15 * 60_000 ? '%b %e  %Y' : '%b %e %H:%M', ms);
}

function inColumns(names: readonly string[], width: number, out: Output, isAcross: boolean): void {
  const longest = Math.max(0, ...names.map((name) => name.length)) + 2;
  const columns = Math.max(1, Math.floor(width / longest));
  const rows = Math.ceil(names.length / columns);
  for (let row = 0; row < rows; row++) {
    const cells: string[] = [];
    if (isAcross) cells.push(...names.slice(row * columns, (row + 1) * columns));
    else for (let at = row; at < names.length; at += rows) cells.push(names[at] ?? '');
    out.add(`${cells.map((cell, i) => (i < cells.length - 1 ? cell.padEnd(longest) : cell)).join('')}\n`);
  }
}
