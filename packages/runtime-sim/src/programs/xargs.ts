import type { Process } from '@tabernetes/node-api';
import { launch, run } from './support/child.ts';
import { command, Failure } from './support/command.ts';
import { readAllText, textInput } from './support/input.ts';
import { parseNumber, parseOptions } from './support/options.ts';

/** Runs a program with what it reads as arguments. */
export const xargs = command('[OPTIONS] [PROG ARGS]', async (process) => {
  const options = parseOptions(process.argv.slice(1), '+0rptn:s:xI:i::e::E:P:a:L:d:', {
    'no-run-if-empty': 'r',
    null: '0',
    'max-args': 'n',
    'max-procs': 'P',
  });
  const text = await readAllText(process, options.value('a') ?? '-');
  const base = options.operands.length === 0 ? ['echo'] : options.operands;
  const mark = options.has('I') ? options.value('I') : options.has('i') ? options.value('i') || '{}' : undefined;
  const delimiter = options.has('0') ? '\0' : options.value('d')?.replace('\\n', '\n').replace('\\0', '\0');
  const byLine = mark !== undefined || options.has('L');
  const end = options.value('E') ?? options.value('e');
  const read =
    delimiter !== undefined
      ? text.split(delimiter).filter((item) => item !== '')
      : byLine
        ? lineItems(text)
        : words(text);
  const stop = end === undefined || end === '' || delimiter !== undefined ? -1 : read.indexOf(end);
  const items = stop < 0 ? read : read.slice(0, stop);
  const perCall = parseNumber(options.value('n') ?? options.value('L') ?? '0');
  const commands: (readonly string[])[] = [];
  if (mark !== undefined) {
    for (const item of items) commands.push(base.map((word) => word.replaceAll(mark, item)));
  } else if (perCall > 0) {
    for (let at = 0; at < items.length; at += perCall) commands.push([...base, ...items.slice(at, at + perCall)]);
  } else if (items.length > 0) commands.push([...base, ...items]);
  const most = options.has('s') ? parseNumber(options.value('s') ?? '') : undefined;
  const fitting = most === undefined ? commands : commands.flatMap((each) => fitted(each, base.length, most));
  if (commands.length === 0 && !options.has('r') && mark === undefined) commands.push(base);
  if (options.has('p')) throw new Failure("can't open '/dev/tty': No such device or address");
  return runAll(process, fitting, Math.max(1, parseNumber(options.value('P') ?? '1')), options.has('t'));
});

async function runAll(
  process: Process,
  commands: readonly (readonly string[])[],
  atOnce: number,
  tell: boolean,
): Promise<number> {
  let code = 0;
  const note = (exit: number): void => {
    if (exit === 126 || exit === 127) code = exit;
    else if (exit === 255) code = 124;
    else if (exit !== 0 && code < 124) code = 123;
  };
  if (atOnce === 1) {
    for (const argv of commands) {
      if (tell) await process.stderr.write(`${argv.join(' ')}\n`);
      const exit = await run(process, argv, { stdin: textInput('') }, 'xargs');
      note(exit);
      if (exit === 126 || exit === 127 || exit === 255) return code;
    }
    return code;
  }
  const running = new Set<Promise<void>>();
  for (const argv of commands) {
    const child = await launch(process, argv, { stdin: textInput('') }, 'xargs');
    if (typeof child === 'number') {
      note(child);
      break;
    }
    const ended = child.exited.then((exit) => {
      note(exit);
      running.delete(ended);
    });
    running.add(ended);
    if (running.size >= atOnce) await Promise.race(running);
  }
  await Promise.all(running);
  return code;
}

/** A command with so many arguments that it takes no more bytes than it may, as often as that takes. @throws {Failure} */
function fitted(argv: readonly string[], fixed: number, most: number): readonly (readonly string[])[] {
  const size = (words: readonly string[]): number => words.reduce((sum, word) => sum + word.length + 1, 0);
  const base = argv.slice(0, fixed);
  const calls: string[][] = [];
  for (const word of argv.slice(fixed)) {
    if (size([...base, word]) > most) throw new Failure("can't fit single argument within argument list size limit");
    const last = calls.at(-1);
    if (last === undefined || size([...last, word]) > most) calls.push([...base, word]);
    else last.push(word);
  }
  return calls.length === 0 ? [base] : calls;
}

function lineItems(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trimStart())
    .filter((line) => line !== '');
}

/** Words with the quotes of xargs: both kinds, and the backslash. */
function words(text: string): string[] {
  const found: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? '';
    if (/\s/.test(char)) {
      if (word !== undefined) found.push(word);
      word = undefined;
    } else if (char === '"' || char === "'") {
      const end = text.indexOf(char, i + 1);
      word = (word ?? '') + text.slice(i + 1, end < 0 ? undefined : end);
      i = end < 0 ? text.length : end;
    } else if (char === '\\') word = (word ?? '') + (text[++i] ?? '');
    else word = (word ?? '') + char;
  }
  if (word !== undefined) found.push(word);
  return found;
}
