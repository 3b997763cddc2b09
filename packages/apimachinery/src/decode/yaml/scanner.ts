import { MAX_DEPTH } from '../json-reader.ts';
import { scanBlock, scanPlain, scanQuoted } from './scan-scalar.ts';
import { scanAnchor, scanDirective, scanTag, type Tag } from './scan-word.ts';
import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, YamlSource } from './source.ts';

export type TokenType =
  | 'streamEnd'
  | 'documentStart'
  | 'documentEnd'
  | 'versionDirective'
  | 'tagDirective'
  | 'blockSequenceStart'
  | 'blockMappingStart'
  | 'blockEnd'
  | 'flowSequenceStart'
  | 'flowSequenceEnd'
  | 'flowMappingStart'
  | 'flowMappingEnd'
  | 'blockEntry'
  | 'flowEntry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  /** Where it begins and ends, from zero. */
  readonly line: number;
  readonly endLine: number;
  /** Of scalars, anchors, aliases and directives. */
  readonly text: string;
  /** Of scalars: neither quoted nor a block. */
  readonly plain: boolean;
  readonly tag: Tag | undefined;
}

/** Where a key may turn out to have begun, once a colon comes: `name` of `name: x`. */
interface PossibleKey {
  possible: boolean;
  /** Nothing but a key can stand there. */
  required: boolean;
  /** Number of the token that it begins with. */
  token: number;
  at: number;
  line: number;
  column: number;
}

/**
 * Cuts a text into tokens as libyaml does, of which Go's YAML is a translation: the same texts are refused, with the
 * same words and lines. Indentation becomes start and end tokens; keys are recognised when their colon is met, so
 * tokens wait in a queue as long as a key may begin with the first of them.
 *
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/scannerc.go
 */
export class YamlScanner {
  readonly #source: YamlSource;
  #queue: Token[] = [];
  #taken = 0;
  #ended = false;
  #indent = -1;
  #indents: number[] = [];
  #keyAllowed = true;
  /** One per level of brackets and braces, the block level first. */
  #keys: PossibleKey[] = [noKey()];
  /** Level of the possible key that begins with a token. */
  readonly #levelOfToken = new Map<number, number>();

  constructor(text: string) {
    this.#source = new YamlSource(text);
  }

  /** @throws {SyntaxProblem} */
  peek(): Token {
    while (this.#queue.length === 0 || this.#mayBecomeKey()) this.#fetch();
    return this.#queue[0] as Token;
  }

  next(): Token {
    const token = this.peek();
    this.#queue.shift();
    this.#taken++;
    return token;
  }

  #mayBecomeKey(): boolean {
    const level = this.#levelOfToken.get(this.#taken);
    const key = level === undefined ? undefined : this.#keys[level];
    return key !== undefined && this.#isStillPossible(key);
  }

  get #flowLevel(): number {
    return this.#keys.length - 1;
  }

  get #key(): PossibleKey {
    return this.#keys[this.#keys.length - 1] as PossibleKey;
  }

  #fetch(): void {
    if (this.#ended) return;
    const source = this.#source;
    this.#skipToToken();
    this.#unroll(source.column);
    const char = source.char();
    const inFlow = this.#flowLevel > 0;
    const nextIsBlank = isBlankOrEnd(source.char(1));
    const document = source.documentIndicator();
    if (char === '') this.#streamEnd();
    else if (source.column === 0 && char === '%') this.#directive();
    else if (document !== undefined) this.#documentIndicator(document);
    else if (char === '[') this.#flowStart('flowSequenceStart');
    else if (char === '{') this.#flowStart('flowMappingStart');
    else if (char === ']') this.#flowEnd('flowSequenceEnd');
    else if (char === '}') this.#flowEnd('flowMappingEnd');
    else if (char === ',') this.#flowEntry();
    else if (char === '-' && nextIsBlank) this.#blockEntry();
    else if (char === '?' && (inFlow || nextIsBlank)) this.#explicitKey();
    else if (char === ':' && (inFlow || nextIsBlank)) this.#value();
    else if (char === '*' || char === '&') this.#anchor(char);
    else if (char === '!') this.#tag();
    else if ((char === '|' || char === '>') && !inFlow) this.#blockScalar();
    else if (char === "'" || char === '"') this.#quoted(char);
    else if (isBlank(char) || NO_START.includes(char))
      throw source.problem('found character that cannot start any token');
    else this.#plain();
  }

  /** Tabs may not indent: not where a key could begin. */
  #skipToToken(): void {
    const source = this.#source;
    for (;;) {
      if (source.column === 0 && source.char() === '\ufeff') source.skip();
      while (source.char() === ' ' || ((this.#flowLevel > 0 || !this.#keyAllowed) && source.char() === '\t'))
        source.skip();
      if (source.char() === '#') while (!isBreakOrEnd(source.char())) source.skip();
      if (!isBreak(source.char())) return;
      source.lineBreak();
      if (this.#flowLevel === 0) this.#keyAllowed = true;
    }
  }

  #add(type: TokenType, line: number, text = '', plain = false, tag?: Tag): void {
    this.#queue.push({ type, line, endLine: this.#source.line, text, plain, tag });
  }

  /** An indicator of so many characters. */
  #indicator(type: TokenType, length = 1): void {
    const { line } = this.#source;
    this.#source.skip(length);
    this.#add(type, line);
  }

  /** A deeper column begins a collection; its token goes in before the token of this number, or last. */
  #roll(column: number, type: 'blockSequenceStart' | 'blockMappingStart', line: number, before?: number): void {
    if (this.#flowLevel > 0 || this.#indent >= column) return;
    this.#indents.push(this.#indent);
    this.#indent = column;
    if (this.#indents.length > MAX_DEPTH) throw this.#source.problem(`exceeded max depth of ${MAX_DEPTH}`);
    const token = { type, line, endLine: line, text: '', plain: false, tag: undefined };
    if (before === undefined) this.#queue.push(token);
    else this.#queue.splice(before - this.#taken, 0, token);
  }

  #unroll(column: number): void {
    if (this.#flowLevel > 0) return;
    while (this.#indent > column) {
      this.#add('blockEnd', this.#source.line);
      this.#indent = this.#indents.pop() ?? -1;
    }
  }

  #isStillPossible(key: PossibleKey): boolean {
    if (!key.possible) return false;
    if (key.line === this.#source.line && key.at + MAX_KEY_LENGTH >= this.#source.at) return true;
    if (key.required) throw this.#source.problem(NO_COLON);
    key.possible = false;
    return false;
  }

  #saveKey(): void {
    const { at, line, column } = this.#source;
    if (!this.#keyAllowed) return;
    this.#removeKey();
    const token = this.#taken + this.#queue.length;
    const required = this.#flowLevel === 0 && this.#indent === column;
    this.#keys[this.#flowLevel] = { possible: true, required, token, at, line, column };
    this.#levelOfToken.set(token, this.#flowLevel);
  }

  #removeKey(): void {
    const key = this.#key;
    if (!key.possible) return;
    if (key.required) throw this.#source.problem(NO_COLON);
    key.possible = false;
    this.#levelOfToken.delete(key.token);
  }

  #streamEnd(): void {
    const source = this.#source;
    if (source.column !== 0) {
      source.column = 0;
      source.line++;
    }
    this.#unroll(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#ended = true;
    this.#add('streamEnd', source.line);
  }

  #directive(): void {
    this.#unroll(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    const { line } = this.#source;
    const { name, value } = scanDirective(this.#source);
    this.#add(name === 'YAML' ? 'versionDirective' : 'tagDirective', line, value);
  }

  #documentIndicator(indicator: '---' | '...'): void {
    this.#unroll(-1);
    this.#removeKey();
    this.#keyAllowed = false;
    this.#indicator(indicator === '---' ? 'documentStart' : 'documentEnd', 3);
  }

  #flowStart(type: 'flowSequenceStart' | 'flowMappingStart'): void {
    this.#saveKey();
    this.#keys.push(noKey());
    if (this.#flowLevel > MAX_DEPTH) throw this.#source.problem(`exceeded max depth of ${MAX_DEPTH}`);
    this.#keyAllowed = true;
    this.#indicator(type);
  }

  #flowEnd(type: 'flowSequenceEnd' | 'flowMappingEnd'): void {
    this.#removeKey();
    if (this.#flowLevel > 0) this.#levelOfToken.delete(this.#keys.pop()?.token ?? -1);
    this.#keyAllowed = false;
    this.#indicator(type);
  }

  #flowEntry(): void {
    this.#removeKey();
    this.#keyAllowed = true;
    this.#indicator('flowEntry');
  }

  #blockEntry(): void {
    const source = this.#source;
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw source.problem('block sequence entries are not allowed in this context');
      this.#roll(source.column, 'blockSequenceStart', source.line);
    }
    this.#removeKey();
    this.#keyAllowed = true;
    this.#indicator('blockEntry');
  }

  #explicitKey(): void {
    const source = this.#source;
    if (this.#flowLevel === 0) {
      if (!this.#keyAllowed) throw source.problem('mapping keys are not allowed in this context');
      this.#roll(source.column, 'blockMappingStart', source.line);
    }
    this.#removeKey();
    this.#keyAllowed = this.#flowLevel === 0;
    this.#indicator('key');
  }

  #value(): void {
    const source = this.#source;
    const key = this.#key;
    if (this.#isStillPossible(key)) {
      const { line } = key;
      const token: Token = { type: 'key', line, endLine: line, text: '', plain: false, tag: undefined };
      this.#queue.splice(key.token - this.#taken, 0, token);
      this.#roll(key.column, 'blockMappingStart', key.line, key.token);
      key.possible = false;
      this.#levelOfToken.delete(key.token);
      this.#keyAllowed = false;
    } else {
      if (this.#flowLevel === 0) {
        if (!this.#keyAllowed) throw source.problem('mapping values are not allowed in this context');
        this.#roll(source.column, 'blockMappingStart', source.line);
      }
      this.#keyAllowed = this.#flowLevel === 0;
    }
    this.#indicator('value');
  }

  #anchor(indicator: '*' | '&'): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const { line } = this.#source;
    this.#add(indicator === '*' ? 'alias' : 'anchor', line, scanAnchor(this.#source));
  }

  #tag(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const { line } = this.#source;
    const tag = scanTag(this.#source);
    this.#add('tag', line, '', false, tag);
  }

  #blockScalar(): void {
    this.#removeKey();
    this.#keyAllowed = true;
    const { line } = this.#source;
    this.#add('scalar', line, scanBlock(this.#source, this.#indent));
  }

  #quoted(quote: string): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const { line } = this.#source;
    this.#add('scalar', line, scanQuoted(this.#source, quote));
  }

  #plain(): void {
    this.#saveKey();
    this.#keyAllowed = false;
    const { line } = this.#source;
    const { text, atNewLine } = scanPlain(this.#source, this.#indent, this.#flowLevel > 0);
    if (atNewLine) this.#keyAllowed = true;
    this.#add('scalar', line, text, true);
  }
}

const noKey = (): PossibleKey => ({ possible: false, required: false, token: -1, at: 0, line: 0, column: 0 });
const NO_COLON = "could not find expected ':'";
const NO_START = ',[]{}#&*!|>\'"%@`';
const MAX_KEY_LENGTH = 1024;
