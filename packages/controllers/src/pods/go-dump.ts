import type { EmbeddedStruct, Schema, StructSchema } from '@tabernetes/apimachinery';

/**
 * A value as go-spew prints it with types, without methods and pointers' addresses, keys sorted: `(v1.Volume){Name:(string)a …}`.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/util/hash/hash.go
 */
export function goDump(schema: Schema, value: unknown): string {
  return `(${schema.goType})${valueText(schema, value)}`;
}

function valueText(schema: Schema, value: unknown): string {
  switch (schema.kind) {
    case 'struct':
      return structText(schema, (value ?? {}) as Readonly<Record<string, unknown>>);
    case 'list':
      if (value === undefined || value === null) return '<nil>';
      // The elements of a list are printed without their types.
      return `[${(value as readonly unknown[]).map((item) => valueText(schema.items, item)).join(' ')}]`;
    case 'map':
      if (value === undefined || value === null) return '<nil>';
      return `map[${Object.entries(value as Readonly<Record<string, unknown>>)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, item]) => `${key}:${valueText(schema.values, item)}`)
        .join(' ')}]`;
    case 'bool':
      return String(value ?? false);
    case 'int32':
    case 'int64':
    case 'float64':
      return String(value ?? 0);
    case 'quantity':
      return quantityText(value === undefined ? '0' : String(value));
    case 'intOrString':
      return typeof value === 'string'
        ? `{Type:(intstr.Type)1 IntVal:(int32)0 StrVal:(string)${value}}`
        : `{Type:(intstr.Type)0 IntVal:(int32)${String(value ?? 0)} StrVal:(string)}`;
    case 'time':
      // Templates hold no time but the zero one.
      return '{Time:(time.Time){wall:(uint64)0 ext:(int64)0 loc:(*time.Location)<nil>}}';
    default:
      return String(value ?? '');
  }
}

function structText(schema: StructSchema, value: Readonly<Record<string, unknown>>): string {
  return `{${fieldTexts(schema, value, 0, schema.fields.length, schema.embedded ?? []).join(' ')}}`;
}

/** Fields `from` to `to`; those of an embedded struct stand in a struct of their own. */
function fieldTexts(
  schema: StructSchema,
  value: Readonly<Record<string, unknown>>,
  from: number,
  to: number,
  embedded: readonly EmbeddedStruct[],
): string[] {
  const texts: string[] = [];
  const version = schema.goType.slice(0, schema.goType.indexOf('.'));
  for (let at = from; at < to; ) {
    const index = embedded.findIndex((e) => e.first === at && at + e.count <= to);
    const inner = embedded[index];
    if (inner !== undefined) {
      const rest = embedded.slice(index + 1);
      const fields = fieldTexts(schema, value, at, at + inner.count, rest).join(' ');
      texts.push(`${inner.goName}:(${version}.${inner.goName}){${fields}}`);
      at += inner.count;
      continue;
    }
    const field = schema.fields[at++];
    if (field === undefined) break;
    const { goName, pointer, schema: type } = field;
    const there = value[field.name];
    const text = pointer && (there === undefined || there === null) ? '<nil>' : valueText(type, there);
    texts.push(`${goName}:(${pointer ? '*' : ''}${type.goType})${text}`);
  }
  return texts;
}

const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const BINARY: Readonly<Record<string, number>> = { Ki: 10, Mi: 20, Gi: 30, Ti: 40, Pi: 50, Ei: 60 };
/** Digits that surely fit an int64. */
const MAX_DIGITS = 18;

/**
 * What a parsed resource.Quantity holds: a number and a power of ten where an int64 takes it, else a decimal of any size.
 * @see staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go ParseQuantity
 */
function quantityText(text: string): string {
  const [, sign = '', whole = '', fraction = '', suffix = ''] = /^([+-]?)0*(\d*)(?:\.(\d*))?(.*)$/.exec(text) ?? [];
  const digits = whole === '' ? '0' : whole;
  const decimal = DECIMAL[suffix];
  const binary = BINARY[suffix];
  const format = binary !== undefined ? 'BinarySI' : decimal !== undefined ? 'DecimalSI' : 'DecimalExponent';
  const scale = (decimal ?? (binary === undefined ? Number(suffix.slice(1)) : 0)) - fraction.length;
  const precision =
    binary === undefined
      ? MAX_DIGITS - digits.length - fraction.length
      : fraction === ''
        ? 15 - digits.length - Math.trunc((binary * 3) / 10) - 1
        : -1;
  const unscaled = BigInt(sign + digits + fraction) * 2n ** BigInt(binary ?? 0);
  if (precision >= 0 && scale >= -9) {
    const amount = `{value:(int64)${unscaled} scale:(resource.Scale)${scale}}`;
    return `{i:(resource.int64Amount)${amount} d:(resource.infDecAmount){Dec:(*inf.Dec)<nil>} s:(string)${text} Format:(resource.Format)${format}}`;
  }
  const size = unscaled < 0n ? -unscaled : unscaled;
  const words = size === 0n ? [] : size >> 64n === 0n ? [size] : [size & (2n ** 64n - 1n), size >> 64n];
  const dec = `{unscaled:(big.Int){neg:(bool)${unscaled < 0n} abs:(big.nat)[${words.join(' ')}]} scale:(inf.Scale)${-scale}}`;
  return `{i:(resource.int64Amount){value:(int64)0 scale:(resource.Scale)0} d:(resource.infDecAmount){Dec:(*inf.Dec)${dec}} s:(string) Format:(resource.Format)${format}}`;
}
