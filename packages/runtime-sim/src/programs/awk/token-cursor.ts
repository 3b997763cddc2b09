import { Failure } from '../support/command.ts';
import type { Token } from './lex.ts';

/** Where a parser stands among the words of a program. */
export class TokenCursor {
  readonly tokens: readonly Token[];
  at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get token(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '', spaced: false };
  }

  next(): Token {
    const token = this.token;
    this.at++;
    return token;
  }

  is(text: string): boolean {
    return this.token.kind === 'punct' && this.token.text === text;
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }

  isKeyword(text: string): boolean {
    return this.token.kind === 'keyword' && this.token.text === text;
  }

  takeKeyword(text: string): boolean {
    if (!this.isKeyword(text)) return false;
    this.at++;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new Failure(`cmd. line:1: Unexpected token`);
  }

  newlines(): void {
    while (this.token.kind === 'newline') this.at++;
  }

  separators(): void {
    while (this.token.kind === 'newline' || this.is(';')) this.at++;
  }
}
