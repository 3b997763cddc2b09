import { type Options, Parser, type Statement, type TokenType, tokTypes, type VariableDeclarator } from 'acorn';
import { refuseUnknown } from './refuse.ts';
import { ScriptSyntaxError } from './syntax-error.ts';
import { failure } from './values.ts';

const OPTIONS: Options = { ecmaVersion: 2022, allowAwaitOutsideFunction: true };

/**
 * Reads a script of mongosh.
 *
 * @throws {ScriptSyntaxError} with the text that mongosh has for it, also of what the interpreter does not run
 * @throws {Thrown} a RangeError, where it is nested too deeply
 */
export function parseScript(text: string): readonly Statement[] {
  try {
    const { body } = ShellParser.parse(text, OPTIONS);
    refuseUnknown(body, text);
    // A script has no `import` and `export`: the parser refuses them.
    return body as readonly Statement[];
  } catch (error) {
    if (error instanceof RangeError) throw failure('RangeError', 'Maximum call stack size exceeded');
    throw error;
  }
}

/** What plugins may use of acorn's parser, which its types leave out. @see https://github.com/acornjs/acorn/tree/master/acorn#plugin-system */
interface ParserInside extends Parser {
  readonly type: TokenType;
  readonly value: unknown;
  readonly start: number;
  readonly end: number;
  readonly lastTokStart: number;
  readonly lastTokEnd: number;
  pos: number;
  next(): void;
  nextToken(): void;
  eat(type: TokenType): boolean;
  insertSemicolon(): boolean;
  parseVarId(declarator: VariableDeclarator, kind: string): void;
  parseStatement(context: unknown, isTop: boolean, exports: unknown): Statement;
}

type ParserClass = Pick<typeof Parser, keyof typeof Parser> & (new (options: Options, input: string) => ParserInside);

/** The word after `use` and `show`: `use my-shop`. */
const ORDER_WORD = /[^\S\n]+(?:"([^"\n]*)"|'([^'\n]*)'|([\p{L}$_][\p{L}\p{N}$_-]*))[^\S\n]*;?/uy;

/** Says what is wrong in the words of Babel, which mongosh reads its scripts with, and knows the orders of the shell. */
const ShellParser = Parser.extend((Base) => {
  class Shell extends (Base as ParserClass) {
    #isAtEnd = false;

    override nextToken(): void {
      super.nextToken();
      this.#isAtEnd = this.type === tokTypes.eof;
    }

    /** `use NAME`, `show WHAT` are no JavaScript, but are calls of functions that the shell has. */
    override parseStatement(context: unknown, isTop: boolean, exports: unknown): Statement {
      const { start, end, value: name } = this;
      ORDER_WORD.lastIndex = end;
      const isOrder = isTop && this.type === tokTypes.name && (name === 'use' || name === 'show');
      const match = isOrder ? ORDER_WORD.exec(this.input) : null;
      if (match === null) return super.parseStatement(context, isTop, exports);
      this.pos = ORDER_WORD.lastIndex;
      this.next();
      const at = { start, end: this.lastTokEnd };
      const callee = { type: 'Identifier', name, ...at } as const;
      const word = { type: 'Literal', value: match[1] ?? match[2] ?? match[3] ?? '', ...at } as const;
      return {
        type: 'ExpressionStatement',
        expression: { type: 'CallExpression', callee, arguments: [word], optional: false, ...at },
        ...at,
      } as Statement;
    }

    override parseVarId(declarator: VariableDeclarator, kind: string): void {
      super.parseVarId(declarator, kind);
      const isGiven = this.type === tokTypes.eq || this.type === tokTypes._in || this.value === 'of';
      if (isGiven || (kind !== 'const' && declarator.id.type === 'Identifier')) return;
      const what = declarator.id.type === 'Identifier' ? kind : 'destructuring';
      this.raise(this.lastTokEnd, `Missing initializer in ${what} declaration`);
    }

    semicolon(): void {
      if (!this.eat(tokTypes.semi) && !this.insertSemicolon()) this.raise(this.lastTokEnd, 'Missing semicolon');
    }

    expect(type: TokenType): void {
      if (!this.eat(type)) this.raise(this.start, `Unexpected token, expected "${type.label}"`);
    }

    raise(at: number, problem: string): never {
      const said = SAID[problem] ?? (problem.startsWith('Unexpected token') ? problem : `${problem}.`);
      throw new ScriptSyntaxError(said, this.input, at, this.#isUnfinished(problem));
    }

    raiseRecoverable(at: number, problem: string): never {
      this.raise(at, problem);
    }

    /** @see https://github.com/nodejs/node/blob/v20.18.0/lib/internal/repl/utils.js which decides the same way */
    #isUnfinished(problem: string): boolean {
      if (this.#isAtEnd || problem === 'Unterminated template' || problem === 'Unterminated comment') return true;
      return (
        problem === 'Unterminated string constant' &&
        /\\(?:\r\n?|\n|\u2028|\u2029)$/.test(this.input.slice(this.lastTokStart, this.pos))
      );
    }
  }
  return Shell;
});

/** Where Babel has other words than acorn. */
const SAID: Readonly<Record<string, string>> = {
  'Assigning to rvalue': 'Invalid left-hand side in assignment expression.',
  'let is disallowed as a lexically bound name': "'let' is disallowed as a lexically bound name.",
  "'import' and 'export' may appear only with 'sourceType: module'": `'import' and 'export' may appear only with 'sourceType: "module"'`,
};
