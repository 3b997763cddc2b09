import type { Process } from '@tabernetes/node-api';
import { fromDocument, inspect, toDocument, toJson } from './documents.ts';
import { isoText } from './members.ts';
import type { Scope } from './scope.ts';
import {
  failure,
  HostObject,
  isTrue,
  plain,
  Quit,
  ScriptDate,
  ScriptFunction,
  ScriptId,
  ScriptObject,
  toNumber,
  toText,
  type Value,
  waiting,
} from './values.ts';

/** Declares what every script knows: the language's own objects, and the orders of the shell that ask no server. */
export function declareGlobals(process: Process, scope: Scope): void {
  const declare = (value: ScriptFunction): void => scope.declare(value.name, value, true);
  const object = (
    name: string,
    values: readonly ScriptFunction[],
    more: readonly (readonly [string, Value])[] = [],
  ): void =>
    scope.declare(name, new ScriptObject([...values.map((each) => [each.name, each] as const), ...more]), true);
  const line = (...args: Value[]): string =>
    args.map((each) => (typeof each === 'string' ? each : inspect(each))).join(' ');
  const say = (name: string): ScriptFunction =>
    waiting(name, async (...args) => {
      await process.stdout.write(`${line(...args)}\n`);
      return undefined;
    });
  const quit = (code: Value): never => {
    throw new Quit(Math.trunc(toNumber(code ?? 0)) & 255);
  };
  declare(say('print'));
  declare(say('printjson'));
  object('console', [say('log'), say('info'), say('warn'), say('error'), say('debug')]);
  declare(plain('quit', quit));
  declare(plain('exit', quit));
  const environment = Object.entries(process.env).map(([name, value]) => [name, value] as const);
  object(
    'process',
    [plain('exit', quit)],
    [
      ['env', new ScriptObject(environment)],
      ['argv', [...process.argv]],
    ],
  );
  declare(
    waiting('sleep', async (delayMs) => {
      await process.sleep(Math.max(0, toNumber(delayMs) || 0));
      return undefined;
    }),
  );
  declare(plain('tojson', (value) => JSON.stringify(toJson(value) ?? null)));
  object('JSON', [
    plain('stringify', (value, _filter, indent) => {
      const json = toJson(value);
      return json === undefined
        ? undefined
        : JSON.stringify(json, undefined, typeof indent === 'string' ? indent : toNumber(indent ?? 0));
    }),
    plain('parse', (text) => parsed(toText(text))),
  ]);
  object('EJSON', [plain('stringify', (value) => JSON.stringify(toDocument(value)))]);
  mathematics(process, scope);
  declare(
    plain('parseInt', (text, base) => Number.parseInt(toText(text), base === undefined ? undefined : toNumber(base))),
  );
  declare(plain('parseFloat', (text) => Number.parseFloat(toText(text))));
  declare(plain('isNaN', (value) => Number.isNaN(toNumber(value))));
  scope.declare('undefined', undefined, true);
  scope.declare('NaN', Number.NaN, true);
  scope.declare('Infinity', Number.POSITIVE_INFINITY, true);
  for (const name of ['NumberInt', 'NumberLong', 'NumberDecimal', 'Int32', 'Long', 'Double'])
    declare(plain(name, (value) => toNumber(value ?? 0)));
  declare(
    withMembers(
      plain('Number', (value) => toNumber(value ?? 0)),
      [
        plain('isInteger', (value) => Number.isInteger(value)),
        plain('isNaN', (value) => Number.isNaN(value)),
        plain('parseInt', (text, base) =>
          Number.parseInt(toText(text), base === undefined ? undefined : toNumber(base)),
        ),
      ],
    ),
  );
  declare(plain('String', (value) => (value === undefined ? '' : toText(value))));
  declare(plain('Boolean', (value) => isTrue(value)));
  declare(
    withMembers(
      plain('Array', (...values) => values),
      [
        plain('isArray', (value) => Array.isArray(value)),
        plain('from', (value) => (Array.isArray(value) ? [...value] : typeof value === 'string' ? [...value] : [])),
      ],
    ),
  );
  declare(
    withMembers(
      plain('Object', (value) => value ?? new ScriptObject()),
      [
        plain('keys', (value) => entriesOf(value).map(([key]) => key)),
        plain('values', (value) => entriesOf(value).map(([, each]) => each)),
        plain('entries', (value) => entriesOf(value).map(([key, each]) => [key, each])),
        plain('assign', (target, ...sources) => {
          if (target instanceof ScriptObject)
            for (const [key, value] of sources.flatMap(entriesOf)) target.entries.set(key, value);
          return target;
        }),
      ],
    ),
  );
  for (const name of ['Error', 'TypeError', 'RangeError'])
    declare(plain(name, (message) => failure(name, message === undefined ? '' : toText(message)).value));
  dates(process, scope);
  let count = process.rng.int(1 << 24);
  declare(
    plain('ObjectId', (hex) => {
      if (hex === undefined) return new ScriptId(newId(process, count++));
      if (!/^[\da-f]{24}$/i.test(toText(hex)))
        throw failure('BSONError', 'input must be a 24 character hex string, 12 byte Uint8Array, or an integer');
      return new ScriptId(toText(hex).toLowerCase());
    }),
  );
}

/** Twelve bytes: the second, five of chance, three that count. */
export function newId(process: Process, count: number): string {
  const digits = (number: number, length: number): string =>
    (number >>> 0).toString(16).padStart(length, '0').slice(-length);
  return (
    digits(Math.floor(process.now() / 1000), 8) +
    digits(process.rng.uint32(), 8) +
    digits(process.pid, 2) +
    digits(count, 6)
  );
}

function withMembers(called: ScriptFunction, values: readonly ScriptFunction[]): ScriptFunction {
  const members = new Map(values.map((each) => [each.name, each] as const));
  return new ScriptFunction(called.name, called.call, { members });
}

function entriesOf(value: Value): readonly (readonly [string, Value])[] {
  if (value instanceof ScriptObject) return [...value.entries];
  if (Array.isArray(value)) return value.map((each, index) => [String(index), each] as const);
  if (value instanceof HostObject || value === undefined || value === null)
    throw failure('TypeError', 'Cannot convert undefined or null to object');
  return [];
}

function parsed(text: string): Value {
  try {
    return fromDocument(JSON.parse(text));
  } catch (error) {
    throw failure('SyntaxError', error instanceof Error ? error.message : 'Unexpected token');
  }
}

const OF_ONE = [
  'abs',
  'ceil',
  'floor',
  'round',
  'trunc',
  'sqrt',
  'log',
  'log2',
  'log10',
  'exp',
  'sin',
  'cos',
  'sign',
] as const;

function mathematics({ rng }: Process, scope: Scope): void {
  const math = new ScriptObject([
    ['PI', Math.PI],
    ['E', Math.E],
    ['random', plain('random', () => rng.uint32() / 2 ** 32)],
    ['min', plain('min', (...values) => Math.min(...values.map(toNumber)))],
    ['max', plain('max', (...values) => Math.max(...values.map(toNumber)))],
    ['pow', plain('pow', (base, exponent) => toNumber(base) ** toNumber(exponent))],
  ]);
  for (const name of OF_ONE)
    math.entries.set(
      name,
      plain(name, (value) => Math[name](toNumber(value))),
    );
  scope.declare('Math', math, true);
}

function dates(process: Process, scope: Scope): void {
  const make = (args: readonly Value[]): ScriptDate => {
    const [first, ...more] = args;
    if (args.length === 0) return new ScriptDate(process.now());
    if (more.length > 0) {
      const [year = 0, month = 0, day = 1, ...time] = args.map(toNumber);
      const [hours = 0, minutes = 0, seconds = 0, milliseconds = 0] = time;
      return new ScriptDate(Date.UTC(year, month, day, hours, minutes, seconds, milliseconds));
    }
    return new ScriptDate(typeof first === 'string' ? readDate(first) : toNumber(first));
  };
  // biome-ignore lint/correctness/useYield: it has nothing to wait for
  const made = function* (args: readonly Value[]): Generator<unknown, Value, unknown> {
    return make(args);
  };
  const members = new Map<string, Value>([
    ['now', plain('now', () => process.now())],
    ['parse', plain('parse', (text) => readDate(toText(text)))],
    ['UTC', plain('UTC', (...args) => make(args.length === 1 ? [...args, 0] : args).timeMs)],
  ]);
  // Without `new` a date is a text.
  // biome-ignore lint/correctness/useYield: it has nothing to wait for
  const text = function* (): Generator<unknown, Value, unknown> {
    return toText(new ScriptDate(process.now()));
  };
  scope.declare('Date', new ScriptFunction('Date', text, { make: made, members }), true);
  scope.declare(
    'ISODate',
    plain('ISODate', (...args) => {
      const date = make(args);
      if (Number.isNaN(date.timeMs)) throw failure('TypeError', `"${toText(args[0])}" is not a valid ISODate`);
      return new ScriptDate(new Date(isoText(date)).getTime());
    }),
    true,
  );
}

/** A text without a zone is in UTC, whatever the host's own zone. NaN where it is no date. */
function readDate(text: string): number {
  const zoned = /(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*(?:\([^)]*\))?$/i.test(text) || /^\d{4}(?:-\d\d){0,2}$/.test(text);
  return Date.parse(zoned ? text : /^\d{4}-\d\d-\d\dT/.test(text) ? `${text}Z` : `${text} UTC`);
}
