import { type CelType, typeName } from './types.ts';

/**
 * What expressions work with. Whole numbers are bigints, all others numbers; objects and lists of the API are looked at
 * in place, nothing is copied.
 */
export type CelValue = boolean | bigint | number | string | null | CelObject;

export type CelObject =
  | Uint
  | Uint8Array
  | Timestamp
  | Duration
  | TypeValue
  | Optional
  | CelList
  | CelMap
  | Opaque
  | JsonList
  | JsonObject;

/** An expression went wrong while it ran; the message is upstream's. */
export class CelError extends Error {}

export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

/** A moment, in nanoseconds since the epoch. */
export class Timestamp {
  readonly ns: bigint;
  constructor(ns: bigint) {
    this.ns = ns;
  }
}

/** In nanoseconds. */
export class Duration {
  readonly ns: bigint;
  constructor(ns: bigint) {
    this.ns = ns;
  }
}

export class TypeValue {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
}

export class Optional {
  static readonly none = new Optional(undefined);
  readonly value: CelValue | undefined;
  constructor(value: CelValue | undefined) {
    this.value = value;
  }
}

/** A value of a library: quantities, addresses, authorizers. */
export abstract class Opaque {
  abstract readonly typeName: string;
  abstract equals(other: Opaque): boolean;
  /** As `size` in estimates of cost. */
  get cost(): number {
    return 1;
  }
}

/** An object whose fields are found when they are read: the variables of a policy. */
export abstract class LazyObject extends Opaque {
  /** Undefined: there is no such field. @throws {CelError} */
  abstract read(name: string): CelValue | undefined;
  equals(other: Opaque): boolean {
    return other === this;
  }
}

export class CelList {
  readonly items: readonly CelValue[];
  constructor(items: readonly CelValue[]) {
    this.items = items;
  }
}

/** Keys are texts with their type in front, so that `1` and `'1'` differ and `1` and `1u` do not. */
export class CelMap {
  readonly entries: ReadonlyMap<string, readonly [CelValue, CelValue]>;
  constructor(entries: ReadonlyMap<string, readonly [CelValue, CelValue]>) {
    this.entries = entries;
  }
}

/** A list of an object of the API. */
export class JsonList {
  readonly json: readonly unknown[];
  readonly type: CelType;
  constructor(json: readonly unknown[], type: CelType) {
    this.json = json;
    this.type = type;
  }
}

/** An object or a map of the API. */
export class JsonObject {
  readonly json: Readonly<Record<string, unknown>>;
  readonly type: CelType;
  constructor(json: Readonly<Record<string, unknown>>, type: CelType) {
    this.json = json;
    this.type = type;
  }
}

/** The type of a value as `type()` and messages name it. */
export function typeNameOf(value: CelValue): string {
  switch (typeof value) {
    case 'boolean':
      return 'bool';
    case 'bigint':
      return 'int';
    case 'number':
      return 'double';
    case 'string':
      return 'string';
    default:
      return value === null ? 'null_type' : objectTypeName(value);
  }
}

function objectTypeName(value: CelObject): string {
  if (value instanceof JsonObject) return value.type.fields ? typeName(value.type) : 'map';
  if (value instanceof CelMap) return 'map';
  if (value instanceof JsonList || value instanceof CelList) return 'list';
  if (value instanceof Uint) return 'uint';
  if (value instanceof Uint8Array) return 'bytes';
  if (value instanceof Timestamp) return 'google.protobuf.Timestamp';
  if (value instanceof Duration) return 'google.protobuf.Duration';
  if (value instanceof TypeValue) return 'type';
  if (value instanceof Optional) return 'optional_type';
  return value.typeName;
}

/** A text for the key of a map; undefined: no value of such a type is one. */
export function mapKey(value: CelValue): string | undefined {
  switch (typeof value) {
    case 'string':
      return `s${value}`;
    case 'boolean':
      return `b${value}`;
    case 'bigint':
      return `n${value}`;
    case 'number':
      return Number.isInteger(value) ? `n${BigInt(value)}` : undefined;
    default:
      return value instanceof Uint ? `n${value.value}` : undefined;
  }
}
