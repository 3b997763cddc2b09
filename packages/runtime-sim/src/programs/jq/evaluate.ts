import { safeRegExp } from '../support/linear-regexp.ts';
import { applyFormat, list, truthy, VALUE_BUILTINS } from './builtins.ts';
import type { Filter, Pattern } from './parse.ts';
import { arithmetic, asText, at, compare, deleteAt, isObject, JqError, type Json, setAt, typeOf } from './values.ts';

/** A value and the path that leads to it from the program's input; no path for what was made up. */
interface Found {
  readonly value: unknown;
  readonly path: readonly unknown[] | undefined;
}

interface Closure {
  readonly params: readonly string[];
  readonly body: Filter;
  readonly scope: Scope;
}

/** Names in force. */
export interface Scope {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly functions: ReadonlyMap<string, Closure>;
  /** What `input` and `inputs` take. */
  readonly input?: () => unknown;
  readonly nowMs: () => number;
  readonly work: Work;
  readonly env: Readonly<Record<string, string>>;
}

class Break extends Error {
  readonly label: string;
  constructor(label: string) {
    super('break');
    this.label = label;
  }
}

/** All that a filter makes of an input. @throws {JqError} */
export function* evaluate(filter: Filter, input: unknown, scope: Scope): Generator<unknown> {
  for (const { value } of run(filter, { value: input, path: undefined }, scope)) {
    scope.work.step();
    yield value;
  }
}

/** Counts what a filter does between two results that somebody waits for. */
export class Work {
  #steps = 0;

  /** @throws {JqError} of a filter that seems to have no end: nothing can interrupt it */
  step(): void {
    if (++this.#steps > MAX_STEPS) throw new JqError(`gave up after ${MAX_STEPS} steps without a result`);
  }

  /** There is a result. */
  done(): void {
    this.#steps = 0;
  }
}

const MAX_STEPS = 1_000_000;

function* run(filter: Filter, input: Found, scope: Scope): Generator<Found> {
  scope.work.step();
  const { value } = input;
  const made = (result: unknown): Found => ({ value: result, path: undefined });
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
        if (base.value === null) yield made(null);
        else if (typeof base.value === 'string')
          yield made([...base.value].slice(Number(from), to as number | undefined).join(''));
        else if (Array.isArray(base.value))
          yield {
            value: base.value.slice(Number(from), to as number | undefined),
            path: base.path && [...base.path, { start: from, end: to ?? null }],
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

function first(filter: Filter, input: unknown, scope: Scope): unknown {
  for (const value of evaluate(filter, input, scope)) return value;
  return undefined;
}

function* items({ value, path }: Found): Generator<Found> {
  if (Array.isArray(value))
    for (let i = 0; i < value.length; i++) yield { value: value[i], path: path && [...path, i] };
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) yield { value: item, path: path && [...path, key] };
  else list(value);
}

function* recurse(found: Found): Generator<Found> {
  yield found;
  if (typeof found.value === 'object' && found.value !== null) for (const item of items(found)) yield* recurse(item);
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
  for (const head of heads) for (const rest of interpolate(parts, index + 1, format, input, scope)) yield head + rest;
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

function* binary({ operator, left, right }: Filter & { op: 'binary' }, input: Found, scope: Scope): Generator<Found> {
  const { value } = input;
  const made = (result: unknown): Found => ({ value: result, path: undefined });
  switch (operator) {
    case '|':
      for (const middle of run(left, input, scope)) yield* run(right, middle, scope);
      return;
    case ',':
      yield* run(left, input, scope);
      yield* run(right, input, scope);
      return;
    case '//': {
      let any = false;
      try {
        for (const found of run(left, input, scope)) {
          if (!truthy(found.value)) continue;
          any = true;
          yield found;
        }
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
      }
      if (!any) yield* run(right, input, scope);
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
    for (const a of evaluate(left, value, scope)) yield made(operate(operator, a, b));
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

function pathsOf(filter: Filter, value: unknown, scope: Scope): (readonly unknown[])[] {
  return [...run(filter, { value, path: [] }, scope)].map(({ path }) => {
    if (path === undefined) throw new JqError('Invalid path expression');
    return path;
  });
}

/** A copy with each place that a filter names changed; undefined deletes it. */
function update(filter: Filter, value: unknown, scope: Scope, change: (old: unknown) => unknown): unknown {
  let result = value;
  const gone: (readonly unknown[])[] = [];
  for (const path of pathsOf(filter, value, scope)) {
    let deletes = false;
    const changed = setAt(result, path, (old) => {
      const next = change(old);
      deletes = next === undefined;
      return next ?? null;
    });
    if (deletes) gone.push(path);
    else result = changed;
  }
  return gone
    .sort(compare)
    .reverse()
    .reduce<unknown>((rest, path) => deleteAt(rest, path), result);
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

function* call(name: string, args: readonly Filter[], input: Found, scope: Scope): Generator<Found> {
  const own = scope.functions.get(`${name}/${args.length}`);
  if (own !== undefined) {
    yield* callOwn(own, args, 0, input, scope, own.scope);
    return;
  }
  const { value } = input;
  const made = (result: unknown): Found => ({ value: result, path: undefined });
  const [one, two] = args;
  const by = (filter: Filter): { readonly item: unknown; readonly key: unknown }[] =>
    list(value)
      .map((item) => ({ item, key: [...evaluate(filter, item, scope)] }))
      .sort((a, b) => compare(a.key, b.key));
  if (one === undefined) {
    switch (name) {
      case 'empty':
        return;
      case 'error':
        throw new JqError(value);
      case 'now':
        yield made(scope.nowMs() / 1000);
        return;
      case 'env':
        yield made(scope.env);
        return;
      case 'input': {
        const next = scope.input?.();
        if (next === undefined) throw new JqError('No more inputs');
        yield made(next);
        return;
      }
      case 'inputs':
        for (let next = scope.input?.(); next !== undefined; next = scope.input?.()) yield made(next);
        return;
      case 'recurse':
        yield* recurse(input);
        return;
      case 'first':
      case 'last':
        yield {
          value: at(value, name === 'first' ? 0 : -1),
          path: input.path && [...input.path, name === 'first' ? 0 : -1],
        };
        return;
      case 'paths':
        for (const { path } of recurse({ value, path: [] }))
          if (path !== undefined && path.length > 0) yield made(path);
        return;
      case 'halt':
        throw new JqError('halt');
    }
    const wanted = {
      nulls: 'null',
      strings: 'string',
      numbers: 'number',
      booleans: 'boolean',
      arrays: 'array',
      objects: 'object',
    }[name];
    if (wanted !== undefined || name === 'values' || name === 'scalars' || name === 'iterables') {
      const type = typeOf(value);
      const nested = type === 'array' || type === 'object';
      if (
        wanted !== undefined ? type === wanted : name === 'values' ? value !== null : nested === (name === 'iterables')
      )
        yield input;
      return;
    }
  } else {
    switch (name) {
      case 'select':
        for (const test of evaluate(one, value, scope)) if (truthy(test)) yield input;
        return;
      case 'map':
        yield made(list(value).flatMap((item) => [...evaluate(one, item, scope)]));
        return;
      case 'map_values':
        yield made(update({ op: 'each', of: { op: 'identity' } }, value, scope, (old) => first(one, old, scope)));
        return;
      case 'recurse':
        yield input;
        for (const next of run(one, input, scope)) yield* call('recurse', args, next, scope);
        return;
      case 'sort_by':
        yield made(by(one).map(({ item }) => item));
        return;
      case 'group_by':
      case 'unique_by': {
        const groups: { key: unknown; items: unknown[] }[] = [];
        for (const { item, key } of by(one)) {
          const last = groups.at(-1);
          if (last !== undefined && compare(last.key, key) === 0) last.items.push(item);
          else groups.push({ key, items: [item] });
        }
        yield made(groups.map((group) => (name === 'group_by' ? group.items : group.items[0])));
        return;
      }
      case 'min_by':
      case 'max_by':
        yield made((name === 'min_by' ? by(one)[0] : by(one).at(-1))?.item ?? null);
        return;
      case 'with_entries': {
        const entries = Object.entries(value as Json).flatMap(([key, item]) => [
          ...evaluate(one, { key, value: item }, scope),
        ]);
        yield made(VALUE_BUILTINS['from_entries']?.(entries));
        return;
      }
      case 'any':
      case 'all': {
        const source = two === undefined ? list(value) : [...evaluate(one, value, scope)];
        const test = (item: unknown): boolean => [...evaluate(two ?? one, item, scope)].some(truthy);
        yield made(name === 'any' ? source.some(test) : source.every(test));
        return;
      }
      case 'first':
        for (const found of run(one, input, scope)) {
          yield found;
          return;
        }
        return;
      case 'last': {
        const found = [...run(one, input, scope)].at(-1);
        if (found !== undefined) yield found;
        return;
      }
      case 'limit': {
        let left = Number(first(one, value, scope));
        if (left <= 0 || two === undefined) return;
        for (const found of run(two, input, scope)) {
          yield found;
          if (--left === 0) return;
        }
        return;
      }
      case 'until': {
        let state: unknown = value;
        while (!truthy(first(one, state, scope))) state = first(two ?? one, state, scope);
        yield made(state);
        return;
      }
      case 'while': {
        for (let state: unknown = value; truthy(first(one, state, scope)); state = first(two ?? one, state, scope))
          yield made(state);
        return;
      }
      case 'repeat':
        for (let state: unknown = value; ; state = first(one, state, scope)) yield made(state);
      case 'range': {
        const bounds = args.map((arg) => Number(first(arg, value, scope)));
        const [from = 0, to = 0, by = 1] = bounds.length === 1 ? [0, bounds[0]] : bounds;
        for (let i = from; by > 0 ? i < to : i > to; i += by) yield made(i);
        return;
      }
      case 'error':
        throw new JqError(first(one, value, scope));
      case 'path':
        for (const path of pathsOf(one, value, scope)) yield made(path);
        return;
      case 'paths':
        for (const found of recurse({ value, path: [] }))
          if (found.path !== undefined && found.path.length > 0 && truthy(first(one, found.value, scope)))
            yield made(found.path);
        return;
      case 'del':
        yield made(update(one, value, scope, () => undefined));
        return;
      case 'to_entries':
        break;
      case 'add': {
        let sum: unknown = null;
        for (const item of evaluate(one, value, scope)) sum = arithmetic('+', sum, item);
        yield made(sum);
        return;
      }
      case 'isempty':
        yield made([...run(one, input, scope)].length === 0);
        return;
      case 'in':
        yield made(VALUE_BUILTINS['has']?.(first(one, value, scope), value));
        return;
      case 'splits':
      case 'scan':
      case 'match':
        for (const values of argumentValues(args, value, scope))
          for (const item of list(VALUE_BUILTINS[`${name}_all`]?.(value, ...values))) yield made(item);
        return;
      case 'sub':
      case 'gsub':
        yield made(substitute(value, args, name === 'gsub', scope));
        return;
      case 'getpath':
        for (const path of evaluate(one, value, scope))
          yield { value: VALUE_BUILTINS['getpath']?.(value, path), path: input.path && [...input.path, ...list(path)] };
        return;
    }
  }
  const builtin = VALUE_BUILTINS[name];
  if (builtin === undefined) throw new JqError(`${name}/${args.length} is not defined`);
  for (const values of argumentValues(args, value, scope)) yield made(builtin(value, ...values));
}

function* argumentValues(args: readonly Filter[], input: unknown, scope: Scope): Generator<readonly unknown[]> {
  const [one, ...rest] = args;
  if (one === undefined) {
    yield [];
    return;
  }
  for (const values of argumentValues(rest, input, scope))
    for (const value of evaluate(one, input, scope)) yield [value, ...values];
}

/** A filter argument stays a filter; one that is declared with a dollar sign is a value. */
function* callOwn(
  own: Closure,
  args: readonly Filter[],
  index: number,
  input: Found,
  scope: Scope,
  inner: Scope,
): Generator<Found> {
  const param = own.params[index];
  const arg = args[index];
  if (param === undefined || arg === undefined) {
    yield* run(own.body, input, inner);
    return;
  }
  const name = param.replace(/^\$/, '');
  const functions = new Map(inner.functions);
  functions.set(`${name}/0`, { params: [], body: arg, scope });
  if (!param.startsWith('$')) {
    yield* callOwn(own, args, index + 1, input, scope, { ...inner, functions });
    return;
  }
  for (const value of evaluate(arg, input.value, scope))
    yield* callOwn(own, args, index + 1, input, scope, {
      ...inner,
      functions,
      variables: { ...inner.variables, [name]: value },
    });
}

function substitute(value: unknown, args: readonly Filter[], all: boolean, scope: Scope): string {
  const [pattern, replacement, flags] = args;
  if (typeof value !== 'string')
    throw new JqError(`${typeOf(value)} (${asText(value)}) cannot be matched, as it is not a string`);
  if (pattern === undefined || replacement === undefined) return value;
  const given = flags === undefined ? '' : asText(first(flags, value, scope));
  const regex = safeRegExp(
    asText(first(pattern, value, scope)),
    `${all || given.includes('g') ? 'g' : ''}${given.includes('i') ? 'i' : ''}`,
  );
  return value.replace(regex, (...match: unknown[]) => {
    const groups = match.at(-1);
    return asText(first(replacement, typeof groups === 'object' ? { ...groups } : {}, scope));
  });
}
