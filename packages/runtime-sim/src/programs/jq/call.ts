import { safeRegExp } from '../support/linear-regexp.ts';
import type { Filter } from './ast.ts';
import { list, truthy, VALUE_BUILTINS } from './builtins.ts';
import { pathsOf, recurse, update } from './paths.ts';
import { type Closure, evaluate, type Found, first, made, type Scope, search } from './scope.ts';
import { arithmetic, asText, at, compare, JqError, JqHalt, type Json, typeOf } from './values.ts';

/** A function of the program, or one that is built in. @throws {JqError} */
export function* call(name: string, args: readonly Filter[], input: Found, scope: Scope): Generator<Found> {
  const own = scope.functions.get(`${name}/${args.length}`);
  if (own !== undefined) {
    yield* callOwn(own, args, 0, input, scope, own.scope);
    return;
  }
  const { value } = input;
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
        throw new JqHalt(0);
      case 'halt_error':
        throw new JqHalt(5, said(value));
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
      case 'halt_error': {
        const exitCode = first(one, value, scope);
        if (typeof exitCode !== 'number')
          throw new JqError(`${typeOf(value)} (${asText(value)}) halt_error/1: number required`);
        throw new JqHalt(exitCode, said(value));
      }
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
        for (const next of scope.run(one, input, scope)) yield* call('recurse', args, next, scope);
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
        const decides = name === 'any';
        for (const item of two === undefined ? list(value) : evaluate(one, value, scope)) {
          for (const test of evaluate(two ?? one, item, scope)) {
            if (truthy(test) !== decides) continue;
            yield made(decides);
            return;
          }
        }
        yield made(!decides);
        return;
      }
      case 'first':
        for (const found of scope.run(one, input, scope)) {
          yield found;
          return;
        }
        return;
      case 'last': {
        let found: Found | undefined;
        for (const each of search(one, input, scope)) found = each;
        if (found !== undefined) yield found;
        return;
      }
      case 'limit': {
        let left = Number(first(one, value, scope));
        if (left <= 0 || two === undefined) return;
        for (const found of scope.run(two, input, scope)) {
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
      case 'add': {
        let sum: unknown = null;
        for (const item of evaluate(one, value, scope)) sum = arithmetic('+', sum, item);
        yield made(sum);
        return;
      }
      case 'isempty':
        yield made(scope.run(one, input, scope).next().done === true);
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
    yield* scope.run(own.body, input, inner);
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

/** What `halt_error` says: texts as they are, anything else as JSON. */
const said = (value: unknown): string => (typeof value === 'string' ? value : `${JSON.stringify(value)}\n`);
