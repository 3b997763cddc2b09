import { aggregateText, type FieldError, fieldErrorText, GoText, invalid, notSupported } from '../field-error.ts';
import { parseInt64 } from '../go/int64.ts';
import { goStrings } from '../go/syntax.ts';
import { isQualifiedName, isValidLabelValue } from '../validation/qualified-name.ts';
import { SelectorProblem } from './problem.ts';

/** Labels of an object, as they stand in its metadata. */
export type Labels = Readonly<Record<string, string>>;

export type SelectorOperator = 'in' | 'notin' | '=' | '==' | '!=' | 'gt' | 'lt' | 'exists' | '!';

/** In the order in which messages name them. */
export const BINARY_OPERATORS: readonly SelectorOperator[] = ['in', 'notin', '=', '==', '!=', 'gt', 'lt'];
const OPERATORS: readonly SelectorOperator[] = [...BINARY_OPERATORS, 'exists', '!'];

/** One condition on one label. */
export class Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
  /** What `gt` and `lt` compare with. */
  readonly #bound: bigint | undefined;

  /** Takes what has been checked: see {@link newRequirement}. */
  constructor(key: string, operator: SelectorOperator, values: readonly string[]) {
    this.key = key;
    this.operator = operator;
    this.values = values;
    const [only] = values;
    this.#bound = operator === 'gt' || operator === 'lt' ? parseInt64(only ?? '') : undefined;
  }

  matches(labels: Labels | undefined): boolean {
    // What objects inherit is never a string, so `constructor` is no label of theirs.
    const found: unknown = labels?.[this.key];
    const value = typeof found === 'string' ? found : undefined;
    switch (this.operator) {
      case '=':
      case '==':
      case 'in':
        return value !== undefined && this.values.includes(value);
      case '!=':
      case 'notin':
        return value === undefined || !this.values.includes(value);
      case 'exists':
        return value !== undefined;
      case '!':
        return value === undefined;
      case 'gt':
      case 'lt': {
        const number = value === undefined ? undefined : parseInt64(value);
        if (number === undefined || this.#bound === undefined) return false;
        return this.operator === 'gt' ? number > this.#bound : number < this.#bound;
      }
    }
  }

  /** `a`, `!a`, `a=b`, `a in (b,c)`: values sorted. */
  toString(): string {
    const { key, operator, values } = this;
    const list = values.length > 1 ? [...values].sort().join(',') : (values[0] ?? '');
    switch (operator) {
      case 'exists':
        return key;
      case '!':
        return `!${key}`;
      case 'in':
      case 'notin':
        return `${key} ${operator} (${list})`;
      case 'gt':
        return `${key}>${list}`;
      case 'lt':
        return `${key}<${list}`;
      default:
        return `${key}${operator}${list}`;
    }
  }
}

/**
 * A checked requirement. `path` is where it stands, for messages; without one they say `key`, `values[0][key]`.
 *
 * @throws {SelectorProblem} with all that is wrong
 */
export function newRequirement(key: string, operator: string, values: readonly string[], path?: string): Requirement {
  const errors = requirementErrors(key, operator, values, path);
  if (errors.length > 0) throw new SelectorProblem(aggregateText(errors.map(fieldErrorText)));
  return new Requirement(key, operator as SelectorOperator, values);
}

/** What upstream's `labels.NewRequirement` finds wrong. */
function requirementErrors(
  key: string,
  operator: string,
  values: readonly string[],
  path?: string,
): readonly FieldError[] {
  const at = path === undefined ? '' : `${path}.`;
  const errors: FieldError[] = [...keyErrors(key, `${at}key`)];
  const bad = (detail: string): void => {
    errors.push(invalid(`${at}values`, new GoText(goStrings(values.length > 0 ? values : undefined)), detail));
  };
  switch (operator) {
    case 'in':
    case 'notin':
      if (values.length === 0) bad("for 'in', 'notin' operators, values set can't be empty");
      break;
    case '=':
    case '==':
    case '!=':
      if (values.length !== 1) bad('exact-match compatibility requires one single value');
      break;
    case 'exists':
    case '!':
      if (values.length !== 0) bad('values set must be empty for exists and does not exist');
      break;
    case 'gt':
    case 'lt':
      if (values.length !== 1) bad("for 'Gt', 'Lt' operators, exactly one value is required");
      for (const [i, value] of values.entries()) {
        if (parseInt64(value) !== undefined) continue;
        errors.push(invalid(`${at}values[${i}]`, value, "for 'Gt', 'Lt' operators, the value must be an integer"));
      }
      break;
    default:
      errors.push(notSupported(`${at}operator`, operator, OPERATORS));
  }
  for (const [i, value] of values.entries()) {
    const problems = isValidLabelValue(value);
    if (problems.length > 0) errors.push(invalid(`${at}values[${i}][${key}]`, value, problems.join('; ')));
  }
  return errors;
}

/** The error of a label's key, as selectors report it: all problems in one. */
export function keyErrors(key: string, path: string): readonly FieldError[] {
  const problems = isQualifiedName(key);
  return problems.length > 0 ? [invalid(path, key, problems.join('; '))] : [];
}
