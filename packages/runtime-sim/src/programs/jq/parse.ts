import type { Filter, Pattern } from './ast.ts';
import { lexJq, refuse, type Token } from './lex.ts';

/** Operators from loose to tight; `//` and assignments lean to the right. */
const LEVELS: readonly (readonly string[])[] = [
  ['//'],
  ['=', '|=', '+=', '-=', '*=', '/=', '%=', '//='],
  ['or'],
  ['and'],
  ['==', '!=', '<', '<=', '>', '>='],
  ['+', '-'],
  ['*', '/', '%'],
];

/** @throws {Failure} exit 3 */
export function parseJq(source: string): Filter {
  const parse = (tokens: readonly Token[]): Filter => new JqParser(tokens).whole();
  return parse(lexJq(source, parse));
}

class JqParser {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): Filter {
    if (this.#token.kind === 'end') return { op: 'identity' };
    const filter = this.#pipe();
    const { kind, text } = this.#tokens[this.#at] ?? { kind: 'end', text: '' };
    if (kind !== 'end') refuse(text);
    return filter;
  }

  get #token(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }

  #take(text: string): boolean {
    const { kind } = this.#token;
    if ((kind !== 'punct' && kind !== 'name') || this.#token.text !== text) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#take(text)) refuse(this.#token.kind === 'end' ? 'end of file' : this.#token.text);
  }

  #pipe(): Filter {
    if (this.#take('def')) return this.#definition();
    const left = this.#comma();
    return this.#take('|') ? { op: 'binary', operator: '|', left, right: this.#pipe() } : left;
  }

  #definition(): Filter {
    const name = this.#token.text;
    this.#at++;
    const params: string[] = [];
    if (this.#take('(')) {
      do {
        params.push(this.#token.kind === 'variable' ? `$${this.#token.text}` : this.#token.text);
        this.#at++;
      } while (this.#take(';'));
      this.#expect(')');
    }
    this.#expect(':');
    const value = this.#pipe();
    this.#expect(';');
    const body: Filter = this.#token.kind === 'end' ? { op: 'identity' } : this.#pipe();
    return { op: 'def', name, params, value, body };
  }

  #comma(): Filter {
    let left = this.#level(0);
    while (this.#take(',')) left = { op: 'binary', operator: ',', left, right: this.#level(0) };
    return left;
  }

  #level(depth: number): Filter {
    const operators = LEVELS[depth];
    if (operators === undefined) return this.#postfix();
    let left = this.#level(depth + 1);
    for (;;) {
      const operator = operators.find((one) => this.#take(one));
      if (operator === undefined) return left;
      const right = this.#level(depth <= 1 ? depth : depth + 1);
      left = { op: 'binary', operator, left, right };
    }
  }

  #postfix(): Filter {
    const of = this.#path();
    if (!this.#take('as')) return of;
    const pattern = this.#pattern();
    this.#expect('|');
    return { op: 'as', of, pattern, body: this.#pipe() };
  }

  /** A term, and what is taken out of it. */
  #path(): Filter {
    let of = this.#term();
    for (;;) {
      const { kind, text } = this.#token;
      if (kind === 'field') {
        this.#at++;
        of = { op: 'index', of, key: { op: 'literal', value: text } };
      } else if (kind === 'punct' && text === '.' && this.#tokens[this.#at + 1]?.kind === 'string') {
        this.#at++;
        of = { op: 'index', of, key: this.#term() };
      } else if (kind === 'punct' && text === '.' && this.#tokens[this.#at + 1]?.text === '[') this.#at++;
      else if (this.#take('[')) of = this.#bracket(of);
      else if (this.#take('?')) of = { op: 'try', of };
      else return of;
    }
  }

  #bracket(of: Filter): Filter {
    if (this.#take(']')) return { op: 'each', of };
    if (this.#take(':')) {
      const to = this.#pipe();
      this.#expect(']');
      return { op: 'slice', of, from: undefined, to };
    }
    const key = this.#pipe();
    if (this.#take(':')) {
      const to = this.#take(']') ? undefined : this.#pipe();
      if (to !== undefined) this.#expect(']');
      return { op: 'slice', of, from: key, to };
    }
    this.#expect(']');
    return { op: 'index', of, key };
  }

  #term(): Filter {
    const token = this.#token;
    this.#at++;
    switch (token.kind) {
      case 'number':
        return { op: 'literal', value: Number(token.text) };
      case 'string':
        return { op: 'string', parts: token.parts ?? [], format: '' };
      case 'format':
        if (this.#token.kind === 'string')
          return { ...(this.#term() as Filter & { op: 'string' }), format: token.text };
        return { op: 'format', name: token.text };
      case 'variable':
        return { op: 'variable', name: token.text };
      case 'field':
        return { op: 'index', of: { op: 'identity' }, key: { op: 'literal', value: token.text } };
      case 'name':
        return this.#named(token.text);
      case 'punct':
        return this.#punct(token.text);
      default:
        return refuse('end of file');
    }
  }

  #punct(text: string): Filter {
    switch (text) {
      case '.':
        if (this.#token.kind === 'string') return { op: 'index', of: { op: 'identity' }, key: this.#term() };
        return { op: 'identity' };
      case '..':
        return { op: 'recurse' };
      case '-':
        return { op: 'negate', of: this.#postfix() };
      case '(': {
        const inner = this.#pipe();
        this.#expect(')');
        return inner;
      }
      case '[': {
        if (this.#take(']')) return { op: 'array', of: undefined };
        const of = this.#pipe();
        this.#expect(']');
        return { op: 'array', of };
      }
      case '{':
        return this.#object();
      default:
        return refuse(`'${text}'`);
    }
  }

  #named(name: string): Filter {
    switch (name) {
      case 'if': {
        const test = this.#pipe();
        this.#expect('then');
        const yes = this.#pipe();
        if (this.#take('elif')) return { op: 'if', test, yes, no: this.#named('if') };
        const no: Filter = this.#take('else') ? this.#pipe() : { op: 'identity' };
        this.#expect('end');
        return { op: 'if', test, yes, no };
      }
      case 'try': {
        const of = this.#postfix();
        return this.#take('catch') ? { op: 'try', of, otherwise: this.#postfix() } : { op: 'try', of };
      }
      case 'reduce':
      case 'foreach': {
        const of = this.#path();
        this.#expect('as');
        const pattern = this.#pattern();
        this.#expect('(');
        const parts = [this.#pipe()];
        while (this.#take(';')) parts.push(this.#pipe());
        this.#expect(')');
        return { op: name, of, pattern, parts };
      }
      case 'label': {
        const label = this.#token.text;
        this.#at++;
        this.#expect('|');
        return { op: 'label', name: label, body: this.#pipe() };
      }
      case 'break': {
        const label = this.#token.text;
        this.#at++;
        return { op: 'break', name: label };
      }
      case 'true':
      case 'false':
        return { op: 'literal', value: name === 'true' };
      case 'null':
        return { op: 'literal', value: null };
      case 'then':
      case 'else':
      case 'end':
      case 'as':
        return refuse(name);
    }
    const args: Filter[] = [];
    if (this.#take('(')) {
      do args.push(this.#pipe());
      while (this.#take(';'));
      this.#expect(')');
    }
    return { op: 'call', name, args };
  }

  #object(): Filter {
    const entries: (readonly [Filter, Filter])[] = [];
    while (!this.#take('}')) {
      const token = this.#token;
      let key: Filter;
      let value: Filter | undefined;
      if (token.kind === 'variable') {
        this.#at++;
        key = { op: 'literal', value: token.text };
        value = { op: 'variable', name: token.text };
      } else if (this.#take('(')) {
        key = this.#pipe();
        this.#expect(')');
      } else if (token.kind === 'string' || token.kind === 'format') {
        key = this.#term();
        value = { op: 'index', of: { op: 'identity' }, key };
      } else {
        this.#at++;
        key = { op: 'literal', value: token.kind === 'number' ? Number(token.text) : token.text };
        value = { op: 'index', of: { op: 'identity' }, key };
      }
      if (this.#take(':')) {
        value = this.#level(2);
        while (this.#take('|')) value = { op: 'binary', operator: '|', left: value, right: this.#level(2) };
      }
      if (value === undefined) refuse(this.#token.text);
      entries.push([key, value]);
      if (!this.#take(',') && this.#token.text !== '}') refuse(this.#token.text);
    }
    return { op: 'object', entries };
  }

  #pattern(): Pattern {
    if (this.#take('[')) {
      const items: Pattern[] = [];
      do items.push(this.#pattern());
      while (this.#take(','));
      this.#expect(']');
      return { kind: 'array', items };
    }
    if (this.#take('{')) {
      const entries: (readonly [Filter, Pattern])[] = [];
      do {
        const token = this.#token;
        this.#at++;
        if (token.kind === 'variable')
          entries.push([
            { op: 'literal', value: token.text },
            { kind: 'name', name: token.text },
          ]);
        else {
          const key: Filter =
            token.kind === 'string'
              ? { op: 'string', parts: token.parts ?? [], format: '' }
              : { op: 'literal', value: token.text };
          this.#expect(':');
          entries.push([key, this.#pattern()]);
        }
      } while (this.#take(','));
      this.#expect('}');
      return { kind: 'object', entries };
    }
    const { kind, text } = this.#token;
    if (kind !== 'variable') refuse(text);
    this.#at++;
    return { kind: 'name', name: text };
  }
}
