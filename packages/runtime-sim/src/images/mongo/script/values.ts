import type { Steps } from '../../../shell/drive.ts';

/** What a script has in its hands. Lists and objects are its own: nothing of the host can be reached through them. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | Value[]
  | ScriptObject
  | ScriptDate
  | ScriptId
  | ScriptFunction
  | HostObject;

export class ScriptObject {
  readonly entries: Map<string, Value>;
  /** True of what `throw` is meant for. */
  readonly isError: boolean;

  constructor(entries: Iterable<readonly [string, Value]> = [], isError = false) {
    this.entries = new Map(entries);
    this.isError = isError;
  }
}

/** Milliseconds since the epoch; NaN where a text was no date. */
export class ScriptDate {
  timeMs: number;

  constructor(timeMs: number) {
    this.timeMs = timeMs;
  }
}

/** An ObjectId: 24 hexadecimal digits. */
export class ScriptId {
  readonly hex: string;

  constructor(hex: string) {
    this.hex = hex;
  }
}

export class ScriptFunction {
  readonly name: string;
  readonly call: (args: readonly Value[]) => Steps<Value>;
  /** What `new` does; undefined where it is the same as a call. */
  readonly make: ((args: readonly Value[]) => Steps<Value>) | undefined;
  readonly members: ReadonlyMap<string, Value> | undefined;

  constructor(
    name: string,
    call: (args: readonly Value[]) => Steps<Value>,
    more: { make?: ScriptFunction['make']; members?: ReadonlyMap<string, Value> } = {},
  ) {
    this.name = name;
    this.call = call;
    this.make = more.make;
    this.members = more.members;
  }
}

/** Something of the shell: `db`, a collection, a cursor. */
export class HostObject {
  readonly name: string;
  readonly get: (key: string) => Value;

  constructor(name: string, get: (key: string) => Value) {
    this.name = name;
    this.get = get;
  }
}

/** What a script threw and did not catch. */
export class Thrown extends Error {
  readonly value: Value;

  constructor(value: Value) {
    super('thrown');
    this.value = value;
  }
}

/** `quit(code)` */
export class Quit extends Error {
  readonly code: number;

  constructor(code: number) {
    super('quit');
    this.code = code;
  }
}

/** An error as the language throws them. */
export function failure(name: string, message: string, more: Readonly<Record<string, Value>> = {}): Thrown {
  return new Thrown(new ScriptObject([['name', name], ['message', message], ...Object.entries(more)], true));
}

/** A function that never waits. */
export function plain(name: string, call: (...args: Value[]) => Value): ScriptFunction {
  // biome-ignore lint/correctness/useYield: it has nothing to wait for
  return new ScriptFunction(name, function* (args) {
    return call(...args);
  });
}

/** A function that waits for the host. */
export function waiting(name: string, call: (...args: Value[]) => Promise<Value>): ScriptFunction {
  return new ScriptFunction(name, function* (args) {
    return (yield call(...args)) as Value;
  });
}

export const isTrue = (value: Value): boolean =>
  !(value === undefined || value === null || value === false || value === 0 || value === '' || Number.isNaN(value));

export function typeOf(value: Value): string {
  if (value instanceof ScriptFunction) return 'function';
  return value === null || typeof value === 'object' ? 'object' : typeof value;
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** What `String(value)` gives. Dates are in UTC, where containers live. */
export function toText(value: Value): string {
  if (Array.isArray(value))
    return value.map((each) => (each === undefined || each === null ? '' : toText(each))).join(',');
  if (value instanceof ScriptDate) {
    if (Number.isNaN(value.timeMs)) return 'Invalid Date';
    const date = new Date(value.timeMs);
    const two = (number: number): string => String(number).padStart(2, '0');
    return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${date.getUTCFullYear()} ${date.toISOString().slice(11, 19)} GMT+0000 (Coordinated Universal Time)`;
  }
  if (value instanceof ScriptId) return value.hex;
  if (value instanceof ScriptFunction) return `function ${value.name}() { [code] }`;
  if (value instanceof ScriptObject && value.isError)
    return `${nameOf(value)}: ${toText(value.entries.get('message') ?? '')}`;
  if (value instanceof HostObject) return value.name;
  return value !== null && typeof value === 'object' ? '[object Object]' : String(value);
}

/** What an error is told by: its name, with the name of its code where a server gave one. */
export function nameOf(error: ScriptObject): string {
  const codeName = error.entries.get('codeName');
  const name = toText(error.entries.get('name') ?? 'Error');
  return typeof codeName === 'string' ? `${name}[${codeName}]` : name;
}

export function toNumber(value: Value): number {
  if (value instanceof ScriptDate) return value.timeMs;
  if (value === undefined) return Number.NaN;
  if (value === null || typeof value === 'boolean' || typeof value === 'number') return Number(value);
  return Number(toText(value));
}

export function looselyEqual(a: Value, b: Value): boolean {
  if (a === undefined || a === null || b === undefined || b === null) return (a ?? null) === (b ?? null);
  if (typeof a === typeof b) return a === b;
  return typeof a === 'object' && typeof b === 'string' ? toText(a) === b : toNumber(a) === toNumber(b);
}

/** What `a < b` and its like compare: texts as texts, everything else as numbers. NaN: neither is less. */
export function compare(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : a > b ? 1 : 0;
  const difference = toNumber(a) - toNumber(b);
  return difference;
}
