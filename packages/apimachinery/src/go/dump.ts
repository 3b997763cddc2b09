import { GoText } from '../field-error.ts';
import { parseQuantityParts } from '../quantity-parse.ts';
import { isInt64 } from './int64.ts';
import { goFloat } from './number.ts';
import { goPointer } from './pointer.ts';
import { goQuote } from './quote.ts';
import { goSyntax } from './syntax.ts';

/**
 * Go types as messages print them. The server validates internal types, whose names, order of fields and nesting are
 * not those of the API: `core.ServicePort`, not `v1.ServicePort`.
 */
export interface GoLayout {
  readonly structs: ReadonlyMap<string, readonly GoField[]>;
  /** Named types that are no structs, by what they are: `core.Protocol` is `string`. */
  readonly named: ReadonlyMap<string, string>;
}

export interface GoField {
  readonly name: string;
  /** Its name in JSON; `.` where the fields of an embedded struct stand in the same object. */
  readonly json: string;
  readonly type: string;
}

/**
 * Reads the compact form: a line per type. `core.Taint Key::string|TimeAdded::*v1.Time` is a struct, each field with
 * its name in JSON if that is not the name with a small first letter; `core.Protocol string` is a named type.
 */
export function goLayout(table: string): GoLayout {
  const structs = new Map<string, readonly GoField[]>();
  const named = new Map<string, string>();
  for (const line of table.split('\n')) {
    const space = line.indexOf(' ');
    if (space < 0) continue;
    const type = line.slice(0, space);
    const body = line.slice(space + 1);
    if (body.includes(':')) structs.set(type, body.split('|').map(parseField));
    else named.set(type, body);
  }
  return { structs, named };
}

/**
 * Go's `%#v` of a JSON value as a Go type, as the bad value of a field error. Structs print every field, zero values
 * included; pointers print an address, so nothing below them is printed.
 */
export const goDump = (layout: GoLayout, type: string, value: unknown): GoText => new GoText(dump(layout, type, value));

/** `[]byte{0x68, 0x69}` of base64 text, as JSON holds bytes. */
export const goBytes = (base64: string | undefined, type = '[]byte'): string =>
  base64 === undefined
    ? `${type}(nil)`
    : bytesText(
        Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)),
        type,
      );

function parseField(text: string): GoField {
  const [name = '', json = '', type = ''] = text.split(':');
  return { name, json: json === '' ? name.charAt(0).toLowerCase() + name.slice(1) : json, type };
}

function dump(layout: GoLayout, type: string, value: unknown): string {
  if (type.startsWith('*')) return dumpPointer(type.slice(1), value);
  const special = SPECIAL.get(type);
  if (special !== undefined) return special(value);
  const fields = layout.structs.get(type);
  if (fields !== undefined) {
    const texts = fields.map(
      ({ name, json, type: of }) => `${name}:${dump(layout, of, json === '.' ? value : property(value, json))}`,
    );
    return `${type}{${texts.join(', ')}}`;
  }
  const underlying = layout.named.get(type) ?? type;
  if (underlying.startsWith('[]')) return dumpList(layout, type, underlying.slice(2), value);
  if (underlying.startsWith('map[')) {
    return dumpMap(layout, type, underlying.slice(underlying.indexOf(']') + 1), value);
  }
  return dumpScalar(underlying, value);
}

function dumpPointer(type: string, value: unknown): string {
  // Times print themselves, even through a pointer.
  if (type === 'v1.Time' || type === 'v1.MicroTime') return isAbsent(value) ? '<nil>' : goTime(value);
  return goPointer(type, value);
}

function dumpList(layout: GoLayout, type: string, items: string, value: unknown): string {
  if (!Array.isArray(value)) return `${type}(nil)`;
  return `${type}{${value.map((item) => dump(layout, items, item)).join(', ')}}`;
}

function dumpMap(layout: GoLayout, type: string, values: string, value: unknown): string {
  if (typeof value !== 'object' || value === null) return `${type}(nil)`;
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${goQuote(key)}:${dump(layout, values, property(value, key))}`);
  return `${type}{${entries.join(', ')}}`;
}

function dumpScalar(underlying: string, value: unknown): string {
  switch (underlying) {
    case 'string':
      return goQuote(typeof value === 'string' ? value : '');
    case 'bool':
      return String(value === true);
    case 'float64':
      return goFloat(typeof value === 'number' ? value : 0);
    default:
      return String(typeof value === 'number' ? value : 0);
  }
}

const SPECIAL: ReadonlyMap<string, (value: unknown) => string> = new Map([
  ['resource.Quantity', goQuantity],
  ['intstr.IntOrString', goIntOrString],
  ['v1.Time', goTime],
  ['v1.MicroTime', goTime],
  ['runtime.RawExtension', goRawExtension],
  ['apiextensions.JSON', goSyntax],
]);

/** `resource.Quantity{i:…, d:…, s:"1Gi", Format:"BinarySI"}` */
function goQuantity(value: unknown): string {
  if (typeof value !== 'string') return quantityStruct('0', 0, '(nil)', '', '');
  const { mantissa, exponent, format, verbatim, wide } = parseQuantityParts(value);
  return wide || !isInt64(BigInt(mantissa))
    ? quantityStruct('0', 0, '(0xc000000000)', '', format)
    : quantityStruct(String(mantissa), exponent, '(nil)', verbatim ? value : '', format);
}

const quantityStruct = (value: string, scale: number, big: string, text: string, format: string): string =>
  `resource.Quantity{i:resource.int64Amount{value:${value}, scale:${scale}}, ` +
  `d:resource.infDecAmount{Dec:(*inf.Dec)${big}}, s:${goQuote(text)}, Format:${goQuote(format)}}`;

function goIntOrString(value: unknown): string {
  const text = typeof value === 'string';
  const number = typeof value === 'number' ? value : 0;
  return `intstr.IntOrString{Type:${text ? 1 : 0}, IntVal:${number}, StrVal:${goQuote(text ? value : '')}}`;
}

/** `time.Date(2025, time.January, 1, 0, 0, 0, 0, time.Local)`; the zero time is in UTC. */
function goTime(value: unknown): string {
  if (typeof value !== 'string') return 'time.Date(1, time.January, 1, 0, 0, 0, 0, time.UTC)';
  const at = new Date(value);
  const nanoseconds = (/\.(\d+)/.exec(value)?.[1] ?? '').padEnd(9, '0').slice(0, 9);
  return (
    `time.Date(${at.getUTCFullYear()}, time.${MONTHS[at.getUTCMonth()]}, ${at.getUTCDate()}, ` +
    `${at.getUTCHours()}, ${at.getUTCMinutes()}, ${at.getUTCSeconds()}, ${Number(nanoseconds)}, time.Local)`
  );
}

function goRawExtension(value: unknown): string {
  const raw =
    value === undefined ? '[]uint8(nil)' : bytesText(new TextEncoder().encode(JSON.stringify(value)), '[]uint8');
  return `runtime.RawExtension{Raw:${raw}, Object:runtime.Object(nil)}`;
}

const bytesText = (bytes: Uint8Array, type: string): string =>
  `${type}{${Array.from(bytes, (byte) => `0x${byte.toString(16)}`).join(', ')}}`;

const MONTHS: readonly string[] =
  'January February March April May June July August September October November December'.split(' ');

const isAbsent = (value: unknown): boolean => value === undefined || value === null;

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
