import { SyntaxProblem } from '../problems.ts';

/** A YAML text and where its reader stands. Lines and columns count from zero. */
export class YamlSource {
  readonly text: string;
  at = 0;
  line = 0;
  column = 0;

  /** @throws {SyntaxProblem} when the text has characters that YAML does not allow */
  constructor(text: string) {
    if (FORBIDDEN.test(text)) throw new SyntaxProblem('yaml: control characters are not allowed');
    this.text = text.startsWith('\ufeff') ? text.slice(1) : text;
  }

  /** The character so many places on; empty at the end. */
  char(ahead = 0): string {
    return this.text.charAt(this.at + ahead);
  }

  skip(count = 1): void {
    this.at += count;
    this.column += count;
  }

  /** Passes over all that a sticky pattern takes, and returns it: long texts are not gathered letter by letter. */
  take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const taken = pattern.exec(this.text)?.[0] ?? '';
    this.skip(taken.length);
    return taken;
  }

  /** Passes over a line break and returns what it counts as in a value. */
  lineBreak(): string {
    const char = this.char();
    this.at += char === '\r' && this.char(1) === '\n' ? 2 : 1;
    this.column = 0;
    this.line++;
    return char === '\u2028' || char === '\u2029' ? char : '\n';
  }

  /** `---` or `...` at the beginning of a line. */
  documentIndicator(): '---' | '...' | undefined {
    if (this.column !== 0) return undefined;
    const three = this.text.slice(this.at, this.at + 3);
    return (three === '---' || three === '...') && isBlankOrEnd(this.char(3)) ? three : undefined;
  }

  /** A problem of a scanner at the present line. */
  problem(message: string): SyntaxProblem {
    return new SyntaxProblem(`yaml: ${this.line === 0 ? '' : `line ${this.line + 1}: `}${message}`);
  }
}

/** Everything but tab, line breaks and printable characters; the byte order mark may stand at the beginning of a line. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]/;

export const isBreak = (char: string): boolean =>
  char === '\n' || char === '\r' || char === '\u0085' || char === '\u2028' || char === '\u2029';
export const isBlank = (char: string): boolean => char === ' ' || char === '\t';
export const isBreakOrEnd = (char: string): boolean => char === '' || isBreak(char);
export const isBlankOrEnd = (char: string): boolean => isBlank(char) || isBreakOrEnd(char);
/** Letters, digits, `_` and `-`: what names of anchors and directives are made of. */
export const isWord = (char: string): boolean => /^[\w-]$/.test(char);
