import { command, Failure, UsageError } from './support/command.ts';
import { toPosixRegExp } from './support/posix-regex.ts';

/** Works out an expression. Exit 1 when the result is empty or 0, 2 when it makes no sense. */
export const expr = command(
  'EXPRESSION',
  async (process) => {
    const words = process.argv.slice(1);
    if (words.length === 0) throw new UsageError('');
    const parser = new ExprParser(words);
    const value = parser.or();
    parser.end();
    await process.stdout.write(`${value}\n`);
    return value === '' || /^-?0+$/.test(value) ? 1 : 0;
  },
  2,
);

class ExprParser {
  readonly #words: readonly string[];
  #at = 0;

  constructor(words: readonly string[]) {
    this.#words = words;
  }

  or(): string {
    let left = this.#and();
    while (this.#take('|')) {
      const right = this.#and();
      left = isNull(left) ? (isNull(right) ? '0' : right) : left;
    }
    return left;
  }

  end(): void {
    if (this.#at < this.#words.length) throw new Failure('syntax error', 2);
  }

  #take(...operators: readonly string[]): string | undefined {
    const word = this.#words[this.#at];
    if (word === undefined || !operators.includes(word)) return undefined;
    this.#at++;
    return word;
  }

  #and(): string {
    let left = this.#comparison();
    while (this.#take('&')) {
      const right = this.#comparison();
      left = isNull(left) || isNull(right) ? '0' : left;
    }
    return left;
  }

  #comparison(): string {
    let left = this.#sum();
    for (
      let operator = this.#take('=', '==', '!=', '<', '<=', '>', '>=');
      operator !== undefined;
      operator = this.#take('=', '==', '!=', '<', '<=', '>', '>=')
    ) {
      const right = this.#sum();
      const numeric = isInteger(left) && isInteger(right);
      const a = numeric ? BigInt(left) : left;
      const b = numeric ? BigInt(right) : right;
      const order = a < b ? -1 : a > b ? 1 : 0;
      const holds = {
        '=': order === 0,
        '==': order === 0,
        '!=': order !== 0,
        '<': order < 0,
        '<=': order <= 0,
        '>': order > 0,
        '>=': order >= 0,
      }[operator];
      left = holds ? '1' : '0';
    }
    return left;
  }

  #sum(): string {
    let left = this.#product();
    for (let operator = this.#take('+', '-'); operator !== undefined; operator = this.#take('+', '-')) {
      const [a, b] = [integer(left), integer(this.#product())];
      left = String(BigInt.asIntN(64, operator === '+' ? a + b : a - b));
    }
    return left;
  }

  #product(): string {
    let left = this.#match();
    for (let operator = this.#take('*', '/', '%'); operator !== undefined; operator = this.#take('*', '/', '%')) {
      const [a, b] = [integer(left), integer(this.#match())];
      if (operator !== '*' && b === 0n) throw new Failure('division by zero', 2);
      left = String(BigInt.asIntN(64, operator === '*' ? a * b : operator === '/' ? a / b : a % b));
    }
    return left;
  }

  #match(): string {
    let left = this.#primary();
    while (this.#take(':')) left = matched(left, this.#primary());
    return left;
  }

  #primary(): string {
    const word = this.#words[this.#at++];
    if (word === undefined) throw new Failure('syntax error', 2);
    if (word === '(') {
      const value = this.or();
      if (!this.#take(')')) throw new Failure('syntax error', 2);
      return value;
    }
    if (word === '+' && this.#at < this.#words.length) return this.#words[this.#at++] ?? '';
    if (word === 'length' && this.#at < this.#words.length) return String([...this.#primary()].length);
    if (word === 'match' && this.#at + 1 < this.#words.length) return matched(this.#primary(), this.#primary());
    if (word === 'substr' && this.#at + 2 < this.#words.length) {
      const text = this.#primary();
      const from = Number(this.#primary());
      const length = Number(this.#primary());
      return from < 1 || length < 1 ? '' : text.slice(from - 1, from - 1 + length);
    }
    if (word === 'index' && this.#at + 1 < this.#words.length) {
      const text = this.#primary();
      const wanted = this.#primary();
      return String([...text].findIndex((char) => wanted.includes(char)) + 1);
    }
    return word;
  }
}

function matched(text: string, pattern: string): string {
  const match = toPosixRegExp(`^${pattern.replace(/^\^/, '')}`, { extended: false }).exec(text);
  if (/\\\(/.test(pattern)) return match?.[1] ?? '';
  return String(match?.[0].length ?? 0);
}

function isInteger(text: string): boolean {
  return /^-?\d+$/.test(text);
}

function isNull(text: string): boolean {
  return text === '' || /^-?0+$/.test(text);
}

function integer(text: string): bigint {
  if (!isInteger(text)) throw new Failure('non-numeric argument', 2);
  return BigInt(text);
}
