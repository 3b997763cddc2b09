import { attempt, command, complain, Failure, UsageError } from '../support/command.ts';
import { LineReader, Output, openBytes } from '../support/input.ts';
import { run } from './evaluate.ts';
import { JsonStream } from './json-stream.ts';
import { parseJq } from './parse.ts';
import { colorsOf, print, type Style, streamed } from './print.ts';
import { evaluate, type Scope, Work } from './scope.ts';
import { JqError, JqHalt, type Json, typeOf } from './values.ts';

interface Settings {
  readonly flags: ReadonlySet<string>;
  readonly filter: string;
  readonly files: readonly string[];
  readonly variables: Json;
  readonly style: Style;
}

/** Results that a filter makes before others have their turn: there may be no end of them. */
const RESULTS_PER_REST = 100;

/** Filters JSON. Each value is worked on as soon as it is complete. */
export const jq = command(
  '[OPTIONS] FILTER [FILES...]',
  async (process) => {
    const given = settings(process.argv.slice(1), process.env, (path) => process.fs.readText(path));
    if (given === 'version') {
      await process.stdout.write('jq-1.6\n');
      return 0;
    }
    const { flags, filter, files, variables, style } = given;
    const mark = flags.has('seq') ? '\u001e' : '';
    const program = parseJq(filter);
    const out = new Output(process.stdout);
    let last: unknown;
    let any = false;
    let code = 0;
    let results = 0;
    let halted = false;
    const queue = new Inputs();
    const scope: Scope = {
      variables,
      functions: new Map(),
      nowMs: () => process.now(),
      work: new Work(),
      env: process.env,
      input: () => queue.take(),
      run,
    };
    const apply = async (input: unknown): Promise<void> => {
      if (halted) code = 0;
      halted = false;
      try {
        for (const value of evaluate(program, input, scope)) {
          any = true;
          last = value;
          const isRaw = flags.has('r') && typeof value === 'string' && !style.ascii;
          const text = `${mark}${isRaw ? value : print(value, style)}`;
          out.add(flags.has('j') ? text : `${text}\n`);
          scope.work.done();
          if (++results % RESULTS_PER_REST === 0) {
            await out.flush();
            await process.sleep(0);
          }
        }
      } catch (error) {
        await out.flush();
        // As in 1.6, it ends the work on this input, and the code is that of the last one.
        if (error instanceof JqHalt) {
          await process.stderr.write(error.said);
          code = error.exitCode;
          halted = true;
          return;
        }
        if (!(error instanceof JqError)) throw error;
        await complain(
          process,
          `error (at <stdin>:0): ${typeOf(error.value) === 'string' ? error.message : `${error.message} (not a string)`}`,
        );
        code = 5;
      }
      await out.flush();
    };
    const drain = async (): Promise<void> => {
      for (let input = queue.take(); input !== undefined; input = queue.take()) await apply(input);
    };
    const take = (values: readonly unknown[]): void => {
      const events = flags.has('stream') ? values.flatMap((value) => [...streamed(value)]) : values;
      const to = flags.has('s') ? all : queue;
      for (const event of events) to.push(event);
    };
    const all: unknown[] = [];
    const raw: string[] = [];
    for (const path of flags.has('n') && files.length === 0 && !/\binputs?\b/.test(filter)
      ? []
      : files.length === 0
        ? ['-']
        : files) {
      const opened = attempt(() => openBytes(process, path));
      if ('error' in opened) {
        await complain(process, `error: Could not open ${path}: ${opened.error.message}`);
        code = 2;
        continue;
      }
      const reader = new LineReader(opened.value);
      const stream = new JsonStream();
      try {
        for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
          if (flags.has('R')) {
            if (flags.has('s')) raw.push(batch.lines.join('\n') + (batch.terminated ? '\n' : ''));
            else for (const line of batch.lines) queue.push(line);
          } else
            for (const line of batch.lines) take(stream.push(`${mark === '' ? line : line.replaceAll(mark, ' ')}\n`));
          if (!flags.has('n')) await drain();
        }
        take(stream.end());
      } catch (error) {
        if (!(error instanceof SyntaxError)) throw error;
        await drain();
        await complain(process, `parse error: ${error.message}`);
        return 2;
      }
      if (!flags.has('n')) await drain();
    }
    if (flags.has('n')) await apply(null);
    else if (flags.has('s')) await apply(flags.has('R') ? raw.join('') : all);
    if (code !== 0 || halted || !flags.has('e')) return code;
    return !any ? 4 : last === null || last === false ? 1 : 0;
  },
  2,
);

/** Inputs that wait for their turn. A batch may be so large that taking its first from an array would move all the others. */
class Inputs {
  #waiting: unknown[] = [];
  #next = 0;

  push(input: unknown): void {
    this.#waiting.push(input);
  }

  /** Undefined: none waits. */
  take(): unknown {
    const input = this.#waiting[this.#next++];
    if (this.#next < this.#waiting.length) return input;
    this.#waiting = [];
    this.#next = 0;
    return input;
  }
}

const LONG: Readonly<Record<string, string>> = {
  'raw-output': 'r',
  'compact-output': 'c',
  'exit-status': 'e',
  'null-input': 'n',
  slurp: 's',
  'raw-input': 'R',
  'sort-keys': 'S',
  'join-output': 'j',
  'monochrome-output': 'M',
  'color-output': 'C',
  'ascii-output': 'a',
  'from-file': 'f',
  version: 'V',
  tab: 'tab',
  seq: 'seq',
  stream: 'stream',
  // What is written is seen at once as it is.
  unbuffered: 'unbuffered',
};
const SHORT = /^-[rcensRSjMCafV]+$/;

/** @throws {UsageError} @throws {Failure} */
function settings(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  read: (path: string) => string,
): Settings | 'version' {
  const flags = new Set<string>();
  const named: Json = {};
  const positional: unknown[] = [];
  const words: string[] = [];
  let indent: string | undefined;
  let rest: 'files' | 'args' | 'json' = 'files';
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (/^--(?:arg|argjson|rawfile|slurpfile|argfile)$/.test(word)) {
      if (i + 2 >= args.length)
        throw new Failure(`${word} takes two parameters (e.g. ${word} varname ${EXAMPLES[word] ?? 'filename'})`, 2);
      const name = args[++i] ?? '';
      named[name] = parameter(word, args[++i] ?? '', read);
    } else if (word === '--args' || word === '--jsonargs') rest = word === '--args' ? 'args' : 'json';
    else if (word === '--indent') {
      if (i + 1 >= args.length) throw new Failure('--indent takes one parameter', 2);
      const width = Number(args[++i]);
      if (!(width >= -1 && width <= 7)) throw new Failure('--indent takes a number between -1 and 7', 2);
      indent = ' '.repeat(Math.max(width, 0));
    } else if (word === '-L') throw new Failure('modules are not simulated: -L', 2);
    else if (word.startsWith('--') && LONG[word.slice(2)] !== undefined) flags.add(LONG[word.slice(2)] ?? '');
    else if (SHORT.test(word)) for (const letter of word.slice(1)) flags.add(letter);
    else if (word.startsWith('-') && word !== '-') throw new Failure(`Unknown option ${word}`, 2);
    else if (words.length === 0 || rest === 'files') words.push(word);
    else positional.push(rest === 'args' ? word : JSON.parse(word));
  }
  if (flags.has('V')) return 'version';
  const [first, ...files] = words;
  if (first === undefined) throw new UsageError('');
  if (flags.has('j')) flags.add('r');
  return {
    flags,
    filter: flags.has('f') ? read(first) : first,
    files,
    variables: {
      ...named,
      __prog_args: positional,
      __loc__: { file: '<top-level>', line: 1 },
      ARGS: { positional, named },
    },
    style: {
      indent: flags.has('c') ? '' : flags.has('tab') ? '\t' : (indent ?? '  '),
      sorted: flags.has('S'),
      ascii: flags.has('a'),
      colors: flags.has('C') ? colorsOf(env['JQ_COLORS']) : undefined,
    },
  };
}

const EXAMPLES: Readonly<Record<string, string>> = { '--arg': 'value', '--argjson': 'text' };

/** @throws {UsageError} */
function parameter(kind: string, given: string, read: (path: string) => string): unknown {
  if (kind === '--arg') return given;
  if (kind === '--rawfile') return read(given);
  try {
    if (kind === '--argjson') return JSON.parse(given);
    const values = new JsonStream().whole(read(given));
    return kind === '--argfile' && values.length === 1 ? values[0] : values;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(`Invalid JSON text passed to ${kind}`);
  }
}
