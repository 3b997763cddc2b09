import type { Entry, Expr, FunctionExpr, Item, Statement, Target } from './ast.ts';
import { ScriptSyntaxError, type Token, unescaped } from './lex.ts';
import type { TokenCursor } from './token-cursor.ts';

/** By how tightly they bind; `**` is the tightest. */
const BINARY: readonly (readonly string[])[] = [
  ['??', '||'],
  ['&&'],
  ['|'],
  ['^'],
  ['&'],
  ['===', '!==', '==', '!='],
  ['<', '>', '<=', '>=', 'in', 'instanceof'],
  ['<<', '>>', '>>>'],
  ['+', '-'],
  ['*', '/', '%'],
];
const ASSIGNING = /^(?:[-+*/%&|^]|\*\*|<<|>>|>>>|&&|\|\||\?\?)?=$/;

export interface ExpressionDeps {
  readonly cursor: TokenCursor;
  /** The body of a function. */
  readonly block: () => readonly Statement[];
  /** What stands in a template. */
  readonly inner: (text: string) => readonly Statement[];
}

export class ExpressionParser {
  readonly #cursor: TokenCursor;
  readonly #block: () => readonly Statement[];
  readonly #inner: ExpressionDeps['inner'];

  constructor({ cursor, block, inner }: ExpressionDeps) {
    this.#cursor = cursor;
    this.#block = block;
    this.#inner = inner;
  }

  /** From the word `function` on. @throws {ScriptSyntaxError} */
  function(needsName: boolean): FunctionExpr {
    this.#cursor.expect('function');
    if (this.#cursor.is('*')) this.#cursor.refuse('generators');
    const name = needsName || this.#cursor.next.kind === 'name' ? this.#cursor.name() : '';
    this.#cursor.expect('(');
    const params = this.#params();
    return { op: 'function', name, params, body: this.#block() };
  }

  #params(): readonly string[] {
    const params: string[] = [];
    while (!this.#cursor.take(')')) {
      if (this.#cursor.is('...')) this.#cursor.refuse('rest parameters');
      params.push(this.#cursor.name());
      if (this.#cursor.is('=')) this.#cursor.refuse('default parameters');
      if (!this.#cursor.is(')')) this.#cursor.expect(',');
    }
    return params;
  }

  parenthesised(): Expr {
    this.#cursor.expect('(');
    const value = this.expression();
    this.#cursor.expect(')');
    return value;
  }

  /** The next expression. @throws {ScriptSyntaxError} */
  expression(): Expr {
    const arrow = this.#arrow();
    if (arrow !== undefined) return arrow;
    const left = this.#choice();
    const { kind, text } = this.#cursor.next;
    if (kind !== 'mark' || !ASSIGNING.test(text)) return left;
    this.#cursor.at++;
    return { op: 'assign', operator: text.slice(0, -1), target: this.#target(left), value: this.expression() };
  }

  #target(expr: Expr): Target {
    if (expr.op === 'name' || (expr.op === 'member' && !expr.optional)) return expr;
    if (expr.op === 'object' || expr.op === 'array') this.#cursor.refuse('destructuring');
    throw new ScriptSyntaxError(`Invalid left-hand side in assignment. (${this.#cursor.next.line}:0)`);
  }

  /** `x => …`, `(a, b) => …`; undefined where none begins. */
  #arrow(): Expr | undefined {
    let at = this.#cursor.at;
    if (this.#cursor.tokens[at]?.text === 'async' && this.#cursor.tokens[at + 1]?.fresh === false) {
      const after = this.#cursor.tokens[at + 1];
      if (after?.text === 'function') {
        this.#cursor.at++;
        return undefined;
      }
      if (after?.text === '(' || after?.kind === 'name') at++;
    }
    const first = this.#cursor.tokens[at];
    if (first?.kind === 'name' && this.#cursor.tokens[at + 1]?.text === '=>') {
      this.#cursor.at = at + 2;
      return this.#arrowBody([first.text]);
    }
    if (first?.kind !== 'mark' || first.text !== '(') return undefined;
    let depth = 0;
    let end = at;
    for (; end < this.#cursor.tokens.length; end++) {
      const { kind, text } = this.#cursor.tokens[end] as Token;
      if (kind !== 'mark') continue;
      if (text === '(' || text === '[' || text === '{') depth++;
      else if ((text === ')' || text === ']' || text === '}') && --depth === 0) break;
    }
    if (this.#cursor.tokens[end + 1]?.text !== '=>') return undefined;
    this.#cursor.at = at + 1;
    const params = this.#params();
    this.#cursor.expect('=>');
    return this.#arrowBody(params);
  }

  #arrowBody(params: readonly string[]): Expr {
    const body = this.#cursor.is('{') ? this.#block() : ([{ op: 'return', value: this.expression() }] as const);
    return { op: 'function', name: '', params, body };
  }

  #choice(): Expr {
    const test = this.#binary(0);
    if (!this.#cursor.take('?')) return test;
    const yes = this.expression();
    this.#cursor.expect(':');
    return { op: 'choice', test, yes, no: this.expression() };
  }

  #binary(level: number): Expr {
    const operators = BINARY[level];
    if (operators === undefined) return this.#power();
    let left = this.#binary(level + 1);
    for (;;) {
      const { kind, text } = this.#cursor.next;
      if ((kind !== 'mark' && kind !== 'name') || !operators.includes(text)) return left;
      if (text === 'instanceof') this.#cursor.refuse("'instanceof'");
      this.#cursor.at++;
      left = { op: 'binary', operator: text, left, right: this.#binary(level + 1) };
    }
  }

  #power(): Expr {
    const left = this.#unary();
    return this.#cursor.take('**') ? { op: 'binary', operator: '**', left, right: this.#power() } : left;
  }

  #unary(): Expr {
    const { kind, text } = this.#cursor.next;
    if (kind === 'name' && text === 'await') {
      // Everything is waited for as it is.
      this.#cursor.at++;
      return this.#unary();
    }
    if (/^(?:!|-|\+|~|typeof|void|delete)$/.test(text) && (kind === 'mark' || kind === 'name')) {
      this.#cursor.at++;
      return { op: 'unary', operator: text, of: this.#unary() };
    }
    if (kind === 'mark' && (text === '++' || text === '--')) {
      this.#cursor.at++;
      return { op: 'step', by: text === '++' ? 1 : -1, before: true, target: this.#target(this.#unary()) };
    }
    const value = this.#postfix(this.#primary());
    const after = this.#cursor.next;
    if (after.kind !== 'mark' || after.fresh || (after.text !== '++' && after.text !== '--')) return value;
    this.#cursor.at++;
    return { op: 'step', by: after.text === '++' ? 1 : -1, before: false, target: this.#target(value) };
  }

  #postfix(start: Expr, calls = true): Expr {
    let value = start;
    for (;;) {
      if (this.#cursor.take('.')) value = { op: 'member', of: value, key: this.#property(), optional: false };
      else if (this.#cursor.take('?.')) {
        if (this.#cursor.take('('))
          value = { op: 'call', callee: value, args: this.#items(')'), isNew: false, optional: true };
        else
          value = {
            op: 'member',
            of: value,
            key: this.#cursor.take('[') ? this.#index() : this.#property(),
            optional: true,
          };
      } else if (this.#cursor.take('[')) value = { op: 'member', of: value, key: this.#index(), optional: false };
      else if (calls && this.#cursor.take('('))
        value = { op: 'call', callee: value, args: this.#items(')'), isNew: false, optional: false };
      else return value;
    }
  }

  #index(): Expr {
    const key = this.expression();
    this.#cursor.expect(']');
    return key;
  }

  #property(): Expr {
    const { kind, text } = this.#cursor.next;
    if (kind !== 'name') this.#cursor.unexpected();
    this.#cursor.at++;
    return { op: 'literal', value: text };
  }

  #items(close: string): readonly Item[] {
    const items: Item[] = [];
    while (!this.#cursor.take(close)) {
      if (this.#cursor.next.kind === 'end') this.#cursor.unexpected();
      const spread = this.#cursor.take('...');
      items.push({ spread, value: this.expression() });
      if (!this.#cursor.is(close)) this.#cursor.expect(',');
    }
    return items;
  }

  #primary(): Expr {
    const { kind, text } = this.#cursor.next;
    switch (kind) {
      case 'number':
        this.#cursor.at++;
        return { op: 'literal', value: Number(text) };
      case 'string':
        this.#cursor.at++;
        return { op: 'literal', value: text };
      case 'pattern':
        return this.#cursor.refuse('regular expressions');
      case 'template':
        this.#cursor.at++;
        return template(text, this.#inner);
      case 'name':
        return this.#word(text);
      case 'mark':
        break;
      default:
        this.#cursor.unexpected();
    }
    if (text === '(') return this.parenthesised();
    if (this.#cursor.take('[')) return { op: 'array', items: this.#items(']') };
    if (this.#cursor.take('{')) return { op: 'object', entries: this.#entries() };
    return this.#cursor.unexpected();
  }

  #word(text: string): Expr {
    switch (text) {
      case 'true':
      case 'false':
        this.#cursor.at++;
        return { op: 'literal', value: text === 'true' };
      case 'null':
        this.#cursor.at++;
        return { op: 'literal', value: null };
      case 'undefined':
        this.#cursor.at++;
        return { op: 'literal', value: undefined };
      case 'function':
        return this.function(false);
      case 'new': {
        this.#cursor.at++;
        const callee = this.#postfix(this.#primary(), false);
        return {
          op: 'call',
          callee,
          args: this.#cursor.take('(') ? this.#items(')') : [],
          isNew: true,
          optional: false,
        };
      }
      default:
        return { op: 'name', name: this.#cursor.name() };
    }
  }

  #entries(): readonly Entry[] {
    const entries: Entry[] = [];
    while (!this.#cursor.take('}')) {
      if (this.#cursor.take('...')) entries.push({ key: undefined, value: this.expression() });
      else entries.push(this.#entry());
      if (!this.#cursor.is('}')) this.#cursor.expect(',');
    }
    return entries;
  }

  #entry(): Entry {
    const { kind, text } = this.#cursor.next;
    if (this.#cursor.take('[')) {
      const key = this.#index();
      this.#cursor.expect(':');
      return { key, value: this.expression() };
    }
    if (kind !== 'name' && kind !== 'string' && kind !== 'number') this.#cursor.unexpected();
    this.#cursor.at++;
    const key: Expr = { op: 'literal', value: kind === 'number' ? String(Number(text)) : text };
    if (this.#cursor.take(':')) return { key, value: this.expression() };
    if (this.#cursor.take('(')) {
      const params = this.#params();
      return { key, value: { op: 'function', name: text, params, body: this.#block() } };
    }
    if (kind !== 'name') this.#cursor.unexpected();
    return { key, value: { op: 'name', name: text } };
  }
}

function template(raw: string, inner: ExpressionDeps['inner']): Expr {
  const texts: string[] = [];
  const parts: Expr[] = [];
  let text = '';
  for (let at = 0; at < raw.length; at++) {
    if (raw[at] === '\\') {
      text += raw.slice(at, at + 2);
      at++;
    } else if (raw.startsWith('${', at)) {
      let depth = 1;
      let end = at + 2;
      for (; end < raw.length && depth > 0; end++) depth += raw[end] === '{' ? 1 : raw[end] === '}' ? -1 : 0;
      const [only, ...more] = inner(raw.slice(at + 2, end - 1));
      if (only?.op !== 'expression' || more.length > 0) throw new ScriptSyntaxError('Unexpected token in template.');
      texts.push(unescaped(text));
      parts.push(only.value);
      text = '';
      at = end - 1;
    } else text += raw[at];
  }
  texts.push(unescaped(text));
  return { op: 'template', texts, parts };
}
