import { goQuote } from '../go/quote.ts';
import { SelectorProblem } from './problem.ts';

/** One condition on one field of an object. */
export interface FieldRequirement {
  readonly field: string;
  readonly operator: '=' | '!=';
  readonly value: string;
}

/** What a field selector means: conditions that all must hold. A field that is absent is the empty text. */
export class FieldSelector {
  /** In the order in which they print: sorted by their text as it was written. */
  readonly requirements: readonly FieldRequirement[];
  constructor(requirements: readonly FieldRequirement[]) {
    this.requirements = requirements;
  }

  get empty(): boolean {
    return this.requirements.length === 0;
  }

  /** `values` by field. */
  matches(values: Readonly<Record<string, string | undefined>>): boolean {
    return this.requirements.every(
      ({ field, operator, value }) => ((values[field] ?? '') === value) === (operator === '='),
    );
  }

  /** The one value that a field must have, if there is one: a list of one name is a get. */
  exactValue(field: string): string | undefined {
    return this.requirements.find((r) => r.field === field && r.operator === '=')?.value;
  }

  /** The selector as a test of objects; `getter` says where a field stands. Fields it does not know are empty. */
  matcher<T>(getter: (field: string) => ((object: T) => string | undefined) | undefined): (object: T) => boolean {
    const tests = this.requirements.map(({ field, operator, value }) => {
      return { get: getter(field), value, equal: operator === '=' };
    });
    return (object) => {
      for (const { get, value, equal } of tests) if (((get?.(object) ?? '') === value) !== equal) return false;
      return true;
    };
  }

  /**
   * Other names or values for the same; what becomes empty on both sides is dropped. `change` throws a
   * {@link SelectorProblem} for fields that it does not know.
   */
  transform(change: (field: string, value: string) => readonly [field: string, value: string]): FieldSelector {
    const changed = this.requirements.map(({ field, operator, value }) => {
      const [newField, newValue] = change(field, value);
      return { field: newField, operator, value: newValue };
    });
    return new FieldSelector(changed.filter(({ field, value }) => field !== '' || value !== ''));
  }

  toString(): string {
    return this.requirements.map((r) => `${r.field}${r.operator}${escapeFieldValue(r.value)}`).join(',');
  }
}

/**
 * `metadata.name=web,status.phase!=Running`; `\` escapes `\`, `,` and `=` in values.
 *
 * @throws {SelectorProblem} with upstream's text
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/fields/selector.go
 */
export function parseFieldSelector(text: string): FieldSelector {
  const requirements: FieldRequirement[] = [];
  for (const term of splitTerms(text).sort()) {
    if (term === '') continue;
    const operator = /!=|==|=/.exec(term);
    if (operator === null) throw new SelectorProblem(`invalid selector: '${text}'; can't understand '${term}'`);
    const field = term.slice(0, operator.index);
    const value = unescapeFieldValue(term.slice(operator.index + operator[0].length));
    // `=` alone asks for nothing.
    if (field === '' && value === '') continue;
    requirements.push({ field, operator: operator[0] === '!=' ? '!=' : '=', value });
  }
  return new FieldSelector(requirements);
}

/** Makes any text safe as a value: `metadata.name=${escapeFieldValue(name)}`. */
export const escapeFieldValue = (value: string): string => value.replace(/[\\,=]/g, '\\$&');

/** Kinds of the core group say this of fields that they do not select by. */
export const fieldNotSupported = (field: string): SelectorProblem =>
  new SelectorProblem(`field label not supported: ${field}`);

/** Kinds without selectable fields of their own say this. */
export const fieldNotKnown = (field: string): SelectorProblem =>
  new SelectorProblem(`${goQuote(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`);

/** Commas that are not escaped separate; escapes stay. */
function splitTerms(text: string): string[] {
  const terms: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === ',') {
      terms.push(text.slice(from, at));
      from = at + 1;
    }
  }
  terms.push(text.slice(from));
  return terms;
}

function unescapeFieldValue(text: string): string {
  if (!/[\\,=]/.test(text)) return text;
  return text.replace(/\\([\s\S]?)|[,=]/gu, (found, escaped: string | undefined) => {
    if (escaped === undefined) {
      throw new SelectorProblem(`invalid field selector: unescaped character in value: ${found.charCodeAt(0)}`);
    }
    if (escaped === '' || !'\\,='.includes(escaped)) {
      throw new SelectorProblem(`invalid field selector: invalid escape sequence: ${found}`);
    }
    return escaped;
  });
}
