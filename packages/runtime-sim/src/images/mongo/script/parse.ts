import type { Binding, Statement } from './ast.ts';
import { tokens } from './lex.ts';
import { ExpressionParser } from './parse-expression.ts';
import { REFUSED, TokenCursor } from './token-cursor.ts';

/** Reads a script of JavaScript, as much of the language as scripts of mongosh use. @throws {ScriptSyntaxError} */
export function parseScript(text: string): readonly Statement[] {
  return new Parser(text).script();
}

class Parser {
  readonly #cursor: TokenCursor;
  readonly #expressions: ExpressionParser;

  constructor(text: string) {
    this.#cursor = new TokenCursor(tokens(text));
    this.#expressions = new ExpressionParser({ cursor: this.#cursor, block: () => this.#block(), inner: parseScript });
  }

  script(): readonly Statement[] {
    const body: Statement[] = [];
    while (this.#cursor.next.kind !== 'end') if (!this.#cursor.take(';')) body.push(this.#order() ?? this.#statement());
    return body;
  }

  /** `use NAME`, `show WHAT`: orders of the shell, alone on their line. */
  #order(): Statement | undefined {
    const { kind, text } = this.#cursor.next;
    const word = this.#cursor.afterNext;
    if (kind !== 'name' || (text !== 'use' && text !== 'show') || word === undefined || word.fresh) return undefined;
    if (word.kind !== 'name' && word.kind !== 'string') return undefined;
    this.#cursor.at += 2;
    return { op: 'order', verb: text, word: word.text };
  }

  #end(): void {
    if (this.#cursor.take(';') || this.#cursor.is('}') || this.#cursor.next.fresh) return;
    this.#cursor.unexpected();
  }

  #block(): readonly Statement[] {
    this.#cursor.expect('{');
    const body: Statement[] = [];
    while (!this.#cursor.take('}')) {
      if (this.#cursor.next.kind === 'end') this.#cursor.unexpected();
      if (!this.#cursor.take(';')) body.push(this.#statement());
    }
    return body;
  }

  #statement(): Statement {
    const { kind, text, line } = this.#cursor.next;
    if (this.#cursor.is('{')) return { op: 'block', body: this.#block() };
    if (this.#cursor.take(';')) return { op: 'block', body: [] };
    if (kind !== 'name') return this.#simple();
    if (text === 'async' && this.#cursor.afterNext?.text === 'function') this.#cursor.at++;
    switch (this.#cursor.next.text) {
      case 'var':
      case 'let':
      case 'const': {
        const made = this.#declaration();
        this.#end();
        return made;
      }
      case 'if': {
        this.#cursor.at++;
        const test = this.#expressions.parenthesised();
        const yes = this.#statement();
        return { op: 'if', test, yes, no: this.#cursor.take('else') ? this.#statement() : undefined };
      }
      case 'while':
        this.#cursor.at++;
        return { op: 'loop', test: this.#expressions.parenthesised(), body: this.#statement(), bodyFirst: false };
      case 'do': {
        this.#cursor.at++;
        const body = this.#statement();
        this.#cursor.expect('while');
        const test = this.#expressions.parenthesised();
        this.#cursor.take(';');
        return { op: 'loop', test, body, bodyFirst: true };
      }
      case 'for':
        return this.#for();
      case 'return':
      case 'throw': {
        this.#cursor.at++;
        const bare = this.#cursor.is(';') || this.#cursor.is('}') || this.#cursor.next.fresh;
        if (bare && text === 'throw') this.#cursor.unexpected();
        const value = bare ? undefined : this.#expressions.expression();
        this.#end();
        return text === 'throw' && value !== undefined ? { op: 'throw', value } : { op: 'return', value };
      }
      case 'break':
      case 'continue':
        this.#cursor.at++;
        if (this.#cursor.next.kind === 'name' && !this.#cursor.next.fresh) this.#cursor.refuse('labels');
        this.#end();
        return { op: 'jump', kind: text as 'break' | 'continue' };
      case 'try':
        return this.#try();
      case 'function':
        return { op: 'function', definition: this.#expressions.function(true) };
      default:
        if (REFUSED.test(text)) this.#cursor.refuse(`'${text}'`);
        if (this.#cursor.afterNext?.text === ':' && this.#cursor.afterNext.line === line) this.#cursor.refuse('labels');
        return this.#simple();
    }
  }

  #simple(): Statement {
    const value = this.#expressions.expression();
    if (this.#cursor.is(',')) this.#cursor.refuse("operator ','");
    this.#end();
    return { op: 'expression', value };
  }

  #declaration(): Extract<Statement, { op: 'declare' }> {
    const kind = this.#cursor.next.text as 'var' | 'let' | 'const';
    this.#cursor.at++;
    const bindings: Binding[] = [];
    do {
      const name = this.#cursor.name();
      bindings.push({ name, value: this.#cursor.take('=') ? this.#expressions.expression() : undefined });
    } while (this.#cursor.take(','));
    return { op: 'declare', kind, bindings };
  }

  #for(): Statement {
    this.#cursor.at++;
    if (this.#cursor.is('await')) this.#cursor.refuse("'for await'");
    this.#cursor.expect('(');
    const declares = /^(?:var|let|const)$/.test(this.#cursor.next.text);
    const name = this.#cursor.tokens[this.#cursor.at + (declares ? 1 : 0)];
    const kind = this.#cursor.tokens[this.#cursor.at + (declares ? 2 : 1)]?.text;
    if (name?.kind === 'name' && (kind === 'of' || kind === 'in')) {
      this.#cursor.at += declares ? 3 : 2;
      const over = this.#expressions.expression();
      this.#cursor.expect(')');
      return { op: 'each', name: name.text, kind, over, body: this.#statement() };
    }
    let start: Statement | undefined;
    if (!this.#cursor.is(';'))
      start = declares ? this.#declaration() : { op: 'expression', value: this.#expressions.expression() };
    this.#cursor.expect(';');
    const test = this.#cursor.is(';') ? undefined : this.#expressions.expression();
    this.#cursor.expect(';');
    const step = this.#cursor.is(')') ? undefined : this.#expressions.expression();
    this.#cursor.expect(')');
    return { op: 'for', start, test, step, body: this.#statement() };
  }

  #try(): Statement {
    this.#cursor.at++;
    const body = this.#block();
    let name: string | undefined;
    let handler: readonly Statement[] | undefined;
    if (this.#cursor.take('catch')) {
      if (this.#cursor.take('(')) {
        name = this.#cursor.name();
        this.#cursor.expect(')');
      }
      handler = this.#block();
    }
    const last = this.#cursor.take('finally') ? this.#block() : undefined;
    if (handler === undefined && last === undefined) this.#cursor.unexpected();
    return { op: 'try', body, name, handler, last };
  }
}
