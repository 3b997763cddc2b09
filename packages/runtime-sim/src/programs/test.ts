import type { Process, Program } from '@tabernetes/node-api';
import { attempt, commandName, complain, Failure } from './support/command.ts';

/** Conditions: exit 0 when true, 1 when false, 2 when they make no sense. Called `[`, the last argument is `]`. */
export const test: Program = async (process) => {
  let words = process.argv.slice(1);
  if (commandName(process) === '[') {
    if (words.at(-1) !== ']') {
      await complain(process, 'missing ]');
      return 2;
    }
    words = words.slice(0, -1);
  }
  try {
    return evaluate(process, words) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await complain(process, error.message);
    return 2;
  }
};

/** A condition as `test` reads it. @throws {Failure} */
export function evaluate(process: Process, words: readonly string[]): boolean {
  if (words.length === 0) return false;
  if (words.length === 1) return words[0] !== '';
  if (words.length === 2 && words[0] === '!') return words[1] === '';
  if (words.length === 3 && BINARY.has(words[1] ?? ''))
    return binary(process, words[0] ?? '', words[1] ?? '', words[2] ?? '');
  if (words.length === 4 && words[0] === '!') return !evaluate(process, words.slice(1));
  const parser = new Parser(process, words);
  const result = parser.or();
  parser.end();
  return result;
}

const BINARY: ReadonlySet<string> = new Set('= == != < > -eq -ne -gt -ge -lt -le -nt -ot -ef'.split(' '));

class Parser {
  readonly #process: Process;
  readonly #words: readonly string[];
  #at = 0;

  constructor(process: Process, words: readonly string[]) {
    this.#process = process;
    this.#words = words;
  }

  or(): boolean {
    let value = this.#and();
    while (this.#words[this.#at] === '-o') {
      this.#at++;
      const right = this.#and();
      value = value || right;
    }
    return value;
  }

  end(): void {
    const left = this.#words[this.#at];
    if (left !== undefined) throw new Failure(`${left}: unknown operand`);
  }

  #and(): boolean {
    let value = this.#not();
    while (this.#words[this.#at] === '-a') {
      this.#at++;
      const right = this.#not();
      value = value && right;
    }
    return value;
  }

  #not(): boolean {
    if (this.#words[this.#at] === '!' && this.#words[this.#at + 1] !== undefined) {
      this.#at++;
      return !this.#not();
    }
    return this.#primary();
  }

  #primary(): boolean {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new Failure('argument expected');
    const next = this.#words[this.#at];
    if (next !== undefined && BINARY.has(next) && this.#words[this.#at + 1] !== undefined) {
      this.#at += 2;
      return binary(this.#process, word, next, this.#words[this.#at - 1] ?? '');
    }
    if (word === '(') {
      const value = this.or();
      if (this.#words[this.#at++] !== ')') throw new Failure('closing paren expected');
      return value;
    }
    if (/^-[a-zA-Z]$/.test(word) && next !== undefined) {
      this.#at++;
      return unary(this.#process, word, next);
    }
    return word !== '';
  }
}

function unary(process: Process, operator: string, operand: string): boolean {
  const { fs } = process;
  switch (operator) {
    case '-n':
      return operand !== '';
    case '-z':
      return operand === '';
    case '-t':
      return process.terminal !== undefined;
    case '-h':
    case '-L': {
      const found = attempt(() => fs.lstat(operand));
      return 'value' in found && found.value.type === 'symlink';
    }
  }
  const found = attempt(() => fs.stat(operand));
  if (operator === '-e' || operator === '-a') return 'value' in found;
  const stat = 'value' in found ? found.value : undefined;
  const { type, mode, size } = stat ?? { type: undefined, mode: 0, size: 0 };
  const mine = stat === undefined ? 0 : stat.uid === process.uid ? 6 : stat.gid === process.gid ? 3 : 0;
  const allowed = (bit: number): boolean =>
    stat !== undefined &&
    ((process.uid === 0 && (bit !== 1 || type === 'directory')) ||
      (bit === 1 && process.uid === 0 ? mode & 0o111 : (mode >> mine) & bit) !== 0);
  switch (operator) {
    case '-f':
      return type === 'file';
    case '-d':
      return type === 'directory';
    case '-p':
      return type === 'fifo';
    case '-c':
      return type === 'device';
    case '-b':
    case '-S':
      return false;
    case '-s':
      return size > 0;
    case '-r':
      return allowed(4);
    case '-w':
      return allowed(2);
    case '-x':
      return allowed(1);
    case '-u':
      return (mode & 0o4000) !== 0;
    case '-g':
      return (mode & 0o2000) !== 0;
    case '-k':
      return (mode & 0o1000) !== 0;
    case '-O':
      return stat?.uid === process.uid;
    case '-G':
      return stat?.gid === process.gid;
    default:
      throw new Failure(`${operand}: unknown operand`);
  }
}

function binary(process: Process, left: string, operator: string, right: string): boolean {
  switch (operator) {
    case '=':
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '-nt':
    case '-ot':
    case '-ef':
      return compareFiles(process, left, operator, right);
  }
  const a = integer(left);
  const b = integer(right);
  switch (operator) {
    case '-eq':
      return a === b;
    case '-ne':
      return a !== b;
    case '-gt':
      return a > b;
    case '-ge':
      return a >= b;
    case '-lt':
      return a < b;
    default:
      return a <= b;
  }
}

function compareFiles({ fs }: Process, left: string, operator: string, right: string): boolean {
  if (operator === '-ef') {
    const a = attempt(() => fs.realPath(left));
    const b = attempt(() => fs.realPath(right));
    return 'value' in a && 'value' in b && a.value === b.value;
  }
  // busybox looks at whole seconds.
  const changed = (path: string): number => Math.floor(fs.stat(path).modifiedMs / 1000);
  const a = attempt(() => changed(left));
  const b = attempt(() => changed(right));
  if (!('value' in a) || !('value' in b)) return false;
  return operator === '-nt' ? a.value > b.value : a.value < b.value;
}

function integer(text: string): bigint {
  if (!/^\s*[+-]?\d+\s*$/.test(text)) throw new Failure(`${text}: bad number`);
  return BigInt(text.trim().replace(/^\+/, ''));
}
