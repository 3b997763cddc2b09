import { fieldErrorText } from '../field-error.ts';
import { lex, type Token } from './label-lexer.ts';
import { SelectorProblem } from './problem.ts';
import { BINARY_OPERATORS, keyErrors, newRequirement, type Requirement } from './requirement.ts';

const BINARY = BINARY_OPERATORS.join(', ');

/**
 * Reads `a=b,c in (d,e),!f,g>1` into requirements, in the order written.
 *
 * @throws {SelectorProblem} with upstream's text
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/labels/selector.go
 */
export function parseRequirements(text: string): readonly Requirement[] {
  const cursor = new Cursor(lex(text));
  const requirements: Requirement[] = [];
  for (;;) {
    const { kind, text: found } = cursor.peek();
    if (kind === 'end') return requirements;
    if (!startsRequirement(cursor.peek())) {
      throw new SelectorProblem(`found '${found}', expected: !, identifier, or 'end of string'`);
    }
    requirements.push(withPrefix(() => parseRequirement(cursor)));
    const next = cursor.take();
    if (next.kind === 'end') return requirements;
    if (!isSymbol(next, ',')) {
      throw new SelectorProblem(`found '${next.text}', expected: ',' or 'end of string'`);
    }
    if (!startsRequirement(cursor.peek())) {
      throw new SelectorProblem(`found '${cursor.peek().text}', expected: identifier after ','`);
    }
  }
}

class Cursor {
  readonly #tokens: readonly Token[];
  #at = 0;
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }
  /** Past the end there is always another end. */
  peek(): Token {
    return this.#tokens[this.#at] ?? { kind: 'end', text: '' };
  }
  take(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }
}

const isSymbol = (token: Token, text: string): boolean => token.kind === 'symbol' && token.text === text;
/** `in` and `notin` are identifiers wherever no operator is expected. */
const isIdentifier = ({ kind }: Token): boolean => kind === 'word' || kind === 'keyword';
const startsRequirement = (token: Token): boolean => isIdentifier(token) || isSymbol(token, '!');
const endsRequirement = (token: Token): boolean => token.kind === 'end' || isSymbol(token, ',');

function withPrefix(parse: () => Requirement): Requirement {
  try {
    return parse();
  } catch (error) {
    if (error instanceof SelectorProblem) throw new SelectorProblem(`unable to parse requirement: ${error.message}`);
    throw error;
  }
}

function parseRequirement(cursor: Cursor): Requirement {
  const negated = isSymbol(cursor.peek(), '!');
  if (negated) cursor.take();
  const key = cursor.take();
  if (!isIdentifier(key)) throw new SelectorProblem(`found '${key.text}', expected: identifier`);
  // Upstream has no path here, and says so.
  const [keyError] = keyErrors(key.text, '<nil>');
  if (keyError) throw new SelectorProblem(fieldErrorText(keyError));
  if (negated) return newRequirement(key.text, '!', []);
  if (endsRequirement(cursor.peek())) return newRequirement(key.text, 'exists', []);
  const operator = cursor.take();
  switch (operator.text) {
    case 'in':
    case 'notin':
      return newRequirement(key.text, operator.text, parseValues(cursor));
    case '=':
    case '==':
    case '!=':
      return newRequirement(key.text, operator.text, [parseExactValue(cursor)]);
    case '>':
      return newRequirement(key.text, 'gt', [parseExactValue(cursor)]);
    case '<':
      return newRequirement(key.text, 'lt', [parseExactValue(cursor)]);
    default:
      throw new SelectorProblem(`found '${operator.text}', expected: ${BINARY}`);
  }
}

function parseExactValue(cursor: Cursor): string {
  if (endsRequirement(cursor.peek())) return '';
  const value = cursor.take();
  if (!isIdentifier(value)) throw new SelectorProblem(`found '${value.text}', expected: identifier`);
  return value.text;
}

/** `(a,b)`: sorted and without duplicates; an empty place is an empty value, so `()` is one. */
function parseValues(cursor: Cursor): readonly string[] {
  const open = cursor.take();
  if (!isSymbol(open, '(')) throw new SelectorProblem(`found '${open.text}' expected: '('`);
  const first = cursor.peek();
  if (isSymbol(first, ')')) {
    cursor.take();
    return [''];
  }
  if (!isIdentifier(first) && !isSymbol(first, ',')) {
    throw new SelectorProblem(`found '${first.text}', expected: ',', ')' or identifier`);
  }
  const values = new Set<string>();
  for (;;) {
    const token = cursor.take();
    if (isIdentifier(token)) {
      values.add(token.text);
      const next = cursor.peek();
      if (isSymbol(next, ')')) break;
      if (!isSymbol(next, ',')) throw new SelectorProblem(`found '${next.text}', expected: ',' or ')'`);
    } else if (isSymbol(token, ',')) {
      if (values.size === 0) values.add('');
      const next = cursor.peek();
      if (isSymbol(next, ')')) {
        values.add('');
        break;
      }
      if (isSymbol(next, ',')) {
        cursor.take();
        values.add('');
      }
    } else {
      throw new SelectorProblem(`found '${token.text}', expected: ',', or identifier`);
    }
  }
  cursor.take();
  return [...values].sort();
}
