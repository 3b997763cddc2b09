import type { CallExpression, CelIssue, Comprehension, Expression } from './expression.ts';

/** What loops gather their result in; no expression can name it. */
export const ACCU = '@result';

/**
 * Writes a macro out; any other call stays what it is. What it becomes stands where its parenthesis is.
 * @see https://github.com/google/cel-go/blob/v0.22.0/parser/macro.go
 */
export function expandMacro(call: CallExpression, issues: CelIssue[]): Expression {
  const { function: name, target, args, at } = call;
  if (call.absolute === true) return call;
  if (target === undefined) return name === 'has' && args.length === 1 ? has(call, issues) : call;
  const made = make(at);
  const [first, second, third] = args;
  if (first === undefined || second === undefined) return call;
  const variable = (text: string): string => {
    if (first.kind !== 'ident') issues.push({ at: first.at, text });
    return first.kind === 'ident' ? first.name : '';
  };
  if (args.length === 3 && third && name === 'map') {
    const step = made.call('_?_:_', [second, made.append(third), made.accu]);
    return made.loop(target, variable(NO_IDENTIFIER), made.list([]), made.yes, step, made.accu);
  }
  if (args.length !== 2) return call;
  switch (name) {
    case 'all': {
      const condition = made.call(NOT_FALSE, [made.accu]);
      const step = made.call('_&&_', [made.accu, second]);
      return made.loop(target, variable(NO_NAME), made.yes, condition, step, made.accu);
    }
    case 'exists': {
      const condition = made.call(NOT_FALSE, [made.call('!_', [made.accu])]);
      const step = made.call('_||_', [made.accu, second]);
      return made.loop(target, variable(NO_NAME), made.no, condition, step, made.accu);
    }
    case 'exists_one': {
      const more = made.call('_+_', [made.accu, made.int(1n)]);
      const step = made.call('_?_:_', [second, more, made.accu]);
      const result = made.call('_==_', [made.accu, made.int(1n)]);
      return made.loop(target, variable(NO_NAME), made.int(0n), made.yes, step, result);
    }
    case 'map':
      return made.loop(target, variable(NO_IDENTIFIER), made.list([]), made.yes, made.append(second), made.accu);
    case 'filter': {
      const step = made.call('_?_:_', [second, made.append(first), made.accu]);
      return made.loop(target, variable(NO_IDENTIFIER), made.list([]), made.yes, step, made.accu);
    }
    case 'optMap':
    case 'optFlatMap': {
      const bound = variable(`${name}() variable name must be a simple identifier`);
      const value = made.bind(bound, made.call('value', [], target), second);
      const full = name === 'optMap' ? made.call('optional.of', [value]) : value;
      return made.call('_?_:_', [made.call('hasValue', [], target), full, made.call('optional.none', [])]);
    }
    default:
      return call;
  }
}

/** False when its argument is false, whatever else it is: an error does not end a loop. */
export const NOT_FALSE = '@not_strictly_false';
const NO_NAME = 'argument must be a simple name';
const NO_IDENTIFIER = 'argument is not an identifier';

function has({ args: [argument], at }: CallExpression, issues: CelIssue[]): Expression {
  if (argument?.kind === 'select' && !argument.test) return { ...argument, test: true, at };
  if (argument !== undefined) issues.push({ at: argument.at, text: 'invalid argument to has() macro' });
  return { kind: 'literal', literal: 'bool', value: false, at };
}

function make(at: number) {
  const literal = (value: boolean): Expression => ({ kind: 'literal', literal: 'bool', value, at });
  const call = (name: string, args: readonly Expression[], target?: Expression): Expression => ({
    kind: 'call',
    function: name,
    args,
    at,
    ...(target && { target }),
  });
  const list = (items: readonly Expression[]): Expression => ({ kind: 'list', items, at });
  const loop = (
    range: Expression,
    variable: string,
    init: Expression,
    condition: Expression,
    step: Expression,
    result: Expression,
    accu = ACCU,
  ): Comprehension => ({ kind: 'comprehension', range, variable, accu, init, condition, step, result, at });
  const accu = (): Expression => ({ kind: 'ident', name: ACCU, at });
  return {
    call,
    list,
    loop,
    get accu() {
      return accu();
    },
    get yes() {
      return literal(true);
    },
    get no() {
      return literal(false);
    },
    int: (value: bigint): Expression => ({ kind: 'literal', literal: 'int', value, at }),
    append: (item: Expression): Expression => call('_+_', [accu(), list([item])]),
    /** A loop over nothing, whose accumulator is the variable. */
    bind: (name: string, value: Expression, body: Expression): Expression =>
      loop(list([]), '#unused', value, literal(false), { kind: 'ident', name, at }, body, name),
  };
}
