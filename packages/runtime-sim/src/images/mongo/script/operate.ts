import { bounded } from './members.ts';
import { compare, failure, looselyEqual, ScriptObject, toNumber, toText, type Value } from './values.ts';

/** What an operator with two sides gives, both being known. @throws {Thrown} */
export function operate(operator: string, a: Value, b: Value): Value {
  switch (operator) {
    case '+': {
      const adds = [a, b].every((each) => each === null || ['number', 'boolean', 'undefined'].includes(typeof each));
      if (adds) return toNumber(a) + toNumber(b);
      const [left, right] = [toText(a), toText(b)];
      bounded(left.length + right.length);
      return left + right;
    }
    case '-':
      return toNumber(a) - toNumber(b);
    case '*':
      return toNumber(a) * toNumber(b);
    case '/':
      return toNumber(a) / toNumber(b);
    case '%':
      return toNumber(a) % toNumber(b);
    case '**':
      return toNumber(a) ** toNumber(b);
    case '&':
      return toNumber(a) & toNumber(b);
    case '|':
      return toNumber(a) | toNumber(b);
    case '^':
      return toNumber(a) ^ toNumber(b);
    case '<<':
      return toNumber(a) << toNumber(b);
    case '>>':
      return toNumber(a) >> toNumber(b);
    case '>>>':
      return toNumber(a) >>> toNumber(b);
    case '===':
      return a === b;
    case '!==':
      return a !== b;
    case '==':
      return looselyEqual(a, b);
    case '!=':
      return !looselyEqual(a, b);
    case '<':
      return compare(a, b) < 0;
    case '>':
      return compare(a, b) > 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>=':
      return compare(a, b) >= 0;
    case 'in':
      return keysOf(b).includes(toText(a));
    default:
      throw failure('SyntaxError', `The simulated mongosh has no operator '${operator}'`);
  }
}

/** What `for … in` goes over. */
export function keysOf(value: Value): readonly string[] {
  if (value instanceof ScriptObject) return [...value.entries.keys()];
  return Array.isArray(value) ? value.map((_, index) => String(index)) : [];
}
