import { compareKeys } from '../encode/compare-keys.ts';
import type { ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts';
import { isList, isMap, type JsonMap, type MutableMap, put } from './json-tree.ts';
import { goTypeName } from './strategic-values.ts';

/** A value does not fit its Go type. The message is that of the unstructured converter, which names no field. */
export class ConversionProblem extends Error {
  override readonly name = 'ConversionProblem';
}

export interface Converted {
  /** The value itself, unless a number had to be fitted to its type. */
  readonly value: unknown;
  /** Paths of members that no type has, sorted. */
  readonly unknownFields: readonly string[];
}

/**
 * Checks a decoded value against a Go type by the rules of the converter that strategic merge patches go through. They
 * are not those of JSON decoding: messages differ, whole floats are integers, and an integer that is too large wraps.
 *
 * Subtrees that are the same reference in `known`, an object that is valid already, are passed over.
 *
 * @param checkScalar throws for a value that a type with a JSON form of its own (times, quantities) does not take
 * @throws {ConversionProblem} or what `checkScalar` throws
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/runtime/converter.go
 */
export function fromUnstructured(
  schema: StructSchema,
  value: unknown,
  known: unknown,
  checkScalar: (schema: ScalarSchema, value: unknown) => void,
): Converted {
  try {
    const conversion = new Conversion(false, checkScalar);
    const converted = conversion.convert(schema, value, known, '');
    return { value: converted, unknownFields: conversion.unknown.sort() };
  } catch (error) {
    // Go goes by the order of its fields, which decides what it trips over first. That walk is slower, so it is taken
    // only to find the message.
    new Conversion(true, checkScalar).convert(schema, value, known, '');
    throw error;
  }
}

class Conversion {
  readonly unknown: string[] = [];
  readonly #inOrder: boolean;
  readonly #checkScalar: (schema: ScalarSchema, value: unknown) => void;

  constructor(inOrder: boolean, checkScalar: (schema: ScalarSchema, value: unknown) => void) {
    this.#inOrder = inOrder;
    this.#checkScalar = checkScalar;
  }

  convert(schema: Schema, value: unknown, known: unknown, path: string): unknown {
    if (value === null || value === undefined || value === known) return value;
    switch (schema.kind) {
      case 'struct':
        return this.#struct(schema, value, known, path);
      case 'list':
        return this.#list(schema, value, known, path);
      case 'map':
        return this.#map(schema, value, known, path);
      case 'string':
      case 'bool':
      case 'int32':
      case 'int64':
      case 'float64':
        return convertScalar(schema.kind, schema.goType, value);
      case 'bytes':
        if (typeof value !== 'string' && !isList(value)) throw cannotRestore('slice from', value);
        this.#checkBytes(schema, value);
        return value;
      default:
        this.#checkScalar(schema, value);
        return schema.kind === 'any' && schema.variants === undefined ? sorted(value) : value;
    }
  }

  #struct(schema: StructSchema, value: unknown, known: unknown, path: string): JsonMap {
    if (!isMap(value)) throw cannotRestore('struct from:', value);
    const before = isMap(known) ? known : undefined;
    let result: MutableMap | undefined;
    const keys = this.#inOrder ? schema.fields.map((field) => field.name) : Object.keys(value);
    for (const key of keys) {
      if (this.#inOrder && !Object.hasOwn(value, key)) continue;
      const item = value[key];
      const at = path === '' ? key : `${path}.${key}`;
      const field = schema.byName.get(key);
      if (field === undefined) {
        this.unknown.push(at);
        continue;
      }
      const converted = this.convert(field.schema, item, before?.[key], at);
      if (converted === item) continue;
      result ??= { ...value };
      put(result, key, converted);
    }
    return result ?? value;
  }

  #list(schema: ListSchema, value: unknown, known: unknown, path: string): readonly unknown[] {
    if (!isList(value)) throw cannotRestore('slice from', value);
    const before = isList(known) ? known : undefined;
    let result: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const item = value[i];
      const converted = this.convert(schema.items, item, before?.[i], `${path}[${i}]`);
      if (converted === item) continue;
      result ??= value.slice();
      result[i] = converted;
    }
    return result ?? value;
  }

  /** Keys of maps are not part of the path: upstream leaves them out. */
  #map(schema: MapSchema, value: unknown, known: unknown, path: string): JsonMap {
    if (!isMap(value)) throw cannotRestore('map from', value);
    const before = isMap(known) ? known : undefined;
    let result: MutableMap | undefined;
    for (const key of Object.keys(value)) {
      const item = value[key];
      const converted = this.convert(schema.values, item, before?.[key], path);
      if (converted === item) continue;
      result ??= { ...value };
      put(result, key, converted);
    }
    return result ?? value;
  }

  #checkBytes(schema: ScalarSchema, value: unknown): void {
    try {
      this.#checkScalar(schema, value);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new ConversionProblem(`error decoding from json: ${error.message}`);
    }
  }
}

/** Untyped values are printed and read again: their keys end up sorted. */
function sorted(value: unknown): unknown {
  if (isList(value)) return value.map(sorted);
  if (!isMap(value)) return value;
  const result: MutableMap = {};
  for (const key of Object.keys(value).sort(compareKeys)) put(result, key, sorted(value[key]));
  return result;
}

type PlainKind = 'string' | 'bool' | 'int32' | 'int64' | 'float64';

function convertScalar(kind: PlainKind, goType: string, value: unknown): unknown {
  const from = goTypeName(value);
  const isNumber = from === 'int64' || from === 'float64';
  if (kind === 'string' || kind === 'bool') {
    if (from === kind) return value;
    // Go converts integers to strings, as code points. The converter knows better, but its message differs then.
    if (kind === 'string' && from === 'int64') throw new ConversionProblem(`cannot convert int64 to ${goType}`);
  } else if (kind === 'float64') {
    if (isNumber) return value;
  } else if (from === 'int64' || (from === 'float64' && Number.isInteger(value))) {
    return kind === 'int32' ? lowBits(value) : value;
  } else if (from === 'float64') {
    throw new ConversionProblem(`cannot convert float64 to ${goType}`);
  }
  throw new ConversionProblem(`unrecognized type: ${kind}`);
}

/** The low 32 bits, as Go's conversion of an int64 keeps them. */
const lowBits = (value: unknown): number =>
  typeof value === 'bigint' ? Number(BigInt.asIntN(32, value)) : Number(value) | 0;

function cannotRestore(what: string, value: unknown): ConversionProblem {
  const kind = isMap(value) ? 'map' : isList(value) ? 'slice' : goTypeName(value);
  return new ConversionProblem(`cannot restore ${what} ${kind}`);
}
