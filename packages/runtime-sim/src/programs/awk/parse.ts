import { Failure } from '../support/command.ts';
import { lexAwk, type Token } from './lex.ts';

export type Expr =
  | { readonly op: 'number'; readonly value: number }
  | { readonly op: 'string'; readonly value: string }
  | { readonly op: 'regex'; readonly source: string }
  | { readonly op: 'variable'; readonly name: string }
  | { readonly op: 'field'; readonly index: Expr }
  | { readonly op: 'element'; readonly name: string; readonly keys: readonly Expr[] }
  | { readonly op: 'assign'; readonly operator: string; readonly target: Expr; readonly value: Expr }
  | { readonly op: 'step'; readonly by: 1 | -1; readonly before: boolean; readonly target: Expr }
  | { readonly op: 'unary'; readonly operator: string; readonly value: Expr }
  | { readonly op: 'binary'; readonly operator: string; readonly left: Expr; readonly right: Expr }
  | { readonly op: 'choice'; readonly test: Expr; readonly yes: Expr; readonly no: Expr }
  | { readonly op: 'in'; readonly keys: readonly Expr[]; readonly name: string }
  | { readonly op: 'call'; readonly name: string; readonly args: readonly Expr[] }
  | {
      readonly op: 'getline';
      readonly target: Expr | undefined;
      readonly source: Expr | undefined;
      readonly pipe: boolean;
    }
  | { readonly op: 'group'; readonly items: readonly Expr[] };

export type Statement =
  | { readonly do: 'expr'; readonly expr: Expr }
  | {
      readonly do: 'print';
      readonly formatted: boolean;
      readonly args: readonly Expr[];
      readonly redirect: string;
      readonly to: Expr | undefined;
    }
  | { readonly do: 'if'; readonly test: Expr; readonly yes: Statement; readonly no: Statement | undefined }
  | {
      readonly do: 'for';
      readonly start: Statement | undefined;
      readonly test: Expr | undefined;
      readonly step: Statement | undefined;
      readonly body: Statement;
      readonly bodyFirst: boolean;
    }
  | { readonly do: 'each'; readonly variable: string; readonly array: string; readonly body: Statement }
  | { readonly do: 'block'; readonly body: readonly Statement[] }
  | { readonly do: 'delete'; readonly name: string; readonly keys: readonly Expr[] | undefined }
  | { readonly do: 'exit' | 'return'; readonly value: Expr | undefined }
  | { readonly do: 'break' | 'continue' | 'next' | 'nextfile' };

export interface Rule {
  readonly pattern: 'BEGIN' | 'END' | Expr | undefined;
  readonly until: Expr | undefined;
  readonly body: Statement | undefined;
  /** Inside a range. */
  open: boolean;
}

export interface AwkFunction {
  readonly params: readonly string[];
  readonly body: Statement;
}

export interface AwkProgram {
  readonly rules: readonly Rule[];
  readonly functions: ReadonlyMap<string, AwkFunction>;
}

/** Builtins that may stand without parentheses. */
const BARE = new Set(['length']);
const ASSIGNMENTS = new Set(['=', '+=', '-=', '*=', '/=', '%=', '^=']);

/** @throws {Failure} */
export function parseAwk(source: string): AwkProgram {
  return new AwkParser(lexAwk(source)).program();
}

class AwkParser {
  readonly #tokens: readonly Token[];
  #at = 0;
  /** In the list of an unparenthesised print a `>` redirects; in a for head `in` belongs to the loop. */
  #noGreater = false;
  #noIn = false;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  program(): AwkProgram {
    const rules: Rule[] = [];
    const functions = new Map<string, AwkFunction>();
    for (;;) {
      this.#separators();
      if (this.#token.kind === 'end') return { rules, functions };
      if (this.#takeKeyword('function')) {
        const name = this.#next().text;
        this.#expect('(');
        const params: string[] = [];
        while (!this.#take(')')) {
          params.push(this.#next().text);
          this.#take(',');
        }
        this.#newlines();
        functions.set(name, { params, body: this.#block() });
        continue;
      }
      let pattern: Rule['pattern'];
      let until: Expr | undefined;
      if (this.#takeKeyword('BEGIN')) pattern = 'BEGIN';
      else if (this.#takeKeyword('END')) pattern = 'END';
      else if (!this.#is('{')) {
        pattern = this.#expr();
        if (this.#take(',')) {
          this.#newlines();
          until = this.#expr();
        }
      }
      const body = this.#is('{') ? this.#block() : undefined;
      rules.push({ pattern, until, body, open: false });
    }
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '', spaced: false };
  }

  #next(): Token {
    const token = this.#token;
    this.#at++;
    return token;
  }

  #is(text: string): boolean {
    return this.#token.kind === 'punct' && this.#token.text === text;
  }

  #take(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#at++;
    return true;
  }

  #isKeyword(text: string): boolean {
    return this.#token.kind === 'keyword' && this.#token.text === text;
  }

  #takeKeyword(text: string): boolean {
    if (!this.#isKeyword(text)) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) throw new Failure(`cmd. line:1: Unexpected token`);
  }

  #newlines(): void {
    while (this.#token.kind === 'newline') this.#at++;
  }

  #separators(): void {
    while (this.#token.kind === 'newline' || this.#is(';')) this.#at++;
  }

  #block(): Statement {
    this.#expect('{');
    const body: Statement[] = [];
    for (;;) {
      this.#separators();
      if (this.#take('}')) return { do: 'block', body };
      if (this.#token.kind === 'end') throw new Failure('cmd. line:1: Unexpected end of string');
      body.push(this.#statement());
    }
  }

  #statement(): Statement {
    if (this.#is('{')) return this.#block();
    if (this.#take(';')) return { do: 'block', body: [] };
    if (this.#takeKeyword('if')) return this.#if();
    if (this.#takeKeyword('while')) {
      const test = this.#parenthesised();
      return { do: 'for', start: undefined, test, step: undefined, body: this.#body(), bodyFirst: false };
    }
    if (this.#takeKeyword('do')) {
      const body = this.#body();
      this.#separators();
      if (!this.#takeKeyword('while')) throw new Failure('cmd. line:1: Unexpected token');
      return { do: 'for', start: undefined, test: this.#parenthesised(), step: undefined, body, bodyFirst: true };
    }
    if (this.#takeKeyword('for')) return this.#for();
    const simple = this.#simple();
    if (!this.#is('}') && this.#token.kind !== 'end') {
      if (this.#token.kind !== 'newline' && !this.#is(';')) throw new Failure('cmd. line:1: Unexpected token');
      this.#at++;
    }
    return simple;
  }

  #body(): Statement {
    this.#newlines();
    return this.#statement();
  }

  #parenthesised(): Expr {
    this.#expect('(');
    const expr = this.#expr();
    this.#expect(')');
    return expr;
  }

  #if(): Statement {
    const test = this.#parenthesised();
    const yes = this.#body();
    const back = this.#at;
    this.#separators();
    if (this.#takeKeyword('else')) return { do: 'if', test, yes, no: this.#body() };
    this.#at = back;
    return { do: 'if', test, yes, no: undefined };
  }

  #for(): Statement {
    this.#expect('(');
    const [variable, word, array, close] = this.#tokens.slice(this.#at, this.#at + 4);
    if (variable?.kind === 'name' && word?.text === 'in' && array?.kind === 'name' && close?.text === ')') {
      this.#at += 4;
      return { do: 'each', variable: variable.text, array: array.text, body: this.#body() };
    }
    const start = this.#is(';') ? undefined : this.#simple();
    this.#expect(';');
    this.#newlines();
    const test = this.#is(';') ? undefined : this.#expr();
    this.#expect(';');
    this.#newlines();
    const step = this.#is(')') ? undefined : this.#simple();
    this.#expect(')');
    return { do: 'for', start, test, step, body: this.#body(), bodyFirst: false };
  }

  #ends(): boolean {
    return (
      this.#token.kind === 'newline' || this.#token.kind === 'end' || this.#is(';') || this.#is('}') || this.#is(')')
    );
  }

  #simple(): Statement {
    if (this.#token.kind === 'keyword') {
      const { text } = this.#token;
      switch (text) {
        case 'print':
        case 'printf':
          this.#at++;
          return this.#print(text === 'printf');
        case 'next':
        case 'nextfile':
        case 'break':
        case 'continue':
          this.#at++;
          return { do: text };
        case 'exit':
        case 'return':
          this.#at++;
          return { do: text, value: this.#ends() ? undefined : this.#expr() };
        case 'delete': {
          this.#at++;
          const name = this.#next().text;
          if (!this.#take('[')) return { do: 'delete', name, keys: undefined };
          const keys = this.#list(']');
          return { do: 'delete', name, keys };
        }
      }
    }
    return { do: 'expr', expr: this.#expr() };
  }

  #print(formatted: boolean): Statement {
    const outer = this.#noGreater;
    this.#noGreater = true;
    const args: Expr[] = [];
    if (!this.#ends() && !this.#is('>') && !this.#is('|') && !this.#is('>>')) {
      do {
        this.#newlines();
        args.push(this.#expr());
      } while (this.#take(','));
    }
    const [only] = args;
    const list = args.length === 1 && only?.op === 'group' ? only.items : args;
    let redirect = '';
    let to: Expr | undefined;
    if (this.#is('>') || this.#is('>>') || this.#is('|')) {
      redirect = this.#next().text;
      to = this.#concatenation();
    }
    this.#noGreater = outer;
    return { do: 'print', formatted, args: list, redirect, to };
  }

  #list(close: string): readonly Expr[] {
    const outer = [this.#noGreater, this.#noIn] as const;
    [this.#noGreater, this.#noIn] = [false, false];
    const items: Expr[] = [];
    this.#newlines();
    while (!this.#take(close)) {
      items.push(this.#expr());
      this.#newlines();
      if (!this.#is(close)) this.#expect(',');
      this.#newlines();
    }
    [this.#noGreater, this.#noIn] = outer;
    return items;
  }

  #expr(): Expr {
    const test = this.#or();
    if (this.#take('?')) {
      this.#newlines();
      const yes = this.#expr();
      this.#newlines();
      this.#expect(':');
      this.#newlines();
      return { op: 'choice', test, yes, no: this.#expr() };
    }
    if (this.#token.kind === 'punct' && ASSIGNMENTS.has(this.#token.text) && isTarget(test)) {
      const operator = this.#next().text.slice(0, -1);
      this.#newlines();
      return { op: 'assign', operator, target: test, value: this.#expr() };
    }
    return test;
  }

  #or(): Expr {
    let left = this.#and();
    while (this.#take('||')) {
      this.#newlines();
      left = { op: 'binary', operator: '||', left, right: this.#and() };
    }
    return left;
  }

  #and(): Expr {
    let left = this.#in();
    while (this.#take('&&')) {
      this.#newlines();
      left = { op: 'binary', operator: '&&', left, right: this.#in() };
    }
    return left;
  }

  #in(): Expr {
    let left = this.#matching();
    while (!this.#noIn && this.#takeKeyword('in')) {
      left = { op: 'in', keys: left.op === 'group' ? left.items : [left], name: this.#next().text };
    }
    return left;
  }

  #matching(): Expr {
    let left = this.#comparison();
    while (this.#is('~') || this.#is('!~')) {
      const operator = this.#next().text;
      left = { op: 'binary', operator, left, right: this.#comparison() };
    }
    return left;
  }

  #comparison(): Expr {
    const left = this.#piped();
    const { kind, text } = this.#token;
    if (kind === 'punct' && (['<', '<=', '==', '!=', '>='].includes(text) || (text === '>' && !this.#noGreater))) {
      this.#at++;
      return { op: 'binary', operator: text, left, right: this.#concatenation() };
    }
    return left;
  }

  #piped(): Expr {
    let left = this.#concatenation();
    while (this.#is('|') && this.#tokens[this.#at + 1]?.text === 'getline') {
      this.#at += 2;
      left = { op: 'getline', target: this.#optionalTarget(), source: left, pipe: true };
    }
    return left;
  }

  #optionalTarget(): Expr | undefined {
    return this.#is('$') || this.#token.kind === 'name' ? this.#postfix() : undefined;
  }

  #concatenation(): Expr {
    let left = this.#sum();
    while (this.#startsOperand()) left = { op: 'binary', operator: ' ', left, right: this.#sum() };
    return left;
  }

  #startsOperand(): boolean {
    const { kind, text } = this.#token;
    if (kind === 'number' || kind === 'string' || kind === 'regex' || kind === 'name' || kind === 'call') return true;
    return kind === 'punct' && ['$', '!', '(', '-', '+', '++', '--'].includes(text);
  }

  #sum(): Expr {
    let left = this.#product();
    while (this.#is('+') || this.#is('-')) {
      const operator = this.#next().text;
      left = { op: 'binary', operator, left, right: this.#product() };
    }
    return left;
  }

  #product(): Expr {
    let left = this.#unary();
    while (this.#is('*') || this.#is('/') || this.#is('%')) {
      const operator = this.#next().text;
      left = { op: 'binary', operator, left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Expr {
    if (this.#is('!') || this.#is('-') || this.#is('+')) {
      const operator = this.#next().text;
      return { op: 'unary', operator, value: this.#unary() };
    }
    const base = this.#postfix();
    if (!this.#take('^')) return base;
    return { op: 'binary', operator: '^', left: base, right: this.#unary() };
  }

  #postfix(): Expr {
    const target = this.#primary();
    if (isTarget(target) && (this.#is('++') || this.#is('--'))) {
      return { op: 'step', by: this.#next().text === '++' ? 1 : -1, before: false, target };
    }
    return target;
  }

  #primary(): Expr {
    const token = this.#next();
    switch (token.kind) {
      case 'number':
        return { op: 'number', value: Number(token.text) };
      case 'string':
        return { op: 'string', value: token.text };
      case 'regex':
        return { op: 'regex', source: token.text };
      case 'call':
        this.#expect('(');
        return { op: 'call', name: token.text, args: this.#list(')') };
      case 'name':
        if (BARE.has(token.text)) return { op: 'call', name: token.text, args: [] };
        if (this.#take('[')) return { op: 'element', name: token.text, keys: this.#list(']') };
        return { op: 'variable', name: token.text };
      case 'keyword':
        if (token.text === 'getline') {
          const target = this.#optionalTarget();
          return { op: 'getline', target, source: this.#take('<') ? this.#primary() : undefined, pipe: false };
        }
        break;
      case 'punct':
        if (token.text === '$') {
          if (this.#is('++') || this.#is('--') || this.#is('-')) return { op: 'field', index: this.#unary() };
          return { op: 'field', index: this.#primary() };
        }
        if (token.text === '++' || token.text === '--')
          return { op: 'step', by: token.text === '++' ? 1 : -1, before: true, target: this.#primary() };
        if (token.text === '(') return { op: 'group', items: this.#list(')') };
        if (token.text === '-' || token.text === '+' || token.text === '!')
          return { op: 'unary', operator: token.text, value: this.#unary() };
    }
    throw new Failure('cmd. line:1: Unexpected token');
  }
}

function isTarget(expr: Expr): boolean {
  return expr.op === 'variable' || expr.op === 'field' || expr.op === 'element';
}
