import type { Json } from '../literal.ts';
import { isoText } from './members.ts';
import {
  failure,
  HostObject,
  nameOf,
  ScriptDate,
  ScriptFunction,
  ScriptId,
  ScriptObject,
  toText,
  type Value,
} from './values.ts';

/** What goes to a server: dates and ids as extended JSON. What is undefined is left out, as drivers do. @throws {Thrown} */
export function toDocument(value: Value): Json {
  if (value === undefined || value === null) return null;
  if (Array.isArray(value)) return value.map(toDocument);
  if (value instanceof ScriptDate) return { $date: isoText(value) };
  if (value instanceof ScriptId) return { $oid: value.hex };
  if (value instanceof ScriptObject) {
    const entries = [...value.entries].filter(([, each]) => each !== undefined);
    return Object.fromEntries(entries.map(([key, each]) => [key, toDocument(each)]));
  }
  if (value instanceof ScriptFunction || value instanceof HostObject)
    throw failure('MongoInvalidArgumentError', 'functions and handles of the shell cannot be sent to a server');
  return value;
}

/** What came from a server. */
export function fromDocument(value: Json): Value {
  if (value === null || typeof value !== 'object') return value;
  if (isList(value)) return value.map(fromDocument);
  const { $date, $oid } = value;
  if (typeof $date === 'string' || typeof $date === 'number') return new ScriptDate(new Date($date).getTime());
  if (typeof $oid === 'string') return new ScriptId($oid);
  return new ScriptObject(Object.entries(value).map(([key, each]) => [key, fromDocument(each)]));
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value);

/** What `JSON.stringify` sees; undefined where it leaves out. @throws {Thrown} */
export function toJson(value: Value): Json | undefined {
  if (Array.isArray(value)) return value.map((each) => toJson(each) ?? null);
  if (value instanceof ScriptDate) return Number.isNaN(value.timeMs) ? null : isoText(value);
  if (value instanceof ScriptId) return value.hex;
  if (value instanceof ScriptFunction || value === undefined) return undefined;
  if (value instanceof HostObject) return value.name;
  if (!(value instanceof ScriptObject)) return value;
  const entries: [string, Json][] = [];
  for (const [key, each] of value.entries) {
    const made = toJson(each);
    if (made !== undefined) entries.push([key, made]);
  }
  return Object.fromEntries(entries);
}

const WIDTH = 72;

/** A value as the shell shows it: on a line of its own where it fits, else with its parts below each other. */
export function inspect(value: Value, indent = ''): string {
  if (typeof value === 'string')
    return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n')}'`;
  if (value instanceof ScriptDate) return Number.isNaN(value.timeMs) ? 'Invalid Date' : `ISODate('${isoText(value)}')`;
  if (value instanceof ScriptId) return `ObjectId('${value.hex}')`;
  if (value instanceof ScriptFunction) return `[Function: ${value.name === '' ? '(anonymous)' : value.name}]`;
  if (value instanceof ScriptObject && value.isError)
    return `${nameOf(value)}: ${toText(value.entries.get('message') ?? '')}`;
  const isArray = Array.isArray(value);
  if (!isArray && !(value instanceof ScriptObject)) return toText(value);
  const parts = isArray
    ? value.map((each) => inspect(each, `${indent}  `))
    : [...value.entries].map(
        ([key, each]) =>
          `${/^[\p{L}$_][\p{L}\p{N}$_]*$/u.test(key) ? key : `'${key}'`}: ${inspect(each, `${indent}  `)}`,
      );
  const [open, close] = isArray ? '[]' : '{}';
  if (parts.length === 0) return `${open}${close}`;
  const single = `${open} ${parts.join(', ')} ${close}`;
  if (single.length <= WIDTH && !single.includes('\n')) return single;
  return `${open}\n${parts.map((part) => `${indent}  ${part}`).join(',\n')}\n${indent}${close}`;
}
