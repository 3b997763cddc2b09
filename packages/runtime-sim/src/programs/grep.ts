import type { Process } from '@tabernetes/node-api';
import { attempt, command, complain, UsageError } from './support/command.ts';
import { globToRegExp } from './support/glob.ts';
import { LineReader, Output, openBytes } from './support/input.ts';
import { safeRegExp } from './support/linear-regexp.ts';
import { type Options, parseNumber, parseOptions } from './support/options.ts';
import { baseName, joinPath } from './support/paths.ts';
import { toPosixRegExp } from './support/posix-regex.ts';

const LONG = {
  'ignore-case': 'i',
  'invert-match': 'v',
  'line-number': 'n',
  count: 'c',
  quiet: 'q',
  silent: 'q',
  'only-matching': 'o',
  recursive: 'r',
  'files-with-matches': 'l',
  'extended-regexp': 'E',
  'fixed-strings': 'F',
  'perl-regexp': 'P',
  'word-regexp': 'w',
  'line-regexp': 'x',
  'no-messages': 's',
  'no-filename': 'h',
  'with-filename': 'H',
  regexp: 'e:',
  include: 'I:',
  color: 'K',
  'line-buffered': 'u',
  'max-count': 'm',
  'after-context': 'A',
  'before-context': 'B',
  context: 'C',
};

/** Lines that match. Exit 0 when there are any, 1 when there are none, 2 on errors. */
export const grep = command(
  '[-HhnlLoqvsrRiwFEz] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...',
  async (process, name) => {
    const options = parseOptions(process.argv.slice(1), 'HhnlLoqvsrRiwxFEGPzcue:f:m:A:B:C:a', LONG);
    const operands = [...options.operands];
    const given = [
      ...options.values('e'),
      ...options.values('f').map((file) => process.fs.readText(file).replace(/\n$/, '')),
    ];
    if (!options.has('e') && !options.has('f')) {
      const first = operands.shift();
      if (first === undefined) throw new UsageError('');
      given.push(first);
    }
    const match = matcher(
      given.flatMap((text) => text.split('\n')),
      options,
      name,
    );
    const recursive = options.has('r') || options.has('R');
    const roots = operands.length === 0 ? [recursive ? '.' : '-'] : operands;
    const files = recursive ? roots.flatMap((root) => below(process, root, options)) : roots;
    const named = options.has('H') || ((recursive || files.length > 1) && !options.has('h'));
    let found = false;
    let failed = false;
    for (const path of files) {
      const opened = attempt(() => openBytes(process, path));
      if ('error' in opened) {
        failed = true;
        if (!options.has('s')) await complain(process, `${path}: ${opened.error.message}`);
        continue;
      }
      const reader = new LineReader(opened.value, options.has('z') ? '\0' : '\n');
      if (await search(process, reader, path === '-' ? '(standard input)' : path, named, match, options)) {
        found = true;
        if (options.has('q')) return 0;
      }
    }
    return failed ? 2 : found ? 0 : 1;
  },
  2,
);

/** Where the pattern matches in a line; undefined when it does not. */
type Match = (line: string, from: number) => { readonly index: number; readonly text: string } | undefined;

function matcher(patterns: readonly string[], options: Options, name: string): Match {
  const fixed = options.has('F') || name === 'fgrep';
  const extended = options.has('E') || options.has('P') || name === 'egrep';
  const ignoreCase = options.has('i');
  const bounded = options.has('w') || options.has('x');
  if (fixed && !ignoreCase && !bounded) {
    return (line, from) => {
      let best: { index: number; text: string } | undefined;
      for (const text of patterns) {
        const index = line.indexOf(text, from);
        if (
          index >= 0 &&
          (best === undefined || index < best.index || (index === best.index && text.length > best.text.length))
        )
          best = { index, text };
      }
      return best;
    };
  }
  const wrap = (source: string): string =>
    options.has('x') ? `^(?:${source})$` : options.has('w') ? `(?<!\\w)(?:${source})(?!\\w)` : source;
  const sourceOf = (pattern: string): string => {
    if (fixed) return pattern.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    return options.has('P') ? pattern : toPosixRegExp(pattern, { extended }).source;
  };
  const joined = patterns.map((pattern) => wrap(pattern === '' ? '(?:)' : sourceOf(pattern))).join('|');
  const regex = safeRegExp(joined, ignoreCase ? 'gi' : 'g');
  return (line, from) => {
    regex.lastIndex = from;
    const result = regex.exec(line);
    return result === null ? undefined : { index: result.index, text: result[0] };
  };
}

async function search(
  process: Process,
  reader: LineReader,
  path: string,
  named: boolean,
  match: Match,
  options: Options,
): Promise<boolean> {
  const inverted = options.has('v');
  const most = options.value('m') === undefined ? Number.POSITIVE_INFINITY : parseNumber(options.value('m') ?? '0');
  const context = parseNumber(options.value('C') ?? '0');
  const before = Math.max(context, parseNumber(options.value('B') ?? '0'));
  const after = Math.max(context, parseNumber(options.value('A') ?? '0'));
  const listing = options.has('l') || options.has('L');
  const silent = options.has('q') || options.has('c') || listing;
  const end = options.has('z') ? '\0' : '\n';
  const out = new Output(process.stdout);
  const held: string[] = [];
  let number = 0;
  let count = 0;
  let shownUpTo = 0;
  let trailing = 0;
  const put = (line: string, at: number, mark: ':' | '-'): void => {
    out.add(`${named ? path + mark : ''}${options.has('n') ? `${at}${mark}` : ''}${line}${end}`);
    shownUpTo = at;
  };
  scan: for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
    for (const line of batch.lines) {
      number++;
      const first = match(line, 0);
      if ((first === undefined) === inverted) {
        count++;
        if (silent) {
          if (!options.has('c')) break scan;
        } else if (options.has('o')) {
          for (let hit = first; hit !== undefined; hit = match(line, hit.index + Math.max(1, hit.text.length)))
            if (hit.text !== '') put(hit.text, number, ':');
        } else {
          const from = Math.max(shownUpTo, number - 1 - held.length);
          if ((before > 0 || after > 0) && shownUpTo > 0 && from > shownUpTo) out.add(`--${end}`);
          for (let at = from; at < number - 1; at++) put(held[held.length - (number - 1 - at)] ?? '', at + 1, '-');
          put(line, number, ':');
        }
        trailing = after;
        if (count >= most && trailing === 0) break scan;
      } else if (trailing > 0 && !silent) {
        trailing--;
        put(line, number, '-');
        if (count >= most && trailing === 0) break scan;
      } else if (count >= most) break scan;
      if (before > 0) {
        held.push(line);
        if (held.length > before) held.shift();
      }
    }
    await out.flush();
  }
  const prefix = named ? `${path}:` : '';
  if (options.has('c') && !options.has('q')) out.add(`${prefix}${count}\n`);
  if (!options.has('q') && ((options.has('l') && count > 0) || (options.has('L') && count === 0))) out.add(`${path}\n`);
  await out.flush();
  return count > 0;
}

function below(process: Process, root: string, options: Options): string[] {
  const stat = attempt(() => process.fs.stat(root));
  if (!('value' in stat) || stat.value.type !== 'directory') return [root];
  const include = options.values('I').map((pattern) => globToRegExp(pattern));
  return process.fs.readDirectory(root).flatMap((name) => {
    const path = joinPath(root, name);
    const child = attempt(() => process.fs.lstat(path));
    if (!('value' in child)) return [];
    if (child.value.type === 'directory') return below(process, path, options);
    if (child.value.type !== 'file') return [];
    return include.length === 0 || include.some((pattern) => pattern.test(baseName(path))) ? [path] : [];
  });
}
