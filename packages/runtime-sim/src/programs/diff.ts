import type { Process } from '@tabernetes/node-api';
import { attempt, command, UsageError } from './support/command.ts';
import { commonLines } from './support/common-lines.ts';
import { readAllText, splitLines } from './support/input.ts';
import { parseNumber, parseOptions } from './support/options.ts';
import { isDirectory, joinPath } from './support/paths.ts';

interface Comparing {
  readonly brief: boolean;
  readonly report: boolean;
  readonly newFiles: boolean;
  readonly recurse: boolean;
  readonly context: number;
  readonly labels: readonly string[];
  /** What of a line counts. */
  key(line: string): string;
}

/** What is different between two files, as a unified diff. Exit 0: nothing. */
export const diff = command(
  '[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2',
  async (process) => {
    const options = parseOptions(process.argv.slice(1), 'abBdiNqrTstwuL:S:U:', {
      brief: 'q',
      recursive: 'r',
      unified: 'u',
      'new-file': 'N',
      'ignore-case': 'i',
      label: 'L',
    });
    const [left, right] = options.operands;
    if (left === undefined || right === undefined || options.operands.length > 2) throw new UsageError('');
    const key = (line: string): string => {
      let text = options.has('w') ? line.replace(/\s+/g, '') : line;
      if (options.has('b')) text = text.replace(/\s+/g, ' ').replace(/ $/, '');
      return options.has('i') ? text.toLowerCase() : text;
    };
    return compare(process, left, right, {
      brief: options.has('q'),
      report: options.has('s'),
      newFiles: options.has('N'),
      recurse: options.has('r'),
      context: parseNumber(options.value('U') ?? '3'),
      labels: options.values('L'),
      key,
    });
  },
  2,
);

async function compare(process: Process, left: string, right: string, options: Comparing): Promise<number> {
  const [leftIs, rightIs] = [left, right].map((path) => path !== '-' && isDirectory(process, path));
  if (leftIs && rightIs) return compareFolders(process, left, right, options);
  const a = leftIs ? joinPath(left, right.replace(/^.*\//, '')) : left;
  const b = rightIs ? joinPath(right, left.replace(/^.*\//, '')) : right;
  // A file is not compared with itself.
  if (a === b && process.fs.exists(a)) return 0;
  const texts: string[] = [];
  for (const path of [a, b]) {
    const read = path === '-' ? undefined : attempt(() => process.fs.readFile(path));
    if (read !== undefined && 'error' in read) {
      if (options.newFiles) texts.push('');
      else {
        await process.stderr.write(`diff: can't stat '${path}': ${read.error.message}\n`);
        return 2;
      }
    } else texts.push(await readAllText(process, path));
  }
  const [from = '', to = ''] = texts;
  const hunks = from === to ? [] : hunksOf(numbered(from), numbered(to), options);
  if (hunks.length === 0) {
    if (options.report) await process.stdout.write(`Files ${a} and ${b} are identical\n`);
    return 0;
  }
  if (options.brief) await process.stdout.write(`Files ${a} and ${b} differ\n`);
  else {
    const [one = a, two = b] = options.labels;
    await process.stdout.write(`--- ${one}\n+++ ${two}\n${hunks.join('')}`);
  }
  return 1;
}

async function compareFolders(process: Process, left: string, right: string, options: Comparing): Promise<number> {
  const names = [...new Set([...process.fs.readDirectory(left), ...process.fs.readDirectory(right)])].sort();
  let code = 0;
  for (const name of names) {
    const [a, b] = [joinPath(left, name), joinPath(right, name)];
    const missing = !process.fs.exists(a) ? left : !process.fs.exists(b) ? right : undefined;
    if (missing !== undefined && !options.newFiles) {
      await process.stdout.write(`Only in ${missing === left ? right : left}: ${name}\n`);
      code = Math.max(code, 1);
    } else if (isDirectory(process, a) && isDirectory(process, b) && !options.recurse)
      await process.stdout.write(`Common subdirectories: ${a} and ${b}\n`);
    else code = Math.max(code, await compare(process, a, b, options));
  }
  return code;
}

/** Lines, the last of them marked where it has no newline: it is another line than the same one with it. */
function numbered(text: string): readonly string[] {
  const { lines, terminated } = splitLines(text);
  return terminated
    ? lines
    : lines.map((line, i) => (i === lines.length - 1 ? `${line}\n\\ No newline at end of file` : line));
}

/** `[kind, line]`: what both have, what only the first has, what only the second has. */
type Edit = readonly [kind: ' ' | '-' | '+', line: string];

function hunksOf(a: readonly string[], b: readonly string[], { context, key }: Comparing): readonly string[] {
  const edits = editsOf(a, b, key);
  const hunks: string[] = [];
  let [x, y] = [0, 0];
  const at = edits.map(([kind]) => {
    const place = [x, y] as const;
    if (kind !== '+') x++;
    if (kind !== '-') y++;
    return place;
  });
  for (let i = 0; i < edits.length; ) {
    if (edits[i]?.[0] === ' ') {
      i++;
      continue;
    }
    const start = Math.max(0, i - context);
    let end = i;
    for (let j = i; j < edits.length && j <= end + 2 * context + 1; j++) if (edits[j]?.[0] !== ' ') end = j;
    const stop = Math.min(edits.length, end + context + 1);
    const part = edits.slice(start, stop);
    const [fromLine = 0, toLine = 0] = at[start] ?? [];
    const fromCount = part.filter(([kind]) => kind !== '+').length;
    const toCount = part.filter(([kind]) => kind !== '-').length;
    hunks.push(
      `@@ -${range(fromLine, fromCount)} +${range(toLine, toCount)} @@\n${part.map(([kind, line]) => `${kind}${line}\n`).join('')}`,
    );
    i = stop;
  }
  return hunks;
}

const range = (before: number, count: number): string =>
  count === 1 ? `${before + 1}` : `${count === 0 ? before : before + 1},${count}`;

/** The way from one to the other: what goes stands before what comes. */
function editsOf(a: readonly string[], b: readonly string[], key: (line: string) => string): readonly Edit[] {
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  for (const [x, y] of [...commonLines(a.map(key), b.map(key)), [a.length, b.length] as const]) {
    while (i < x) edits.push(['-', a[i++] ?? '']);
    while (j < y) edits.push(['+', b[j++] ?? '']);
    if (x < a.length) edits.push([' ', a[x] ?? '']);
    i = x + 1;
    j = y + 1;
  }
  return edits;
}
