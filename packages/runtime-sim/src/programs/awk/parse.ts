import { Failure } from '../support/command.ts';
import type { AwkFunction, AwkProgram, Expr, Rule, Statement } from './ast.ts';
import { lexAwk } from './lex.ts';
import { ExpressionParser } from './parse-expression.ts';
import { TokenCursor } from './token-cursor.ts';

/** @throws {Failure} */
export function parseAwk(source: string): AwkProgram {
  return new AwkParser(new TokenCursor(lexAwk(source))).program();
}

class AwkParser {
  readonly #cursor: TokenCursor;
  readonly #expressions: ExpressionParser;

  constructor(cursor: TokenCursor) {
    this.#cursor = cursor;
    this.#expressions = new ExpressionParser(cursor);
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      this.#cursor.separators();
      if (this.#cursor.token.kind === 'end') return { rules, functions };
      if (this.#cursor.takeKeyword('function')) {
        const name = this.#cursor.next().text;
        this.#cursor.expect('(');
        const params: string[] = [];
        while (!this.#cursor.take(')')) {
          params.push(this.#cursor.next().text);
          this.#cursor.take(',');
        }
        this.#cursor.newlines();
        functions.set(name, { params, body: this.#block() });
        continue;
      }
      let pattern: Rule['pattern'];
      let until: Expr | undefined;
      if (this.#cursor.takeKeyword('BEGIN')) pattern = 'BEGIN';
      else if (this.#cursor.takeKeyword('END')) pattern = 'END';
      else if (!this.#cursor.is('{')) {
        pattern = this.#expressions.expr();
        if (this.#cursor.take(',')) {
          this.#cursor.newlines();
          until = this.#expressions.expr();
        }
      }
      const body = this.#cursor.is('{') ? this.#block() : undefined;
      rules.push({ pattern, until, body, open: false });
    }
  }

  #block(): Statement {
    this.#cursor.expect('{');
    const body: Statement[] = [];
    for (;;) {
      this.#cursor.separators();
      if (this.#cursor.take('}')) return { do: 'block', body };
      if (this.#cursor.token.kind === 'end') throw new Failure('cmd. line:1: Unexpected end of string');
      body.push(this.#statement());
    }
  }

  #statement(): Statement {
    if (this.#cursor.is('{')) return this.#block();
    if (this.#cursor.take(';')) return { do: 'block', body: [] };
    if (this.#cursor.takeKeyword('if')) return this.#if();
    if (this.#cursor.takeKeyword('while')) {
      const test = this.#parenthesised();
      return { do: 'for', start: undefined, test, step: undefined, body: this.#body(), bodyFirst: false };
    }
    if (this.#cursor.takeKeyword('do')) {
      const body = this.#body();
      this.#cursor.separators();
      if (!this.#cursor.takeKeyword('while')) throw new Failure('cmd. line:1: Unexpected token');
      return { do: 'for', start: undefined, test: this.#parenthesised(), step: undefined, body, bodyFirst: true };
    }
    if (this.#cursor.takeKeyword('for')) return this.#for();
    const simple = this.#simple();
    if (!this.#cursor.is('}') && this.#cursor.token.kind !== 'end') {
      if (this.#cursor.token.kind !== 'newline' && !this.#cursor.is(';'))
        throw new Failure('cmd. line:1: Unexpected token');
      this.#cursor.at++;
    }
    return simple;
  }

  #body(): Statement {
    this.#cursor.newlines();
    return this.#statement();
  }

  #parenthesised(): Expr {
    this.#cursor.expect('(');
    const expr = this.#expressions.expr();
    this.#cursor.expect(')');
    return expr;
  }

  #if(): Statement {
    const test = this.#parenthesised();
    const yes = this.#body();
    const back = this.#cursor.at;
    this.#cursor.separators();
    if (this.#cursor.takeKeyword('else')) return { do: 'if', test, yes, no: this.#body() };
    this.#cursor.at = back;
    return { do: 'if', test, yes, no: undefined };
  }

  #for(): Statement {
    this.#cursor.expect('(');
    const [variable, word, array, close] = this.#cursor.tokens.slice(this.#cursor.at, this.#cursor.at + 4);
    if (variable?.kind === 'name' && word?.text === 'in' && array?.kind === 'name' && close?.text === ')') {
      this.#cursor.at += 4;
      return { do: 'each', variable: variable.text, array: array.text, body: this.#body() };
    }
    const start = this.#cursor.is(';') ? undefined : this.#simple();
    this.#cursor.expect(';');
    this.#cursor.newlines();
    const test = this.#cursor.is(';') ? undefined : this.#expressions.expr();
    this.#cursor.expect(';');
    this.#cursor.newlines();
    const step = this.#cursor.is(')') ? undefined : this.#simple();
    this.#cursor.expect(')');
    return { do: 'for', start, test, step, body: this.#body(), bodyFirst: false };
  }

  #ends(): boolean {
    return (
      this.#cursor.token.kind === 'newline' ||
      this.#cursor.token.kind === 'end' ||
      this.#cursor.is(';') ||
      this.#cursor.is('}') ||
      this.#cursor.is(')')
    );
  }

  #simple(): Statement {
    if (this.#cursor.token.kind === 'keyword') {
      const { text } = this.#cursor.token;
      switch (text) {
        case 'print':
        case 'printf':
          this.#cursor.at++;
          return this.#print(text === 'printf');
        case 'next':
        case 'nextfile':
        case 'break':
        case 'continue':
          this.#cursor.at++;
          return { do: text };
        case 'exit':
        case 'return':
          this.#cursor.at++;
          return { do: text, value: this.#ends() ? undefined : this.#expressions.expr() };
        case 'delete': {
          this.#cursor.at++;
          const name = this.#cursor.next().text;
          if (!this.#cursor.take('[')) return { do: 'delete', name, keys: undefined };
          const keys = this.#expressions.list(']');
          return { do: 'delete', name, keys };
        }
      }
    }
    return { do: 'expr', expr: this.#expressions.expr() };
  }

  #print(formatted: boolean): Statement {
    return this.#expressions.withoutGreater(() => {
      const args: Expr[] = [];
      if (!this.#ends() && !this.#cursor.is('>') && !this.#cursor.is('|') && !this.#cursor.is('>>')) {
        do {
          this.#cursor.newlines();
          args.push(this.#expressions.expr());
        } while (this.#cursor.take(','));
      }
      const [only] = args;
      const list = args.length === 1 && only?.op === 'group' ? only.items : args;
      if (!this.#cursor.is('>') && !this.#cursor.is('>>') && !this.#cursor.is('|'))
        return { do: 'print', formatted, args: list, redirect: '', to: undefined };
      const redirect = this.#cursor.next().text;
      return { do: 'print', formatted, args: list, redirect, to: this.#expressions.concatenation() };
    });
  }
}
