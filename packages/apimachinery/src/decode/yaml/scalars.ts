import { parseInt64 } from '../../go/int64.ts';
import { goFloat } from '../../go/number.ts';
import { goQuote } from '../../go/quote.ts';
import { decodeBase64 } from '../base64.ts';
import { SyntaxProblem } from '../problems.ts';

/** A scalar as YAML 1.1 reads it in Go: `yes` and `on` are booleans, `010` is eight. */
export interface YamlScalar {
  readonly value: string | number | boolean | null;
  /** The integer's digits when a JavaScript number does not hold them. */
  readonly digits?: string;
}

/**
 * @param tag `!!str` and the like, in short form; undefined when there is none
 * @param plain neither quoted nor a block
 * @throws {SyntaxProblem} when the text is not what its tag says
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/resolve.go
 */
export function resolveScalar(text: string, tag: string | undefined, plain: boolean): YamlScalar {
  if (tag === '!!binary') return { value: binary(text) };
  if (tag === '!!str' || (tag === undefined && !plain)) return { value: text };
  if (tag !== undefined && !RESOLVABLE.has(tag)) return { value: text };
  const found = resolve(text);
  const foundTag = tagOf(found);
  if (tag === undefined || tag === foundTag || tag === '!!timestamp') return found;
  if (tag === '!!float' && foundTag === '!!int') return found;
  throw new SyntaxProblem(`yaml: cannot decode ${foundTag} \`${text}\` as a ${tag}`);
}

const RESOLVABLE: ReadonlySet<string> = new Set(['!!bool', '!!int', '!!float', '!!null', '!!timestamp']);

function resolve(text: string): YamlScalar {
  const first = text.charAt(0);
  if (text === '' || WORD_START.test(first)) {
    const word = WORDS.get(text);
    return word === undefined ? { value: text } : { value: word };
  }
  if (first === '.') {
    if (FLOAT.test(text)) return { value: Number(text) };
    return notANumber(text);
  }
  if (!NUMBER_START.test(first)) return { value: text };
  return number(text) ?? notANumber(text);
}

const WORD_START = /[yYnNtTfFoO~]/;
const NUMBER_START = /[-+0-9]/;
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;

function number(text: string): YamlScalar | undefined {
  // Most numbers are short, and safe.
  if (SHORT.test(text)) return { value: Number(text) };
  const plain = text.replaceAll('_', '');
  const whole = integer(plain);
  if (whole !== undefined) {
    const value = Number(whole);
    return Number.isSafeInteger(value) ? { value: value + 0 } : { value, digits: whole.toString() };
  }
  return FLOAT.test(plain) ? { value: Number(plain) } : undefined;
}

const SHORT = /^(?:0|[1-9]\d{0,14})$/;
/** What has more digits is no integer in any base. */
const MAX_BITS = 64;

/** Go's ParseInt with base 0: `0x1f`, `0o17`, `0b11`, and `017` in octal; then as unsigned. */
function integer(text: string): bigint | undefined {
  if (text.length > MAX_BITS && text.replace(/^[-+]?(?:0[xob])?0*/i, '').length > MAX_BITS) return undefined;
  if (/^[-+]?(?:0|[1-9]\d*)$/.test(text)) {
    return parseInt64(text) ?? (text.startsWith('-') || text.startsWith('+') ? undefined : unsigned(BigInt(text)));
  }
  const match = /^([-+]?)0(x[\da-f]+|o?[0-7]+|b[01]+)$/i.exec(text);
  if (match === null) return undefined;
  const [, sign, digits = ''] = match;
  const magnitude = BigInt(`0${/^\d/.test(digits) ? `o${digits}` : digits.toLowerCase()}`);
  const value = sign === '-' ? -magnitude : magnitude;
  if (parseInt64(value.toString()) !== undefined) return value;
  return sign === '' ? unsigned(value) : undefined;
}

const unsigned = (value: bigint): bigint | undefined => (value < 1n << 64n ? value : undefined);

/** JSON has no such numbers, so the conversion fails where they are met. */
function notANumber(text: string): YamlScalar {
  const name = NOT_NUMBERS.get(text);
  if (name !== undefined) throw new SyntaxProblem(`json: unsupported value: ${name}`);
  return { value: text };
}

const NOT_NUMBERS: ReadonlyMap<string, string> = new Map([
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, 'NaN'] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((text) => [text, '+Inf'] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((text) => [text, '-Inf'] as const),
]);

const WORDS: ReadonlyMap<string, boolean | null> = new Map([
  ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map((t) => [t, true] as const),
  ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map((t) => [t, false] as const),
  ...['', '~', 'null', 'Null', 'NULL'].map((t) => [t, null] as const),
]);

function tagOf({ value }: YamlScalar): string {
  if (value === null) return '!!null';
  if (typeof value === 'string') return '!!str';
  if (typeof value === 'boolean') return '!!bool';
  return Number.isInteger(value) ? '!!int' : '!!float';
}

function binary(text: string): string {
  try {
    return new TextDecoder().decode(decodeBase64(text));
  } catch {
    throw new SyntaxProblem('yaml: !!binary value contains invalid base64 data');
  }
}

type Key = YamlScalar['value'];

/** A key as JSON has it. Go prints a float in the digits of 32 bits. */
export function keyText(key: Key): string {
  if (typeof key !== 'number' || Number.isInteger(key)) return String(key);
  let digits = 1;
  while (digits < 9 && Math.fround(Number(key.toPrecision(digits))) !== Math.fround(key)) digits++;
  return goFloat(Number(key.toPrecision(digits)));
}

/** Go's `%#v` of a key. */
export const goKey = (key: Key): string => (typeof key === 'string' ? goQuote(key) : String(key));

/** Go's `%#v` of a value as the YAML library holds it, where maps may have any key. */
export function goSyntaxOf(value: unknown): string {
  if (value === null) return '<nil>';
  return inner(value);
}

function inner(value: unknown): string {
  if (value === null) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(inner).join(', ')}}`;
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).map(([key, item]) => `${goQuote(key)}:${inner(item)}`);
  return `map[interface {}]interface {}{${entries.join(', ')}}`;
}
