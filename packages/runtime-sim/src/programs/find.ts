import type { FileStat, Process } from '@tabernetes/node-api';
import { run } from './support/child.ts';
import { attempt, command, complain, Failure } from './support/command.ts';
import { globToRegExp } from './support/glob.ts';
import { accountNumber, applyMode, baseName, directoryName, joinPath } from './support/paths.ts';
import { toPosixRegExp } from './support/posix-regex.ts';

interface Found {
  readonly path: string;
  readonly stat: FileStat;
  readonly depth: number;
}

interface State {
  prune: boolean;
  quit: boolean;
  code: number;
}

type Test = (file: Found, state: State) => boolean | Promise<boolean>;

/** Files before others have their turn: links that are followed may lead in circles. */
const FILES_PER_REST = 100;

/** Walks directories and does something with what it finds. */
export const find = command('[-HL] [PATH]... [OPTIONS] [ACTIONS]', async (process) => {
  const args = process.argv.slice(1);
  let follow = false;
  while (args[0] === '-L' || args[0] === '-H' || args[0] === '-P') follow = args.shift() === '-L' || follow;
  const at = args.findIndex((arg) => /^[-(!]/.test(arg));
  const starts = at < 0 ? args : args.slice(0, at);
  const parser = new ExpressionParser(process, at < 0 ? [] : args.slice(at));
  const test = parser.parse();
  const state: State = { prune: false, quit: false, code: 0 };
  let turns = 0;
  const visit = async (path: string, depth: number): Promise<void> => {
    if (++turns % FILES_PER_REST === 0) await process.sleep(0);
    const stat = attempt(() => (follow ? process.fs.stat(path) : process.fs.lstat(path)));
    if ('error' in stat) {
      await complain(process, `${path}: ${stat.error.message}`);
      state.code = 1;
      return;
    }
    const file = { path, stat: stat.value, depth };
    state.prune = false;
    if (!parser.depthFirst && depth >= parser.minDepth) await test(file, state);
    if (stat.value.type === 'directory' && depth < parser.maxDepth && !state.prune && !state.quit) {
      const names = attempt(() => process.fs.readDirectory(path));
      if ('error' in names) {
        await complain(process, `${path}: ${names.error.message}`);
        state.code = 1;
      } else {
        for (const name of names.value) {
          await visit(joinPath(path, name), depth + 1);
          if (state.quit) return;
        }
      }
    }
    if (parser.depthFirst && depth >= parser.minDepth) await test(file, state);
  };
  for (const start of starts.length === 0 ? ['.'] : starts) {
    await visit(start, 0);
    if (state.quit) break;
  }
  for (const [argv, files] of parser.collected)
    if (files.length > 0 && (await run(process, [...argv, ...files], {}, 'find')) !== 0) state.code = 1;
  return state.code;
});

class ExpressionParser {
  readonly #process: Process;
  readonly #words: readonly string[];
  #at = 0;
  #acts = false;
  maxDepth = Number.POSITIVE_INFINITY;
  minDepth = 0;
  depthFirst = false;
  readonly collected = new Map<readonly string[], string[]>();

  constructor(process: Process, words: readonly string[]) {
    this.#process = process;
    this.#words = words;
  }

  parse(): Test {
    const test = this.#words.length === 0 ? () => true : this.#or();
    if (this.#at < this.#words.length) throw new Failure(`unrecognized: ${this.#words[this.#at]}`);
    if (this.#acts) return test;
    const print = this.#printer('\n');
    return async (file, state) => (await test(file, state)) && print(file, state);
  }

  #or(): Test {
    let left = this.#and();
    while (this.#words[this.#at] === '-o' || this.#words[this.#at] === '-or') {
      this.#at++;
      const before = left;
      const right = this.#and();
      left = async (file, state) => (await before(file, state)) || right(file, state);
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    for (;;) {
      const word = this.#words[this.#at];
      if (word === undefined || word === '-o' || word === '-or' || word === ')') return left;
      if (word === '-a' || word === '-and') this.#at++;
      const before = left;
      const right = this.#not();
      left = async (file, state) => (await before(file, state)) && right(file, state);
    }
  }

  #not(): Test {
    const word = this.#words[this.#at];
    if (word === '!' || word === '-not') {
      this.#at++;
      const test = this.#not();
      return async (file, state) => !(await test(file, state));
    }
    if (word === '(') {
      this.#at++;
      const test = this.#or();
      if (this.#words[this.#at++] !== ')') throw new Failure('unpaired (');
      return test;
    }
    return this.#primary();
  }

  #argument(): string {
    const name = this.#words[this.#at - 1];
    const word = this.#words[this.#at++];
    if (word === undefined) throw new Failure(`missing argument to '${name}'`);
    return word;
  }

  #printer(end: string): Test {
    return async ({ path }) => {
      await this.#process.stdout.write(path + end);
      return true;
    };
  }

  #primary(): Test {
    const word = this.#words[this.#at++] ?? '';
    const process = this.#process;
    switch (word) {
      case '-name':
      case '-iname': {
        const pattern = globToRegExp(this.#argument(), word === '-iname');
        return ({ path }) => pattern.test(baseName(path));
      }
      case '-path':
      case '-wholename':
      case '-ipath': {
        const pattern = globToRegExp(this.#argument(), word === '-ipath');
        return ({ path }) => pattern.test(path);
      }
      case '-regex': {
        const pattern = toPosixRegExp(`^(${this.#argument()})$`, { extended: false });
        return ({ path }) => pattern.test(path);
      }
      case '-type': {
        const types = this.#argument().split(',');
        const letters = { file: 'f', directory: 'd', symlink: 'l', fifo: 'p', device: 'c' };
        return ({ stat }) => types.includes(letters[stat.type]);
      }
      case '-maxdepth':
        this.maxDepth = Number(this.#argument());
        return () => true;
      case '-mindepth':
        this.minDepth = Number(this.#argument());
        return () => true;
      case '-depth':
      case '-xdev':
      case '-mount':
      case '-follow':
        if (word === '-depth') this.depthFirst = true;
        return () => true;
      case '-size': {
        const text = this.#argument();
        const match = /^([+-]?)(\d+)([bckwMG]?)$/.exec(text);
        if (match === null) throw new Failure(`invalid number '${text}'`);
        const unit = { c: 1, k: 1024, w: 2, M: 1024 ** 2, G: 1024 ** 3 }[match[3] ?? ''] ?? 512;
        return ({ stat }) => compare(Math.ceil(stat.size / unit), match[1] ?? '', Number(match[2]));
      }
      case '-mtime':
      case '-mmin': {
        const text = this.#argument();
        const sign = /^[+-]/.exec(text)?.[0] ?? '';
        const unitMs = word === '-mmin' ? 60_000 : 86_400_000;
        return ({ stat }) =>
          compare(Math.floor((process.now() - stat.modifiedMs) / unitMs), sign, Number(text.replace(/^[+-]/, '')));
      }
      case '-newer': {
        const { modifiedMs } = process.fs.stat(this.#argument());
        return ({ stat }) => stat.modifiedMs > modifiedMs;
      }
      case '-empty':
        return ({ path, stat }) =>
          stat.type === 'directory'
            ? process.fs.readDirectory(path).length === 0
            : stat.type === 'file' && stat.size === 0;
      case '-perm': {
        const text = this.#argument();
        const mode = applyMode(text.replace(/^[-/+]/, ''), 0, false) ?? 0;
        if (text.startsWith('-')) return ({ stat }) => (stat.mode & mode) === mode;
        if (/^[/+]/.test(text)) return ({ stat }) => mode === 0 || (stat.mode & mode) !== 0;
        return ({ stat }) => (stat.mode & 0o7777) === mode;
      }
      case '-user':
      case '-group': {
        const number = accountNumber(process, word === '-user' ? 'passwd' : 'group', this.#argument());
        return ({ stat }) => (word === '-user' ? stat.uid : stat.gid) === number;
      }
      case '-true':
        return () => true;
      case '-false':
        return () => false;
      case '-prune':
        return (_file, state) => {
          state.prune = true;
          return true;
        };
    }
    return this.#action(word);
  }

  #action(word: string): Test {
    const process = this.#process;
    this.#acts = true;
    switch (word) {
      case '-print':
        return this.#printer('\n');
      case '-print0':
        return this.#printer('\0');
      case '-quit':
        return (_file, state) => {
          state.quit = true;
          return true;
        };
      case '-delete':
        this.depthFirst = true;
        return async ({ path }, state) => {
          if (path === '.') return true;
          const removed = attempt(() => process.fs.remove(path));
          if (!('error' in removed)) return true;
          await complain(process, `${path}: ${removed.error.message}`);
          state.code = 1;
          return false;
        };
      case '-exec':
      case '-execdir':
      case '-ok': {
        const argv: string[] = [];
        for (;;) {
          const part = this.#words[this.#at++];
          if (part === undefined) throw new Failure(`-exec requires an argument`);
          if (part === ';' || (part === '+' && argv.at(-1) === '{}')) {
            if (part === ';') break;
            argv.pop();
            const files: string[] = [];
            this.collected.set(argv, files);
            return ({ path }) => {
              files.push(path);
              return true;
            };
          }
          argv.push(part);
        }
        const inFolder = word === '-execdir';
        return async ({ path }) => {
          const shown = inFolder ? `./${baseName(path)}` : path;
          const words = argv.map((part) => part.replaceAll('{}', shown));
          return (await run(process, words, inFolder ? { cwd: directoryName(path) } : {}, 'find')) === 0;
        };
      }
      default:
        throw new Failure(`unrecognized: ${word}`);
    }
  }
}

function compare(value: number, sign: string, wanted: number): boolean {
  return sign === '+' ? value > wanted : sign === '-' ? value < wanted : value === wanted;
}
