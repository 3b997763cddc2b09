/** How values are written. */
export interface Style {
  /** Of one level; empty: all on one line. */
  readonly indent: string;
  readonly sorted: boolean;
  /** What is not ASCII is written as `\u` and its number. */
  readonly ascii: boolean;
  /** Undefined: none. */
  readonly colors: Colors | undefined;
}

/** Escape sequences by the kind of value, as `JQ_COLORS` names them in this order. */
type Colors = Readonly<Record<'null' | 'false' | 'true' | 'number' | 'string' | 'array' | 'object', string>>;

/** The colors of jq 1.6, or those that `JQ_COLORS` says: `0;31:1;32`. */
export function colorsOf(given = ''): Colors {
  const codes = /^[\d;]*(?::[\d;]*)*$/.test(given) && given !== '' ? given.split(':') : [];
  const color = (at: number, usual: string): string => `\u001b[${codes[at] ?? usual}m`;
  return {
    null: color(0, '1;30'),
    false: color(1, '0;39'),
    true: color(2, '0;39'),
    number: color(3, '0;39'),
    string: color(4, '0;32'),
    array: color(5, '1;39'),
    object: color(6, '1;39'),
  };
}

const RESET = '\u001b[0m';
const FIELD = '\u001b[34;1m';

export function print(value: unknown, style: Style): string {
  const { sorted, indent, ascii, colors } = style;
  const ordered = sorted ? sortKeys(value) : value;
  if (colors !== undefined) return colored(ordered, style, colors, '\n');
  return escaped(JSON.stringify(ordered, finite, indent) ?? 'null', ascii);
}

/** Only texts hold what is escaped here, and there the escape means the same. */
function escaped(json: string, ascii: boolean): string {
  return json.replace(ascii ? /[\u007f-\uffff]/g : /\u007f/g, (char) => {
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function colored(value: unknown, style: Style, colors: Colors, newLine: string): string {
  const start = colors[kindOf(value)];
  const plain = (): string => `${start}${escaped(JSON.stringify(value, finite) ?? 'null', style.ascii)}`;
  if (typeof value !== 'object' || value === null) return `${plain()}${RESET}`;
  const entries = Object.entries(value);
  if (entries.length === 0) return `${plain()}${RESET}`;
  const isPretty = style.indent !== '';
  const inner = `${newLine}${style.indent}`;
  const line = isPretty ? inner : '';
  const isList = Array.isArray(value);
  const items = entries.map(([key, item]) => {
    const text = colored(item, style, colors, inner);
    if (isList) return `${line}${text}${start}`;
    const name = `${FIELD}${escaped(JSON.stringify(key), style.ascii)}${RESET}`;
    return `${line}${RESET}${name}${start}:${isPretty ? ' ' : ''}${RESET}${text}${start}`;
  });
  const [open, close] = isList ? '[]' : '{}';
  return `${start}${open}${items.join(',')}${isPretty ? newLine : ''}${start}${close}${RESET}`;
}

function kindOf(value: unknown): keyof Colors {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'number') return Number.isNaN(value) ? 'null' : 'number';
  return typeof value === 'string' ? 'string' : 'object';
}

function finite(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isFinite(value)) return value;
  return Number.isNaN(value) ? null : value > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}

/** `--stream`: the leaves of a value with their paths, and the path of the last one where a level ends. */
export function* streamed(value: unknown, path: readonly unknown[] = []): Generator<unknown> {
  const keys = Array.isArray(value)
    ? value.keys()
    : typeof value === 'object' && value !== null
      ? Object.keys(value)
      : [];
  let last: unknown;
  for (const key of keys) {
    last = key;
    yield* streamed((value as Readonly<Record<string | number, unknown>>)[key], [...path, key]);
    // What is in it has told its own end.
  }
  if (last === undefined) yield [path, value];
  else yield [[...path, last]];
}
