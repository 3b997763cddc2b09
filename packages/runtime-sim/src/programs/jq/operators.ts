import type { Filter } from './ast.ts';
import { truthy } from './builtins.ts';
import { update } from './paths.ts';
import { evaluate, type Found, first, made, type Scope } from './scope.ts';
import { arithmetic, compare, JqError } from './values.ts';

/** Filters with an operator between them. @throws {JqError} */
export function* binary(
  { operator, left, right }: Filter & { op: 'binary' },
  input: Found,
  scope: Scope,
): Generator<Found> {
  const { value } = input;
  switch (operator) {
    case '|':
      for (const middle of scope.run(left, input, scope)) yield* scope.run(right, middle, scope);
      return;
    case ',':
      yield* scope.run(left, input, scope);
      yield* scope.run(right, input, scope);
      return;
    case '//': {
      let any = false;
      try {
        for (const found of scope.run(left, input, scope)) {
          if (!truthy(found.value)) continue;
          any = true;
          yield found;
        }
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
      }
      if (!any) yield* scope.run(right, input, scope);
      return;
    }
    case 'and':
    case 'or':
      for (const a of evaluate(left, value, scope)) {
        if (truthy(a) === (operator === 'or')) yield made(operator === 'or');
        else for (const b of evaluate(right, value, scope)) yield made(truthy(b));
      }
      return;
    case '=':
      for (const b of evaluate(right, value, scope)) yield made(update(left, value, scope, () => b));
      return;
    case '|=':
      yield made(update(left, value, scope, (old) => first(right, old, scope)));
      return;
  }
  if (operator.endsWith('=') && !['==', '!=', '<=', '>='].includes(operator)) {
    for (const b of evaluate(right, value, scope)) {
      yield made(
        update(left, value, scope, (old) =>
          operator === '//=' ? (truthy(old) ? old : b) : arithmetic(operator.slice(0, -1), old, b),
        ),
      );
    }
    return;
  }
  for (const b of evaluate(right, value, scope)) {
    for (const a of evaluate(left, value, scope)) {
      const result = operate(operator, a, b);
      scope.work.copied(result);
      yield made(result);
    }
  }
}

function operate(operator: string, a: unknown, b: unknown): unknown {
  switch (operator) {
    case '==':
      return compare(a, b) === 0;
    case '!=':
      return compare(a, b) !== 0;
    case '<':
      return compare(a, b) < 0;
    case '<=':
      return compare(a, b) <= 0;
    case '>':
      return compare(a, b) > 0;
    case '>=':
      return compare(a, b) >= 0;
    default:
      return arithmetic(operator, a, b);
  }
}
