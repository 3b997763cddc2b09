import { goQuote } from '@tabernetes/apimachinery';
import { unquote } from '../jsonpath/unquote.ts';
import { TemplateError } from './errors.ts';
import { FUNCTION_NAMES } from './function-names.ts';
import { lex, type Token, type TokenType } from './lex.ts';
import type { CommandNode, GoNumber, Operand, ParsedTemplate, Pipeline, TemplateNode } from './nodes.ts';

/** @throws {TemplateError} with text/template's words */
export const parseTemplate = (source: string): ParsedTemplate => new Parser(source).parse();

/** Tokens that are told of by name, as Go tells of keywords. */
const NAMED: ReadonlySet<TokenType> = new Set(['keyword', 'dot', 'nil']);

type End = { readonly token: Token; readonly word: 'end' | 'else' };

class Parser {
  readonly #source: string;
  readonly #tokens: readonly Token[];
  readonly #defined = new Map<string, readonly TemplateNode[]>();
  #variables: string[] = ['$'];
  #next = 0;
  #rangeDepth = 0;

  constructor(source: string) {
    this.#source = source;
    this.#tokens = lex(source);
  }

  parse(): ParsedTemplate {
    const { nodes, end } = this.#list(true);
    if (end !== undefined) throw this.#fail(`unexpected {{${end.word}}}`, end.token);
    return { source: this.#source, body: nodes, defined: this.#defined };
  }

  #fail(message: string, token = this.#peek()): TemplateError {
    return new TemplateError(`template: output:${token.line}: ${message}`);
  }

  #peek(): Token {
    const token = this.#tokens[this.#next] ?? { type: 'eof', text: '', at: this.#source.length, line: 1 };
    if (token.type === 'error') throw new TemplateError(token.text);
    return token;
  }

  #take(): Token {
    const token = this.#peek();
    this.#next++;
    return token;
  }

  #skipSpace(): Token {
    while (this.#peek().type === 'space') this.#next++;
    return this.#peek();
  }

  #unexpected(token: Token, context: string): TemplateError {
    const shown = token.type === 'eof' ? 'EOF' : NAMED.has(token.type) ? `<${token.text}>` : goQuote(token.text);
    return this.#fail(`unexpected ${shown} in ${context}`, token);
  }

  #expect(type: TokenType, context: string): Token {
    const token = this.#skipSpace();
    if (token.type !== type) throw this.#unexpected(token, context);
    return this.#take();
  }

  /** Nodes up to `{{end}}`, `{{else}}` or the end of the template. */
  #list(isTop: boolean): { readonly nodes: readonly TemplateNode[]; readonly end: End | undefined } {
    const nodes: TemplateNode[] = [];
    for (;;) {
      const token = this.#take();
      if (token.type === 'eof') {
        if (isTop) return { nodes, end: undefined };
        throw this.#fail('unexpected EOF', token);
      }
      if (token.type === 'text') {
        nodes.push({ type: 'text', text: token.text });
        continue;
      }
      const word = this.#skipSpace();
      if (word.type !== 'keyword') {
        nodes.push({ type: 'action', pipeline: this.#pipeline('command', 'close') });
        continue;
      }
      this.#take();
      if (word.text === 'end' || word.text === 'else') return { nodes, end: { token: word, word: word.text } };
      const node = this.#control(word, isTop);
      if (node !== undefined) nodes.push(node);
    }
  }

  #control(word: Token, isTop: boolean): TemplateNode | undefined {
    switch (word.text) {
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(word.text);
      case 'break':
      case 'continue':
        if (this.#skipSpace().type !== 'close') throw this.#unexpected(this.#peek(), `{{${word.text}}}`);
        if (this.#rangeDepth === 0) throw this.#fail(`{{${word.text}}} outside {{range}}`, word);
        this.#take();
        return { type: word.text };
      case 'define':
        // Templates are defined at the top alone.
        if (!isTop) throw this.#unexpected(word, 'command');
        this.#define(this.#name('define clause'));
        return undefined;
      case 'block': {
        const { at: nameAt } = this.#skipSpace();
        const name = this.#name('block clause');
        const pipeline = this.#pipeline('block clause', 'close');
        this.#body(name);
        return { type: 'template', at: nameAt, name, pipeline };
      }
      default: {
        const { at: nameAt } = this.#skipSpace();
        const name = this.#name('template clause');
        const isBare = this.#skipSpace().type === 'close';
        if (isBare) this.#take();
        return {
          type: 'template',
          at: nameAt,
          name,
          pipeline: isBare ? undefined : this.#pipeline('template clause', 'close'),
        };
      }
    }
  }

  #name(context: string): string {
    const token = this.#skipSpace();
    if (token.type !== 'string' && token.type !== 'rawString') throw this.#unexpected(token, context);
    this.#take();
    return this.#string(token);
  }

  #define(name: string): void {
    this.#expect('close', 'define clause');
    this.#body(name);
  }

  #body(name: string): void {
    const outer = this.#variables;
    this.#variables = ['$'];
    const { nodes, end } = this.#list(false);
    if (end?.word !== 'end') throw this.#fail(`unexpected {{else}} in define clause`, end?.token);
    this.#expect('close', 'end');
    this.#variables = outer;
    this.#defined.set(name, nodes);
  }

  #branch(type: 'if' | 'with' | 'range'): TemplateNode {
    const known = this.#variables.length;
    const pipeline = this.#pipeline(type, 'close');
    if (type === 'range') this.#rangeDepth++;
    const { nodes: body, end } = this.#list(false);
    if (type === 'range') this.#rangeDepth--;
    let otherwise: readonly TemplateNode[] = [];
    if (end?.word === 'else') {
      const word = this.#skipSpace();
      if (word.type === 'keyword' && (word.text === 'if' || word.text === 'with') && word.text === type) {
        this.#take();
        // {{else if}} is an {{if}} inside the {{else}}; one {{end}} ends both.
        otherwise = [this.#branch(type)];
        this.#variables.length = known;
        return { type, pipeline, body, otherwise };
      }
      this.#expect('close', 'else');
      const rest = this.#list(false);
      if (rest.end?.word === 'else') throw this.#fail('expected end; found {{else}}', rest.end.token);
      otherwise = rest.nodes;
    }
    this.#expect('close', 'end');
    this.#variables.length = known;
    return { type, pipeline, body, otherwise };
  }

  #pipeline(context: string, end: 'close' | 'rightParen'): Pipeline {
    const start = this.#skipSpace();
    const { declare, assigns } = this.#declarations(context);
    const commands: CommandNode[] = [];
    for (;;) {
      const token = this.#skipSpace();
      if (token.type === end) {
        if (commands.length === 0) throw this.#fail(`missing value for ${context}`, token);
        this.#checkStages(commands);
        this.#take();
        break;
      }
      if (token.type === 'eof' || token.type === 'close' || token.type === 'rightParen' || token.type === 'keyword') {
        throw this.#unexpected(token, context);
      }
      if (
        token.type === 'pipe' ||
        token.type === 'other' ||
        token.type === 'comma' ||
        token.type === 'assign' ||
        token.type === 'declare'
      ) {
        throw this.#unexpected(token, context);
      }
      commands.push(this.#command());
    }
    const joined = commands.map(({ text }) => text).join(' | ');
    const text = declare.length === 0 ? joined : `${declare.join(', ')} ${assigns ? '=' : ':='} ${joined}`;
    return { at: start.at, text, declare, assigns, commands };
  }

  #declarations(context: string): { readonly declare: readonly string[]; readonly assigns: boolean } {
    const names: string[] = [];
    for (;;) {
      const token = this.#skipSpace();
      if (token.type !== 'variable') break;
      const start = this.#next;
      this.#take();
      const after = this.#skipSpace();
      const isComma = after.type === 'comma';
      if (!isComma && after.type !== 'declare' && after.type !== 'assign') {
        this.#next = start;
        break;
      }
      this.#take();
      names.push(token.text);
      // What is assigned to counts as known; whether it is, is seen when that happens.
      this.#variables.push(token.text);
      if (!isComma) return { declare: names, assigns: after.type === 'assign' };
      if (context !== 'range' || names.length > 1) throw this.#fail(`too many declarations in ${context}`, after);
      const second = this.#skipSpace();
      if (second.type !== 'variable' && second.type !== 'close' && second.type !== 'rightParen') {
        throw this.#fail('range can only initialize variables', second);
      }
    }
    return { declare: names, assigns: false };
  }

  #known(name: string, token: Token): void {
    if (!this.#variables.includes(name)) throw this.#fail(`undefined variable ${goQuote(name)}`, token);
  }

  #checkStages(commands: readonly CommandNode[]): void {
    commands.slice(1).forEach((command, at) => {
      const [first] = command.args;
      if (first?.type === 'literal' || first?.type === 'dot' || first?.type === 'nil') {
        throw this.#fail(`non executable command in pipeline stage ${at + 2}`);
      }
    });
  }

  #command(): CommandNode {
    const args: Operand[] = [];
    const start = this.#skipSpace();
    for (;;) {
      const token = this.#skipSpace();
      const operand = this.#operand();
      if (operand !== undefined) args.push(operand);
      const next = this.#peek();
      if (next.type === 'space') {
        this.#take();
        continue;
      }
      if (next.type === 'pipe') {
        this.#take();
        break;
      }
      if (next.type === 'close' || next.type === 'rightParen') break;
      throw this.#unexpected(operand === undefined ? token : next, 'operand');
    }
    if (args.length === 0) throw this.#fail('empty command');
    return { at: start.at, text: args.map(({ text }) => text).join(' '), args };
  }

  #operand(): Operand | undefined {
    const base = this.#term();
    if (base === undefined) return undefined;
    if (this.#peek().type !== 'field') return base;
    const { at } = this.#peek();
    const path: string[] = [];
    while (this.#peek().type === 'field') path.push(this.#take().text.slice(1));
    const text = `${base.text}${path.map((name) => `.${name}`).join('')}`;
    switch (base.type) {
      case 'field':
        return { type: 'field', at, text, path: [...base.path, ...path] };
      case 'variable':
        return { type: 'variable', at, text, name: base.name, path: [...base.path, ...path] };
      case 'literal':
      case 'nil':
      case 'dot':
        throw this.#fail(`unexpected . after term ${goQuote(base.text)}`);
      default:
        return { type: 'chain', at, text, base, path };
    }
  }

  #term(): Operand | undefined {
    const token = this.#peek();
    const { at, text } = token;
    switch (token.type) {
      case 'identifier':
        if (!FUNCTION_NAMES.has(text)) throw this.#fail(`function ${goQuote(text)} not defined`, token);
        this.#take();
        return { type: 'function', at, text, name: text };
      case 'dot':
        this.#take();
        return { type: 'dot', at, text };
      case 'nil':
        this.#take();
        return { type: 'nil', at, text };
      case 'variable':
        this.#known(text, token);
        this.#take();
        return { type: 'variable', at, text, name: text, path: [] };
      case 'field':
        this.#take();
        return { type: 'field', at, text, path: [text.slice(1)] };
      case 'bool':
        this.#take();
        return { type: 'literal', at, text, value: text === 'true' };
      case 'number':
        this.#take();
        return { type: 'literal', at, text, value: this.#number(token) };
      case 'char':
        this.#take();
        return {
          type: 'literal',
          at,
          text,
          value: { number: this.#string(token).codePointAt(0) ?? 0, isFloat: false },
        };
      case 'string':
      case 'rawString':
        this.#take();
        return { type: 'literal', at, text, value: this.#string(token) };
      case 'leftParen': {
        this.#take();
        const pipeline = this.#pipeline('parenthesized pipeline', 'rightParen');
        return { type: 'pipeline', at, text: `(${pipeline.text})`, pipeline };
      }
      default:
        return undefined;
    }
  }

  #number(token: Token): GoNumber {
    const plain = token.text.replaceAll('_', '').replace(/^\+/, '');
    const isFloat = !/^-?0[xX]/.test(plain) && /[.eEpP]/.test(plain);
    const octal = /^(-?)0([0-7]+)$/.exec(plain);
    const number = octal === null ? Number(plain) : Number(`${octal[1] ?? ''}${Number(`0o${octal[2] ?? ''}`)}`);
    const signed = /^-0[xXoObB]/.test(plain) ? -Number(plain.slice(1)) : number;
    if (!isFloat && Math.abs(signed) >= 2 ** 64) throw this.#fail(`integer overflow: ${goQuote(token.text)}`, token);
    if (!Number.isFinite(signed)) throw this.#fail(`illegal number syntax: ${goQuote(token.text)}`, token);
    return { number: signed, isFloat };
  }

  #string(token: Token): string {
    if (token.type === 'rawString') return token.text.slice(1, -1);
    const value = unquote(token.text);
    if (value === undefined) throw this.#fail('invalid syntax', token);
    return value;
  }
}
