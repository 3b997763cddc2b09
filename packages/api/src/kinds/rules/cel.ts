import { type CelToken, RESERVED_WORDS, scanCel } from './cel-scan.ts';

/*
 * A plain look at the grammar of expressions. It tells only of what it is sure of, with the texts of the library that
 * Kubernetes uses; the parser that runs afterwards has words of its own.
 *
 * @see https://github.com/google/cel-spec/blob/v0.19.1/doc/langdef.md
 */

/** What the compiler says of the grammar of an expression. */
export function celCompileProblem(expression: string): string | undefined {
  const { tokens, unread } = celTokens(expression);
  const found = unread.map(({ at, text }) => ({ at, text: `token recognition error at: '${text}'` }));
  for (const { token, text } of syntaxProblems(tokens)) found.push({ at: token.at, text });
  if (found.length === 0) return undefined;
  return found
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => celError(expression, at, `Syntax error: ${text}`))
    .join('\n');
}

/** `ERROR: <input>:1:5: …` with the line and a mark below. `at` is an index into the expression. */
export function celError(expression: string, at: number, text: string): string {
  const before = expression.slice(0, at).split('\n');
  const marks = [...(before.at(-1) ?? '')].map((each) => (each > '\x7f' ? WIDE_DOT : '.'));
  const line = (expression.split('\n')[before.length - 1] ?? '').replaceAll('\t', ' ');
  const [under = ''] = expression.slice(at);
  const mark = under > '\x7f' ? WIDE_MARK : '^';
  return `ERROR: <input>:${before.length}:${marks.length + 1}: ${text}\n | ${line}\n | ${marks.join('')}${mark}`;
}

/** Below characters that are no ASCII. */
const WIDE_DOT = '\uff0e';
const WIDE_MARK = '\uff3e';

/** The tokens of an expression, an end token last, and what is none. */
function celTokens(expression: string): { readonly tokens: readonly CelToken[]; readonly unread: readonly CelToken[] } {
  const unread: CelToken[] = [];
  return { tokens: scanCel(expression, (problem) => unread.push(problem)), unread };
}

interface SyntaxProblem {
  readonly token: CelToken;
  readonly text: string;
}

/** Empty also where there is no saying what is wrong. */
function syntaxProblems(tokens: readonly CelToken[]): readonly SyntaxProblem[] {
  const parser = new Parser(tokens);
  // Macros look at their arguments while the text is read, and complain first.
  const texts = tokens.map(({ text }) => text).join(' ');
  if (HAS_NO_FIELD.test(texts) || NO_VARIABLE.test(texts)) return [];
  try {
    parser.expression();
    const { token } = parser;
    if (token.kind === 'end') return parser.found;
    // A single token too many is dropped, and called so; after more there is no saying what was meant.
    const last = parser.next.kind === 'end';
    const text = `${last ? 'extraneous' : 'mismatched'} input ${quoted(token)} expecting <EOF>`;
    return [...parser.found, { token, text }];
  } catch (error) {
    if (error instanceof Unsure) return [];
    if (error instanceof Unexpected) return [...parser.found, error.problem];
    throw error;
  }
}

class Unsure extends Error {}

class Unexpected extends Error {
  readonly problem: SyntaxProblem;
  constructor(problem: SyntaxProblem) {
    super(problem.text);
    this.problem = problem;
  }
}

const OPERAND =
  "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const LITERAL = "'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
const ARGUMENTS = `{'[', '{', '(', ')', '.', '-', '!', ${LITERAL}`;
const ITEMS = `{'[', ']', '{', '(', '.', ',', '-', '!', '?', ${LITERAL}`;
const ENTRIES = `{'[', '{', '}', '(', '.', ',', '-', '!', '?', ${LITERAL}`;
const INDEX = `{'[', '{', '(', '.', '-', '!', '?', ${LITERAL}`;
const BINARY: ReadonlySet<string> = new Set('|| && < <= > >= == != in + - * / %'.split(' '));
const BEGINS_OPERAND: ReadonlySet<string> = new Set('[{(.-!');
const HAS_NO_FIELD = /\bhas \( (?!\w+ (?:\. \w+ )+\))/;
const NO_VARIABLE = /\. (?:all|exists|exists_one|filter|map|optMap|optFlatMap|bind) \( (?!\w+ ,)/;
const LITERALS: ReadonlySet<string> = new Set(['bool', 'bytes', 'double', 'int', 'null_type', 'string', 'uint']);

/** Which operator binds how tightly does not matter to whether a text is an expression. */
class Parser {
  /** What the text was read in spite of. */
  readonly found: SyntaxProblem[] = [];
  readonly #tokens: readonly CelToken[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly CelToken[]) {
    this.#tokens = tokens;
  }

  get token(): CelToken {
    return this.#tokens[this.#at] ?? END;
  }

  get next(): CelToken {
    return this.#tokens[this.#at + 1] ?? END;
  }

  expression(): void {
    this.#operands();
    if (!this.#take('?')) return;
    this.#operands();
    if (!this.#take(':')) this.#ended("mismatched input '<EOF>' expecting ':'");
    this.expression();
  }

  /** At the end of the text, and not deep in brackets, it is certain what is missing. */
  #ended(text: string, deepest = 0): never {
    const { token } = this;
    if (token.kind !== 'end' || this.#depth > deepest) throw new Unsure();
    throw new Unexpected({ token, text });
  }

  #operands(): void {
    this.#unary();
    while (BINARY.has(this.token.text) && this.token.kind === 'symbol') {
      this.#at += 1;
      this.#unary();
    }
  }

  #unary(): void {
    const { token } = this;
    if (token.kind === 'end') throw new Unexpected({ token, text: `mismatched input '<EOF>' expecting ${OPERAND}` });
    if (this.#isStray()) {
      if (this.#beginsOperand(this.next)) this.#drop(OPERAND);
      else {
        // An operator is taken for one, and what stands before it for missing; behind anything else nothing is looked at.
        const problem = { token, text: `mismatched input ${quoted(token)} expecting ${OPERAND}` };
        if (!BINARY.has(token.text) && token.text !== '?') {
          if (this.#depth > 0) throw new Unsure();
          throw new Unexpected(problem);
        }
        this.found.push(problem);
        return;
      }
    }
    const prefix = token.text;
    let signs = 0;
    while (this.token.kind === 'symbol' && (prefix === '!' || prefix === '-') && this.#take(prefix)) signs += 1;
    if (signs > 0 && this.token.kind === 'end') throw new Unsure();
    this.#member();
  }

  /** What stands where an operand should. @param allowed symbols that may stand there, too */
  #isStray(allowed = ''): boolean {
    const { kind, text } = this.token;
    return kind === 'symbol' && !BEGINS_OPERAND.has(text) && !(text.length === 1 && allowed.includes(text));
  }

  #beginsOperand({ kind, text }: CelToken): boolean {
    return LITERALS.has(kind) || kind === 'identifier' || (kind === 'symbol' && BEGINS_OPERAND.has(text));
  }

  /** A single token too many. */
  #drop(expected: string): void {
    this.found.push({ token: this.token, text: `extraneous input ${quoted(this.token)} expecting ${expected}` });
    this.#at += 1;
  }

  #member(): void {
    this.#primary();
    for (;;) {
      if (this.#take('.')) {
        this.#take('?');
        if (this.token.kind !== 'identifier') throw new Unsure();
        this.#at += 1;
        if (this.#take('(')) this.#list(')');
      } else if (this.#take('[')) {
        if (!this.#take('?')) this.#begun(INDEX);
        this.#inside();
        if (!this.#take(']')) this.#ended("missing ']' at '<EOF>'");
      } else if (this.token.text === '{' && this.token.kind === 'symbol') {
        throw new Unsure();
      } else return;
    }
  }

  #primary(): void {
    const { token } = this;
    if (LITERALS.has(token.kind)) {
      this.#at += 1;
      return;
    }
    this.#take('.');
    if (this.token.kind === 'identifier') {
      if (RESERVED_WORDS.has(this.token.text)) throw new Unsure();
      this.#at += 1;
      if (this.#take('(')) this.#list(')');
    } else if (this.#take('(')) this.#group();
    else if (this.#take('[')) this.#list(']');
    else if (this.#take('{')) this.#entries();
    else throw new Unsure();
  }

  #group(): void {
    this.#depth += 1;
    this.expression();
    this.#close(')');
    this.#depth -= 1;
  }

  #list(end: string): void {
    if (this.#take(end)) return;
    const expected = end === ')' ? ARGUMENTS : ITEMS;
    this.#begun(expected);
    if (this.#isStray(end === ')' ? '' : '?,')) {
      if (this.next.text !== end && !this.#beginsOperand(this.next)) throw new Unsure();
      this.#drop(expected);
      if (this.#take(end)) return;
    }
    this.#depth += 1;
    let comma = false;
    do {
      if (end === ']') {
        if (this.token.text === ']' && this.token.kind === 'symbol') break;
        if (comma && this.token.kind === 'end') this.#ended("missing ']' at '<EOF>'", 1);
        if (comma && this.#isStray('?')) throw new Unsure();
        comma = true;
        this.#take('?');
        this.#inside();
      } else {
        const { token } = this;
        // The parser that runs afterwards would let a comma at the end pass.
        if (comma && token.kind === 'symbol' && token.text === end) {
          throw new Unexpected({ token, text: `mismatched input '${end}' expecting ${OPERAND}` });
        }
        comma = true;
        this.expression();
      }
    } while (this.#take(','));
    if (end === ']' && this.token.kind === 'end') this.#ended("mismatched input '<EOF>' expecting {']', ','}", 1);
    this.#close(end);
    this.#depth -= 1;
  }

  /** Behind a bracket. */
  #begun(expected: string): void {
    if (this.token.kind === 'end') this.#ended(`mismatched input '<EOF>' expecting ${expected}`);
  }

  #entries(): void {
    this.#begun(ENTRIES);
    while (!this.#take('}')) {
      if (this.token.kind === 'end') this.#ended("missing '}' at '<EOF>'");
      this.#take('?');
      this.#inside();
      if (!this.#take(':')) this.#ended("mismatched input '<EOF>' expecting ':'");
      this.expression();
      if (!this.#take(',') && this.token.text !== '}') this.#ended("mismatched input '<EOF>' expecting {'}', ','}");
    }
  }

  /** Where more than an operand could follow, so that the end is told of with other words. */
  #inside(): void {
    if (this.token.kind === 'end') throw new Unsure();
    this.expression();
  }

  #close(end: string): void {
    if (this.#take(end)) return;
    const { token } = this;
    if (end !== ')' || token.kind !== 'end' || this.#depth > 1) throw new Unsure();
    throw new Unexpected({ token, text: "missing ')' at '<EOF>'" });
  }

  #take(symbol: string): boolean {
    if (this.token.kind !== 'symbol' || this.token.text !== symbol) return false;
    this.#at += 1;
    return true;
  }
}

/** Upstream takes what it says for a format: a percent sign takes the quote behind it along. */
const quoted = ({ text }: CelToken): string => (text === '%' ? "'%!'(MISSING)" : `'${text}'`);

const END: CelToken = { kind: 'end', text: '<EOF>', at: 0 };
