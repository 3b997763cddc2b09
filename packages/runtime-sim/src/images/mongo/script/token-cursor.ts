import { ScriptSyntaxError, type Token } from './lex.ts';

/** Words of the language that are not simulated: they are refused before anything has run. */
export const REFUSED = /^(?:class|switch|with|yield|import|export|debugger|super|extends|this|label)$/;
const RESERVED =
  /^(?:break|case|catch|const|continue|default|delete|do|else|finally|for|function|if|in|instanceof|new|return|throw|try|typeof|var|void|while)$/;

/** Where a parser stands among the words of a script. */
export class TokenCursor {
  readonly tokens: readonly Token[];
  at = 0;

  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get next(): Token {
    return this.tokens[this.at] as Token;
  }

  get afterNext(): Token | undefined {
    return this.tokens[this.at + 1];
  }

  is(text: string): boolean {
    const { kind, text: found } = this.next;
    return found === text && (kind === 'mark' || kind === 'name');
  }

  take(text: string): boolean {
    const is = this.is(text);
    if (is) this.at++;
    return is;
  }

  expect(text: string): void {
    if (!this.take(text)) this.unexpected();
  }

  unexpected(): never {
    const { kind, text, line } = this.next;
    if (kind === 'end') throw new ScriptSyntaxError(`Unexpected end of input. (${line}:0)`);
    throw new ScriptSyntaxError(`Unexpected token '${text}'. (${line}:0)`);
  }

  refuse(what: string): never {
    throw new ScriptSyntaxError(`The simulated mongosh has no ${what}. (${this.next.line}:0)`);
  }

  name(): string {
    const { kind, text } = this.next;
    if (kind !== 'name') {
      if (text === '{' || text === '[') this.refuse('destructuring');
      this.unexpected();
    }
    if (REFUSED.test(text)) this.refuse(`'${text}'`);
    if (RESERVED.test(text)) this.unexpected();
    this.at++;
    return text;
  }
}
