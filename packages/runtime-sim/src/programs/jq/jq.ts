import { attempt, command, complain, UsageError } from '../support/command.ts';
import { LineReader, Output, openBytes } from '../support/input.ts';
import { run } from './evaluate.ts';
import { JsonStream } from './json-stream.ts';
import { parseJq } from './parse.ts';
import { evaluate, type Scope, Work } from './scope.ts';
import { JqError, type Json, typeOf } from './values.ts';

interface Settings {
  readonly flags: ReadonlySet<string>;
  readonly filter: string;
  readonly files: readonly string[];
  readonly variables: Json;
  readonly indent: string;
}

/** Results that a filter makes before others have their turn: there may be no end of them. */
const RESULTS_PER_REST = 100;

/** Filters JSON. Each value is worked on as soon as it is complete. */
export const jq = command(
  '[OPTIONS] FILTER [FILES...]',
  async (process) => {
    const { flags, filter, files, variables, indent } = settings(process.argv.slice(1), (path) =>
      process.fs.readText(path),
    );
    const program = parseJq(filter);
    const out = new Output(process.stdout);
    let last: unknown;
    let any = false;
    let code = 0;
    let results = 0;
    const queue: unknown[] = [];
    const scope: Scope = {
      variables,
      functions: new Map(),
      nowMs: () => process.now(),
      work: new Work(),
      env: process.env,
      input: () => queue.shift(),
      run,
    };
    const apply = async (input: unknown): Promise<void> => {
      try {
        for (const value of evaluate(program, input, scope)) {
          any = true;
          last = value;
          const text = flags.has('r') && typeof value === 'string' ? value : print(value, indent, flags.has('S'));
          out.add(flags.has('j') ? text : `${text}\n`);
          scope.work.done();
          if (++results % RESULTS_PER_REST === 0) {
            await out.flush();
            await process.sleep(0);
          }
        }
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        await out.flush();
        await complain(
          process,
          `error (at <stdin>:0): ${typeOf(error.value) === 'string' ? error.message : `${error.message} (not a string)`}`,
        );
        code = 5;
      }
      await out.flush();
    };
    const drain = async (): Promise<void> => {
      while (queue.length > 0) await apply(queue.shift());
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
            else queue.push(...batch.lines);
          } else for (const line of batch.lines) (flags.has('s') ? all : queue).push(...stream.push(`${line}\n`));
          if (!flags.has('n')) await drain();
        }
        (flags.has('s') ? all : queue).push(...stream.end());
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
    if (code !== 0 || !flags.has('e')) return code;
    return !any ? 4 : last === null || last === false ? 1 : 0;
  },
  2,
);

const LONG: Readonly<Record<string, string>> = {
  'raw-output': 'r',
  'compact-output': 'c',
  'exit-status': 'e',
  'null-input': 'n',
  slurp: 's',
  'raw-input': 'R',
  'sort-keys': 'S',
  'join-output': 'j',
  tab: 't',
  'monochrome-output': 'M',
  'color-output': 'C',
  unbuffered: 'u',
  'ascii-output': 'a',
};

function settings(args: readonly string[], read: (path: string) => string): Settings {
  const flags = new Set<string>();
  const named: Json = {};
  const positional: unknown[] = [];
  const words: string[] = [];
  let filter: string | undefined;
  let indent: string | undefined;
  let rest: 'files' | 'args' | 'json' = 'files';
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? '';
    if (word === '--arg' || word === '--argjson' || word === '--rawfile' || word === '--slurpfile') {
      const name = args[++i] ?? '';
      const value = args[++i] ?? '';
      if (word === '--arg') named[name] = value;
      else if (word === '--rawfile') named[name] = read(value);
      else {
        try {
          named[name] = word === '--argjson' ? JSON.parse(value) : new JsonStream().whole(read(value));
        } catch {
          throw new UsageError(`Invalid JSON text passed to ${word}`);
        }
      }
    } else if (word === '--args' || word === '--jsonargs') rest = word === '--args' ? 'args' : 'json';
    else if (word === '--indent') indent = ' '.repeat(Number(args[++i] ?? 2));
    else if (word === '-f' || word === '--from-file') filter = read(args[++i] ?? '');
    else if (word.startsWith('--') && LONG[word.slice(2)] !== undefined) flags.add(LONG[word.slice(2)] ?? '');
    else if (/^-[a-zA-Z]+$/.test(word)) for (const letter of word.slice(1)) flags.add(letter);
    else if (word.startsWith('-') && word !== '-') throw new UsageError(`Unknown arguments`);
    else if (filter === undefined && words.length === 0) {
      filter = word;
      words.push(word);
    } else if (rest === 'files') words.push(word);
    else positional.push(rest === 'args' ? word : JSON.parse(word));
  }
  if (filter === undefined) throw new UsageError('');
  if (flags.has('j')) flags.add('r');
  const files = words[0] === filter ? words.slice(1) : words;
  return {
    flags,
    filter,
    files,
    variables: {
      ...named,
      __prog_args: positional,
      __loc__: { file: '<top-level>', line: 1 },
      ARGS: { positional, named },
    },
    indent: flags.has('c') ? '' : flags.has('t') ? '\t' : (indent ?? '  '),
  };
}

function print(value: unknown, indent: string, sorted: boolean): string {
  return JSON.stringify(sorted ? sortKeys(value) : value, finite, indent) ?? 'null';
}

function finite(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : value > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
