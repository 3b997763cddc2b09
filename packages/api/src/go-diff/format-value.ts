import { goQuote, parseQuantityParts } from '@tabernetes/apimachinery';
import { fieldValue, type GoType, isZero } from './go-type.ts';
import { ELLIPSIS, NIL, type TextNode, type TextRecord } from './text.ts';
import { MISSING } from './value-tree.ts';

/** How much is printed, and how. */
export interface Style {
  /** What is printed: both values, the same on both sides, only the old one or only the new one. */
  readonly mode: 'both' | 'same' | 'old' | 'new';
  /** Whether types stand before values: where they help, never, always. */
  readonly types: 'auto' | 'never' | 'always';
  /** The higher, the longer lists and texts may be. */
  readonly verbosity: number;
  /** Prints texts of types with a method String as what they are. */
  readonly plain?: boolean;
}

/** One value; undefined where there is none. */
export function formatValue(type: GoType, value: unknown, style: Style): TextNode | undefined {
  if (value === MISSING) return undefined;
  const { verbosity } = style;
  const limit = most(verbosity);
  const inside: Style = { ...style, verbosity: verbosity - 1 };
  switch (type.kind) {
    case 'scalar':
      if (typeof type.zero !== 'string') return withType(type, String(value ?? type.zero), style);
      if (type.stringer && !style.plain) return `s${quoted(String(value ?? ''), style)}`;
      return withType(type, quoted(String(value ?? ''), style), style);
    case 'struct': {
      const fields = (type.fields?.() ?? []).filter((field) => !isZero(field.type, fieldValue(value, field)));
      const records = fields.map((field) =>
        record(field.name, formatValue(field.type, fieldValue(value, field), { ...inside, types: 'auto' })),
      );
      return withType(type, braces(records, limit), style);
    }
    case 'list': {
      if (!Array.isArray(value)) return withType(type, NIL, style);
      const { item } = type;
      const records = value.map((element) =>
        record('', item && formatValue(item, element, { ...inside, types: 'never' })),
      );
      return withType(type, braces(records, limit), style);
    }
    case 'map': {
      if (typeof value !== 'object' || value === null) return withType(type, NIL, style);
      const { item } = type;
      const records = Object.keys(value)
        .sort()
        .map((key) =>
          record(mapKey(type, key), item && formatValue(item, Reflect.get(value, key), { ...inside, types: 'never' })),
        );
      return withType(type, braces(records, limit), style);
    }
    case 'pointer': {
      if (value === undefined || value === null || type.item === undefined) return NIL;
      if (type.text !== undefined && !style.plain) return `s${quoted(type.text(value), style)}`;
      return { prefix: '&', value: formatValue(type.item, value, style) ?? NIL, suffix: '' };
    }
    case 'quantity':
      return withType(type, quantityText(value, style), style);
  }
}

/** `s"cpu"` for names of resources. */
export const mapKey = ({ stringer }: GoType, key: string): string => `${stringer ? 's' : ''}${goQuote(key)}`;

/** Puts the type before a value, where the style asks for it. */
export function withType(type: GoType, value: TextNode, { types, mode }: Style): TextNode {
  if (types === 'never') return value;
  if (types === 'auto') {
    const composite = type.kind !== 'scalar' && type.kind !== 'pointer';
    if (!composite || value === NIL || mode === 'same') return value;
  }
  const inBraces = typeof value !== 'string' && 'prefix' in value && /[{(]$/.test(value.prefix);
  if (inBraces) return { ...value, prefix: type.name + value.prefix };
  return { prefix: `${type.name}(`, value, suffix: ')' };
}

/** How many parts of a value are printed: 0, 4, 8, 16, … */
export const most = (verbosity: number): number => (verbosity <= 0 ? 0 : 2 ** (verbosity - 1) * 4);

const record = (key: string, value: TextNode | undefined): TextRecord => ({ key, value: value ?? NIL });

function braces(records: readonly TextRecord[], limit: number): TextNode {
  const shown = records.length > limit ? [...records.slice(0, limit), { value: ELLIPSIS }] : records;
  return { prefix: '{', value: shown, suffix: '}' };
}

/** A quantity's insides: `{i: {value: 1}, s: "1", Format: "DecimalSI"}`. */
function quantityText(value: unknown, style: Style): TextNode {
  const text = typeof value === 'string' ? value : '';
  const { mantissa, exponent, format, verbatim } = parseQuantityParts(text || '0');
  const { verbosity } = style;
  const amount: TextRecord[] = [];
  if (mantissa !== 0) amount.push({ key: 'value', value: String(mantissa) });
  if (exponent !== 0) amount.push({ key: 'scale', value: String(exponent) });
  const records: TextRecord[] = [];
  const inside: Style = { ...style, types: 'auto', verbosity: verbosity - 1 };
  if (amount.length > 0) {
    records.push({ key: 'i', value: withType(INT64_AMOUNT, braces(amount, most(verbosity - 1)), inside) });
  }
  if (verbatim && text !== '') records.push({ key: 's', value: quoted(text, inside) });
  if (text !== '') records.push({ key: 'Format', value: quoted(format, inside) });
  return braces(records, most(verbosity));
}

const INT64_AMOUNT: GoType = { name: 'resource.int64Amount', kind: 'struct' };

/** A text, cut where it is too long, in quotes or, where that spares escapes, in backquotes. */
function quoted(text: string, { verbosity }: Pick<Style, 'verbosity'>): string {
  const limit = 2 ** Math.max(verbosity, 0) * 32;
  return text.length > limit + ELLIPSIS.length ? goString(text.slice(0, limit)) + ELLIPSIS : goString(text);
}

export function goString(text: string): string {
  const inQuotes = goQuote(text);
  if (inQuotes.length === text.length + 2) return inQuotes;
  return /[`\n]|(?!\t)\p{Cc}/u.test(text) ? inQuotes : `\`${text}\``;
}
