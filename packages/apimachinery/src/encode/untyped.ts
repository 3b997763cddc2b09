import { isList, isMap, type JsonMap, put } from '../patch/json-tree.ts';
import { compareKeys } from './compare-keys.ts';

export interface UntypedOptions {
  /** Sort the keys of every object, as Go prints maps. False: the order of the keys is kept. */
  readonly sorted: boolean;
  /** Default true. */
  readonly freeze?: boolean;
}

/**
 * An untyped value frozen for storing: nothing is added or dropped. Custom resources print sorted; values that
 * Kubernetes keeps as the text that came (`runtime.RawExtension`) keep their order. Parts that equal the same place of
 * `previous`, order of keys included, are those very parts. What is frozen already is taken as it is when its order
 * may stay.
 */
export function canonicalUntyped(value: unknown, previous: unknown, options: UntypedOptions): unknown {
  if (value === previous || typeof value !== 'object' || value === null) return value;
  const { freeze = true } = options;
  if (isList(value)) return untypedList(value, isList(previous) ? previous : undefined, options, freeze);
  return untypedMap(value as JsonMap, isMap(previous) ? previous : undefined, options, freeze);
}

function untypedList(
  value: readonly unknown[],
  previous: readonly unknown[] | undefined,
  options: UntypedOptions,
  freeze: boolean,
): readonly unknown[] {
  let same = previous?.length === value.length;
  let unchanged = Object.isFrozen(value) && freeze;
  const out = value.map((item, i) => {
    const result = canonicalUntyped(item, previous?.[i], options);
    if (result !== previous?.[i]) same = false;
    if (result !== item) unchanged = false;
    return result;
  });
  if (same) return previous as readonly unknown[];
  if (unchanged) return value;
  return freeze ? Object.freeze(out) : out;
}

function untypedMap(value: JsonMap, previous: JsonMap | undefined, options: UntypedOptions, freeze: boolean): JsonMap {
  const own = Object.keys(value);
  const keys = options.sorted ? own.toSorted(compareKeys) : own;
  const before = previous ? Object.keys(previous) : [];
  let same = previous !== undefined && before.length === keys.length;
  let unchanged = Object.isFrozen(value) && freeze;
  const out: Record<string, unknown> = {};
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const item = value[key];
    if (item === undefined) {
      same = false;
      continue;
    }
    const old = previous !== undefined && Object.hasOwn(previous, key) ? previous[key] : undefined;
    const result = canonicalUntyped(item, old, options);
    if (result !== old || before[i] !== key) same = false;
    if (result !== item || own[i] !== key) unchanged = false;
    put(out, key, result);
  }
  if (same) return previous as JsonMap;
  if (unchanged) return value;
  return freeze ? Object.freeze(out) : out;
}
