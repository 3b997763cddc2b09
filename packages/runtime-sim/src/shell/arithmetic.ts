import { ShellError } from './control.ts';

/** Variables as arithmetic reads and sets them. */
export interface ArithmeticScope {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
}

/** Evaluates `$((…))`, its `$` expansions already done: 64-bit whole numbers as C has them. @throws {ShellError} */
export function evaluateArithmetic(text: string, scope: ArithmeticScope, depth = 0): bigint {
  const simple = /^\s*(\d{1,15})\s*$/.exec(text);
  if (simple !== null && !/^\s*0\d/.test(text)) return BigInt(simple[1] as string);
  if (text.trim() === '') return 0n;
  const parser = new Parser(text, scope, depth);
  const value = parser.comma();
  if (!parser.atEnd) throw syntaxError();
  return value;
}

function syntaxError(): ShellError {
  return new ShellError('arithmetic syntax error');
}

const BINARY: readonly (readonly string[])[] = [
  ['||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['==', '!='],
  ['<=', '>=', '<', '>'],
  ['<<', '>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGN = new Set(['=', '+=', '-=', '*=', '/=', '%=', '<<=', '>>=', '&=', '^=', '|=']);
const TOKEN =
  /\s*(?:(0[xX][0-9a-fA-F]+|\d+#[0-9a-zA-Z]+|\d+)|([A-Za-z_]\w*)|(<<=|>>=|\*\*|\+\+|--|\|\||&&|==|!=|<=|>=|<<|>>|[-+*/%&^|]=|[-+*/%&^|<>=!~?:(),]))/y;

interface Token {
  readonly kind: 'number' | 'name' | 'operator';
  readonly text: string;
}

class Parser {
  readonly #tokens: Token[] = [];
  readonly #scope: ArithmeticScope;
  readonly #depth: number;
  #at = 0;
  /** Inside a branch that is not taken: nothing is set and nothing divided. */
  #idle = 0;

  constructor(text: string, scope: ArithmeticScope, depth: number) {
    this.#scope = scope;
    this.#depth = depth;
    const pattern = new RegExp(TOKEN);
    const end = text.trimEnd().length;
    while (pattern.lastIndex < end) {
      const match = pattern.exec(text);
      if (match === null) throw syntaxError();
      const [, number, name, operator] = match;
      if (number !== undefined) this.#tokens.push({ kind: 'number', text: number });
      else if (name !== undefined) this.#tokens.push({ kind: 'name', text: name });
      else this.#tokens.push({ kind: 'operator', text: operator ?? '' });
    }
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  comma(): bigint {
    let value = this.#assign();
    while (this.#take(',')) value = this.#assign();
    return value;
  }

  #assign(): bigint {
    const [name, operator] = [this.#tokens[this.#at], this.#tokens[this.#at + 1]];
    if (name?.kind !== 'name' || operator?.kind !== 'operator' || !ASSIGN.has(operator.text)) return this.#ternary();
    this.#at += 2;
    const right = this.#assign();
    const value =
      operator.text === '=' ? right : this.#apply(operator.text.slice(0, -1), this.#variable(name.text), right);
    this.#set(name.text, value);
    return value;
  }

  #ternary(): bigint {
    const test = this.#binary(0);
    if (!this.#take('?')) return test;
    const yes = this.#unless(test === 0n, () => this.#assign());
    if (!this.#take(':')) throw syntaxError();
    const no = this.#unless(test !== 0n, () => this.#assign());
    return test === 0n ? no : yes;
  }

  #binary(level: number): bigint {
    const operators = BINARY[level];
    if (operators === undefined) return this.#power();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'operator' || !operators.includes(token.text)) return left;
      this.#at++;
      const skip = (token.text === '||' && left !== 0n) || (token.text === '&&' && left === 0n);
      const before = left;
      const right = this.#unless(skip, () => this.#binary(level + 1));
      if (token.text === '||') left = before !== 0n || right !== 0n ? 1n : 0n;
      else if (token.text === '&&') left = before !== 0n && right !== 0n ? 1n : 0n;
      else left = this.#apply(token.text, before, right);
    }
  }

  #power(): bigint {
    const base = this.#unary();
    return this.#take('**') ? this.#apply('**', base, this.#power()) : base;
  }

  #unary(): bigint {
    for (const step of ['++', '--'] as const) {
      const name = this.#tokens[this.#at + 1];
      if (this.#tokens[this.#at]?.text !== step || name?.kind !== 'name') continue;
      this.#at += 2;
      const value = this.#variable(name.text) + (step === '++' ? 1n : -1n);
      this.#set(name.text, value);
      return value;
    }
    if (this.#take('-')) return wrap(-this.#unary());
    if (this.#take('+')) return this.#unary();
    if (this.#take('!')) return this.#unary() === 0n ? 1n : 0n;
    if (this.#take('~')) return ~this.#unary();
    if (this.#take('++') || this.#take('--')) return this.#unary();
    return this.#primary();
  }

  #primary(): bigint {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw syntaxError();
    this.#at++;
    if (token.kind === 'number') return numberOf(token.text);
    if (token.kind === 'name') {
      const value = this.#variable(token.text);
      if (this.#take('++')) this.#set(token.text, value + 1n);
      else if (this.#take('--')) this.#set(token.text, value - 1n);
      return value;
    }
    if (token.text !== '(') throw syntaxError();
    const value = this.comma();
    if (!this.#take(')')) throw syntaxError();
    return value;
  }

  #apply(operator: string, left: bigint, right: bigint): bigint {
    switch (operator) {
      case '+':
        return wrap(left + right);
      case '-':
        return wrap(left - right);
      case '*':
        return wrap(left * right);
      case '/':
      case '%':
        if (right === 0n) {
          if (this.#idle > 0) return 0n;
          throw new ShellError('divide by zero');
        }
        return wrap(operator === '/' ? left / right : left % right);
      case '**':
        if (right < 0n) throw new ShellError('exponent less than 0');
        return power(left, right);
      case '<<':
        return wrap(left << (right & 63n));
      case '>>':
        return left >> (right & 63n);
      case '&':
        return left & right;
      case '|':
        return left | right;
      case '^':
        return left ^ right;
      default:
        return compare(operator, left, right) ? 1n : 0n;
    }
  }

  #variable(name: string): bigint {
    const text = this.#scope.get(name) ?? '';
    if (text === '') return 0n;
    if (/^-?(?:[1-9]\d{0,17}|0)$/.test(text)) return BigInt(text);
    if (this.#depth > 30) throw new ShellError('expression recursion loop detected');
    return evaluateArithmetic(text, this.#scope, this.#depth + 1);
  }

  #set(name: string, value: bigint): void {
    if (this.#idle === 0) this.#scope.set(name, String(wrap(value)));
  }

  #unless(skip: boolean, evaluate: () => bigint): bigint {
    if (skip) this.#idle++;
    const value = evaluate();
    if (skip) this.#idle--;
    return value;
  }

  #take(operator: string): boolean {
    const token = this.#tokens[this.#at];
    if (token?.kind !== 'operator' || token.text !== operator) return false;
    this.#at++;
    return true;
  }
}

function compare(operator: string, left: bigint, right: bigint): boolean {
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '>':
      return left > right;
    case '<=':
      return left <= right;
    default:
      return left >= right;
  }
}

/** By squares, so that nothing grows beyond 64 bits. */
function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let [square, left] = [base, exponent]; left > 0n; square = wrap(square * square), left >>= 1n)
    if (left & 1n) result = wrap(result * square);
  return result;
}

function wrap(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function numberOf(text: string): bigint {
  const [base, digits] = text.split('#');
  if (digits !== undefined) {
    let value = 0n;
    for (const digit of digits.toLowerCase())
      value = value * BigInt(base as string) + BigInt(Number.parseInt(digit, 36));
    return wrap(value);
  }
  if (/^0[0-7]+$/.test(text)) return wrap(BigInt(`0o${text.slice(1)}`));
  if (/^0\d+$/.test(text)) throw syntaxError();
  return wrap(BigInt(text));
}
