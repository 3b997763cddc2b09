import type { Steps } from '../../../shell/drive.ts';
import {
  failure,
  HostObject,
  isTrue,
  plain,
  ScriptDate,
  ScriptFunction,
  ScriptId,
  ScriptObject,
  toNumber,
  toText,
  typeOf,
  type Value,
} from './values.ts';

/** `of.key`. @throws {Thrown} a TypeError where there is nothing to look into */
export function member(of: Value, key: string): Value {
  if (of === undefined || of === null)
    throw failure('TypeError', `Cannot read properties of ${String(of)} (reading '${key}')`);
  if (of instanceof HostObject) return of.get(key);
  if (of instanceof ScriptObject) return of.entries.has(key) ? of.entries.get(key) : ofObject(of, key);
  if (Array.isArray(of)) return /^\d+$/.test(key) ? of[Number(key)] : ofList(of, key);
  if (typeof of === 'string') return /^\d+$/.test(key) ? of[Number(key)] : ofString(of, key);
  if (of instanceof ScriptDate) return ofDate(of, key);
  if (of instanceof ScriptFunction) return of.members?.get(key) ?? (key === 'name' ? of.name : undefined);
  if (of instanceof ScriptId) return texts(of.hex, key);
  if (key === 'toFixed' && typeof of === 'number') return plain(key, (digits) => of.toFixed(toNumber(digits ?? 0)));
  return texts(toText(of), key);
}

/** `of.key = value`. @throws {Thrown} a TypeError */
export function setMember(of: Value, key: string, value: Value): void {
  if (of instanceof ScriptObject) of.entries.set(key, value);
  else if (Array.isArray(of) && key === 'length') of.length = Math.min(of.length, toNumber(value));
  else if (Array.isArray(of) && /^\d+$/.test(key) && Number(key) <= of.length + 1000) of[Number(key)] = value;
  else
    throw failure('TypeError', `Cannot set property '${key}' of ${typeOf(of) === 'object' ? '[object]' : toText(of)}`);
}

const texts = (text: string, key: string): Value =>
  key === 'toString' || key === 'toJSON' || key === 'toHexString' || key === 'valueOf'
    ? plain(key, () => text)
    : undefined;

function ofObject(of: ScriptObject, key: string): Value {
  if (key === 'hasOwnProperty') return plain(key, (name) => of.entries.has(toText(name)));
  return texts(toText(of), key);
}

function ofString(text: string, key: string): Value {
  const method = own(STRINGS, key);
  if (method !== undefined) return plain(key, (...args) => method(text, ...args));
  return key === 'length' ? text.length : texts(text, key);
}

const own = <T>(table: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(table, key) ? table[key] : undefined;

const whole = (value: Value): number | undefined =>
  value === undefined ? undefined : Math.trunc(toNumber(value)) || 0;

/** How long a text may be: a loop that only makes it longer must not take the memory of the host. */
const MAX_TEXT = 1 << 24;
const MAX_LIST = 1_000_000;

/** @throws {Thrown} a RangeError */
export function bounded(length: number): number {
  if (!(length >= 0 && length <= MAX_TEXT)) throw failure('RangeError', 'Invalid string length');
  return length;
}

/** @throws {Thrown} a RangeError */
export function boundedList(length: number): void {
  if (length > MAX_LIST) throw failure('RangeError', 'Invalid array length');
}

const STRINGS: Readonly<Record<string, (text: string, ...args: Value[]) => Value>> = {
  at: (text, index) => text.at(whole(index) ?? 0),
  charAt: (text, index) => text.charAt(whole(index) ?? 0),
  charCodeAt: (text, index) => text.charCodeAt(whole(index) ?? 0),
  concat: (text, ...more) => {
    const joined = more.map(toText).join('');
    bounded(text.length + joined.length);
    return text + joined;
  },
  endsWith: (text, end) => text.endsWith(toText(end)),
  includes: (text, part) => text.includes(toText(part)),
  indexOf: (text, part, from) => text.indexOf(toText(part), whole(from)),
  lastIndexOf: (text, part) => text.lastIndexOf(toText(part)),
  padEnd: (text, length, fill) => text.padEnd(bounded(whole(length) ?? 0), fill === undefined ? ' ' : toText(fill)),
  padStart: (text, length, fill) => text.padStart(bounded(whole(length) ?? 0), fill === undefined ? ' ' : toText(fill)),
  repeat: (text, times) => text.repeat(bounded((whole(times) ?? 0) * text.length) / (text.length || 1)),
  replace: (text, part, by) => text.replace(toText(part), () => toText(by)),
  replaceAll: (text, part, by) => text.replaceAll(toText(part), () => toText(by)),
  slice: (text, from, to) => text.slice(whole(from), whole(to)),
  split: (text, by, limit) => (by === undefined ? [text] : text.split(toText(by), whole(limit))),
  startsWith: (text, begin) => text.startsWith(toText(begin)),
  substr: (text, from, length) =>
    text.slice(whole(from), length === undefined ? undefined : (whole(from) ?? 0) + (whole(length) ?? 0)),
  substring: (text, from, to) => text.substring(whole(from) ?? 0, whole(to)),
  toLowerCase: (text) => text.toLowerCase(),
  toUpperCase: (text) => text.toUpperCase(),
  trim: (text) => text.trim(),
  trimEnd: (text) => text.trimEnd(),
  trimStart: (text) => text.trimStart(),
};

function ofList(list: Value[], key: string): Value {
  if (key === 'length') return list.length;
  const method = own(LISTS, key);
  if (method !== undefined) return plain(key, (...args) => method(list, ...args));
  const walk = own(WALKS, key);
  if (walk === undefined) return texts(toText(list), key);
  return new ScriptFunction(key, ([visitor, ...more]) => {
    // Without a comparison, as texts are sorted.
    if (key === 'sort' && visitor === undefined) return walk(list, byText);
    if (!(visitor instanceof ScriptFunction)) throw failure('TypeError', `${toText(visitor)} is not a function`);
    return walk(list, (...args) => visitor.call(args), ...more);
  });
}

const LISTS: Readonly<Record<string, (list: Value[], ...args: Value[]) => Value>> = {
  at: (list, index) => list.at(whole(index) ?? 0),
  concat: (list, ...more) => {
    boundedList(more.reduce<number>((sum, each) => sum + (Array.isArray(each) ? each.length : 1), list.length));
    return list.concat(...more);
  },
  flat: (list) => list.flat() as Value[],
  includes: (list, value) => list.includes(value),
  indexOf: (list, value) => list.indexOf(value),
  join: (list, by) =>
    list
      .map((each) => (each === undefined || each === null ? '' : toText(each)))
      .join(by === undefined ? ',' : toText(by)),
  pop: (list) => list.pop(),
  push: (list, ...more) => {
    boundedList(list.length + more.length);
    return list.push(...more);
  },
  reverse: (list) => list.reverse(),
  shift: (list) => list.shift(),
  slice: (list, from, to) => list.slice(whole(from), whole(to)),
  splice: (list, from, count, ...more) => {
    boundedList(list.length + more.length);
    return list.splice(whole(from) ?? 0, count === undefined ? list.length : (whole(count) ?? 0), ...more);
  },
  unshift: (list, ...more) => {
    boundedList(list.length + more.length);
    return list.unshift(...more);
  },
};

// biome-ignore lint/correctness/useYield: it has nothing to wait for
function* byText(a: Value, b: Value): Steps<Value> {
  const [left, right] = [toText(a), toText(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

type Visit = (...args: Value[]) => Steps<Value>;

const WALKS: Readonly<Record<string, (list: Value[], visit: Visit, ...more: Value[]) => Steps<Value>>> = {
  *every(list, visit) {
    for (const [index, value] of [...list].entries()) if (!isTrue(yield* visit(value, index, list))) return false;
    return true;
  },
  *filter(list, visit) {
    const kept: Value[] = [];
    for (const [index, value] of [...list].entries()) if (isTrue(yield* visit(value, index, list))) kept.push(value);
    return kept;
  },
  *find(list, visit) {
    for (const [index, value] of [...list].entries()) if (isTrue(yield* visit(value, index, list))) return value;
    return undefined;
  },
  *findIndex(list, visit) {
    for (const [index, value] of [...list].entries()) if (isTrue(yield* visit(value, index, list))) return index;
    return -1;
  },
  *forEach(list, visit) {
    for (const [index, value] of [...list].entries()) yield* visit(value, index, list);
    return undefined;
  },
  *map(list, visit) {
    const made: Value[] = [];
    for (const [index, value] of [...list].entries()) made.push(yield* visit(value, index, list));
    return made;
  },
  *reduce(list, visit, ...more) {
    if (list.length === 0 && more.length === 0)
      throw failure('TypeError', 'Reduce of empty array with no initial value');
    let sum = more.length > 0 ? more[0] : list[0];
    for (const [index, value] of list.slice(more.length > 0 ? 0 : 1).entries())
      sum = yield* visit(sum, value, index, list);
    return sum;
  },
  *some(list, visit) {
    for (const [index, value] of [...list].entries()) if (isTrue(yield* visit(value, index, list))) return true;
    return false;
  },
  *sort(list, visit) {
    // By insertion: a comparison of the script may have to wait.
    const sorted: Value[] = [];
    for (const value of list) {
      let at = sorted.length;
      while (at > 0 && toNumber(yield* visit(sorted[at - 1], value)) > 0) at--;
      sorted.splice(at, 0, value);
    }
    list.splice(0, list.length, ...sorted);
    return list;
  },
};

function ofDate(date: ScriptDate, key: string): Value {
  const [, verb, part = ''] =
    /^(get|set)(?:UTC)?(FullYear|Month|Date|Day|Hours|Minutes|Seconds|Milliseconds)$/.exec(key) ?? [];
  if (verb !== undefined) {
    return plain(key, (...args) => {
      const host = new Date(date.timeMs);
      const method = (host as unknown as Record<string, ((...numbers: number[]) => number) | undefined>)[
        `${verb}UTC${part}`
      ];
      const given = method?.call(host, ...args.map(toNumber));
      if (verb === 'set') date.timeMs = host.getTime();
      return given;
    });
  }
  switch (key) {
    case 'getTime':
    case 'valueOf':
      return plain(key, () => date.timeMs);
    case 'setTime':
      return plain(key, (timeMs) => {
        date.timeMs = toNumber(timeMs);
        return date.timeMs;
      });
    case 'getTimezoneOffset':
      return plain(key, () => 0);
    case 'toISOString':
    case 'toJSON':
      return plain(key, () => isoText(date));
    case 'toUTCString':
    case 'toGMTString':
      return plain(key, () => new Date(date.timeMs).toUTCString());
    case 'toDateString':
      return plain(key, () => toText(date).slice(0, 15));
    default:
      return texts(toText(date), key);
  }
}

/** @throws {Thrown} a RangeError */
export function isoText(date: ScriptDate): string {
  if (Number.isNaN(date.timeMs)) throw failure('RangeError', 'Invalid time value');
  return new Date(date.timeMs).toISOString();
}
