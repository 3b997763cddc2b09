import type { Filter, Pattern } from './ast.ts';
import { applyFormat, truthy } from './builtins.ts';
import { call } from './call.ts';
import { binary } from './operators.ts';
import { items, recurse } from './paths.ts';
import { evaluate, type Found, first, made, type Scope } from './scope.ts';
import { at, bounded, JqError, type Json, typeOf } from './values.ts';

/** All that a filter makes of an input, with the paths that lead there. @throws {JqError} */
export function* run(filter: Filter, input: Found, scope: Scope): Generator<Found> {
  scope.work.step();
  const { value } = input;
  switch (filter.op) {
    case 'identity':
      yield input;
      return;
    case 'recurse':
      yield* recurse(input);
      return;
    case 'literal':
      yield made(filter.value);
      return;
    case 'format':
      yield made(applyFormat(filter.name ?? '@text', value));
      return;
    case 'string':
      for (const text of interpolate(filter.parts, 0, filter.format, value, scope)) yield made(text);
      return;
    case 'index':
      for (const base of run(filter.of, input, scope)) {
        for (const key of evaluate(filter.key, value, scope))
          yield { value: at(base.value, key), path: base.path && [...base.path, key] };
      }
      return;
    case 'slice':
      for (const base of run(filter.of, input, scope)) {
        const from = filter.from === undefined ? 0 : (first(filter.from, value, scope) ?? 0);
        const to = filter.to === undefined ? undefined : (first(filter.to, value, scope) ?? undefined);
        const path = base.path && [...base.path, { start: from, end: to ?? null }];
        if (base.value === null) yield { value: null, path };
        else if (typeof base.value === 'string')
          yield made([...base.value].slice(Number(from), to as number | undefined).join(''));
        else if (Array.isArray(base.value))
          yield {
            value: base.value.slice(Number(from), to as number | undefined),
            path,
          };
        else throw new JqError(`Cannot index ${typeOf(base.value)} with object`);
      }
      return;
    case 'each':
      for (const base of run(filter.of, input, scope)) yield* items(base);
      return;
    case 'try':
      try {
        yield* run(filter.of, input, scope);
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        if (filter.otherwise !== undefined) yield* run(filter.otherwise, made(error.value), scope);
      }
      return;
    case 'negate':
      for (const number of evaluate(filter.of, value, scope)) yield made(-Number(number));
      return;
    case 'array':
      yield made(filter.of === undefined ? [] : [...evaluate(filter.of, value, scope)]);
      return;
    case 'object':
      for (const object of objects(filter.entries, 0, {}, value, scope)) yield made(object);
      return;
    case 'binary':
      yield* binary(filter, input, scope);
      return;
    case 'if':
      for (const test of evaluate(filter.test, value, scope))
        yield* run(truthy(test) ? filter.yes : filter.no, input, scope);
      return;
    case 'as':
      for (const bound of evaluate(filter.of, value, scope))
        yield* run(filter.body, input, bind(filter.pattern, bound, scope));
      return;
    case 'reduce':
    case 'foreach':
      yield* fold(filter, input, scope);
      return;
    case 'def': {
      const functions = new Map(scope.functions);
      const inner: Scope = { ...scope, functions };
      functions.set(`${filter.name}/${filter.params.length}`, {
        params: filter.params,
        body: filter.value,
        scope: inner,
      });
      yield* run(filter.body, input, inner);
      return;
    }
    case 'variable':
      if (filter.name === 'ENV') yield made(scope.env);
      else if (Object.hasOwn(scope.variables, filter.name)) yield made(scope.variables[filter.name]);
      else throw new JqError(`$${filter.name} is not defined`);
      return;
    case 'label':
      try {
        yield* run(filter.body ?? { op: 'identity' }, input, scope);
      } catch (error) {
        if (!(error instanceof Break) || error.label !== filter.name) throw error;
      }
      return;
    case 'break':
      throw new Break(filter.name);
    case 'call':
      yield* call(filter.name, filter.args, input, scope);
  }
}

class Break extends Error {
  readonly label: string;
  constructor(label: string) {
    super('break');
    this.label = label;
  }
}

function* interpolate(
  parts: readonly (string | Filter)[],
  index: number,
  format: string,
  input: unknown,
  scope: Scope,
): Generator<string> {
  const part = parts[index];
  if (part === undefined) {
    yield '';
    return;
  }
  const heads =
    typeof part === 'string'
      ? [part]
      : [...evaluate(part, input, scope)].map((value) => applyFormat(format || '@text', value));
  for (const head of heads)
    for (const rest of interpolate(parts, index + 1, format, input, scope))
      yield bounded(head.length + rest.length, () => head + rest);
}

function* objects(
  entries: readonly (readonly [Filter, Filter])[],
  index: number,
  made: Json,
  input: unknown,
  scope: Scope,
): Generator<Json> {
  const entry = entries[index];
  if (entry === undefined) {
    yield made;
    return;
  }
  for (const key of evaluate(entry[0], input, scope)) {
    if (typeof key !== 'string') throw new JqError(`Object keys must be strings`);
    for (const value of evaluate(entry[1], input, scope))
      yield* objects(entries, index + 1, { ...made, [key]: value }, input, scope);
  }
}

function bind(pattern: Pattern, value: unknown, scope: Scope): Scope {
  if (pattern.kind === 'name') return { ...scope, variables: { ...scope.variables, [pattern.name]: value } };
  let inner = scope;
  if (pattern.kind === 'array')
    pattern.items.forEach((item, i) => {
      inner = bind(item, at(value, i), inner);
    });
  else for (const [key, item] of pattern.entries) inner = bind(item, at(value, first(key, value, inner)), inner);
  return inner;
}

function* fold(
  { op, of, pattern, parts }: Filter & { op: 'reduce' | 'foreach' },
  input: Found,
  scope: Scope,
): Generator<Found> {
  const [start, step, extract] = parts;
  if (start === undefined || step === undefined) throw new JqError(`${op} needs an initial value and an update`);
  let state = first(start, input.value, scope);
  for (const item of evaluate(of, input.value, scope)) {
    const inner = bind(pattern, item, scope);
    state = first(step, state, inner) ?? null;
    if (op === 'foreach')
      yield* extract === undefined
        ? [{ value: state, path: undefined }]
        : run(extract, { value: state, path: undefined }, inner);
  }
  if (op === 'reduce') yield { value: state, path: undefined };
}
