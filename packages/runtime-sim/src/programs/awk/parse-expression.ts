import { Failure } from '../support/command.ts';
import type { Expr } from './ast.ts';
import type { TokenCursor } from './token-cursor.ts';

/** Builtins that may stand without parentheses. */
const BARE = new Set(['length']);
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);

/** Reads expressions, loosest operators first. */
export class ExpressionParser {
  readonly #cursor: TokenCursor;
  /** In the list of an unparenthesised print a `>` redirects. */
  #noGreater = false;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
  }

  /** Reads something in which a `>` compares nothing. */
  withoutGreater<T>(read: () => T): T {
    const outer = this.#noGreater;
    this.#noGreater = true;
    const made = read();
    this.#noGreater = outer;
    return made;
  }

  /** Expressions with commas between them, and what closes them. */
  list(close: string): readonly Expr[] {
    const outer = this.#noGreater;
    this.#noGreater = false;
    const items: Expr[] = [];
    this.#cursor.newlines();
    while (!this.#cursor.take(close)) {
      items.push(this.expr());
      this.#cursor.newlines();
      if (!this.#cursor.is(close)) this.#cursor.expect(',');
      this.#cursor.newlines();
    }
    this.#noGreater = outer;
    return items;
  }

  /** @throws {Failure} */
  expr(): Expr {
    const test = this.#or();
    if (this.#cursor.take('?')) {
      this.#cursor.newlines();
      const yes = this.expr();
      this.#cursor.newlines();
      this.#cursor.expect(':');
      this.#cursor.newlines();
      return { op: 'choice', test, yes, no: this.expr() };
    }
    if (this.#cursor.token.kind === 'punct' && ASSIGNMENTS.has(this.#cursor.token.text) && isTarget(test)) {
      const operator = this.#cursor.next().text.slice(0, -1);
      this.#cursor.newlines();
      return { op: 'assign', operator, target: test, value: this.expr() };
    }
    return test;
  }

  #or(): Expr {
    let left = this.#and();
    while (this.#cursor.take('||')) {
      this.#cursor.newlines();
      left = { op: 'binary', operator: '||', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expr {
    let left = this.#in();
    while (this.#cursor.take('&&')) {
      this.#cursor.newlines();
      left = { op: 'binary', operator: '&&', left, right: this.#in() };
    }
    return left;
  }

  #in(): Expr {
    let left = this.#matching();
    while (this.#cursor.takeKeyword('in')) {
      left = { op: 'in', keys: left.op === 'group' ? left.items : [left], name: this.#cursor.next().text };
    }
    return left;
  }

  #matching(): Expr {
    let left = this.#comparison();
    while (this.#cursor.is('~') || this.#cursor.is('!~')) {
      const operator = this.#cursor.next().text;
      left = { op: 'binary', operator, left, right: this.#comparison() };
    }
    return left;
  }

  #comparison(): Expr {
    const left = this.#piped();
    const { kind, text } = this.#cursor.token;
    if (kind === 'punct' && (['<', '<=', '==', '!=', '>='].includes(text) || (text === '>' && !this.#noGreater))) {
      this.#cursor.at++;
      return { op: 'binary', operator: text, left, right: this.concatenation() };
    }
    return left;
  }

  #piped(): Expr {
    let left = this.concatenation();
    while (this.#cursor.is('|') && this.#cursor.tokens[this.#cursor.at + 1]?.text === 'getline') {
      this.#cursor.at += 2;
      left = { op: 'getline', target: this.#optionalTarget(), source: left, pipe: true };
    }
    return left;
  }

  #optionalTarget(): Expr | undefined {
    return this.#cursor.is('$') || this.#cursor.token.kind === 'name' ? this.#postfix() : undefined;
  }

  /** What may stand after a redirection. */
  concatenation(): Expr {
    let left = this.#sum();
    while (this.#startsOperand()) left = { op: 'binary', operator: ' ', left, right: this.#sum() };
    return left;
  }

  #startsOperand(): boolean {
    const { kind, text } = this.#cursor.token;
    if (kind === 'number' || kind === 'string' || kind === 'regex' || kind === 'name' || kind === 'call') return true;
    return kind === 'punct' && ['$', '!', '(', '-', '+', '++', '--'].includes(text);
  }

  #sum(): Expr {
    let left = this.#product();
    while (this.#cursor.is('+') || this.#cursor.is('-')) {
      const operator = this.#cursor.next().text;
      left = { op: 'binary', operator, left, right: this.#product() };
    }
    return left;
  }

  #product(): Expr {
    let left = this.#unary();
    while (this.#cursor.is('*') || this.#cursor.is('/') || this.#cursor.is('%')) {
      const operator = this.#cursor.next().text;
      left = { op: 'binary', operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expr {
    if (this.#cursor.is('!') || this.#cursor.is('-') || this.#cursor.is('+')) {
      const operator = this.#cursor.next().text;
      return { op: 'unary', operator, value: this.#unary() };
    }
    const base = this.#postfix();
    if (!this.#cursor.take('^')) return base;
    return { op: 'binary', operator: '^', left: base, right: this.#unary() };
  }

  #postfix(): Expr {
    const target = this.#primary();
    if (isTarget(target) && (this.#cursor.is('++') || this.#cursor.is('--'))) {
      return { op: 'step', by: this.#cursor.next().text === '++' ? 1 : -1, before: false, target };
    }
    return target;
  }

  #primary(): Expr {
    const token = this.#cursor.next();
    switch (token.kind) {
      case 'number':
        return { op: 'number', value: Number(token.text) };
      case 'string':
        return { op: 'string', value: token.text };
      case 'regex':
        return { op: 'regex', source: token.text };
      case 'call':
        this.#cursor.expect('(');
        return { op: 'call', name: token.text, args: this.list(')') };
      case 'name':
        if (BARE.has(token.text)) return { op: 'call', name: token.text, args: [] };
        if (this.#cursor.take('[')) return { op: 'element', name: token.text, keys: this.list(']') };
        return { op: 'variable', name: token.text };
      case 'keyword':
        if (token.text === 'getline') {
          const target = this.#optionalTarget();
          return { op: 'getline', target, source: this.#cursor.take('<') ? this.#primary() : undefined, pipe: false };
        }
        break;
      case 'punct':
        if (token.text === '$') {
          if (this.#cursor.is('++') || this.#cursor.is('--') || this.#cursor.is('-'))
            return { op: 'field', index: this.#unary() };
          return { op: 'field', index: this.#primary() };
        }
        if (token.text === '++' || token.text === '--')
          return { op: 'step', by: token.text === '++' ? 1 : -1, before: true, target: this.#primary() };
        if (token.text === '(') return { op: 'group', items: this.list(')') };
        if (token.text === '-' || token.text === '+' || token.text === '!')
          return { op: 'unary', operator: token.text, value: this.#unary() };
    }
    throw new Failure('cmd. line:1: Unexpected token');
  }
}

function isTarget(expr: Expr): boolean {
  return expr.op === 'variable' || expr.op === 'field' || expr.op === 'element';
}
