import { goFloat, goQuote } from '@tabernetes/apimachinery';
import { goDumpJson } from '../go-json.ts';
import { bytesOf, format, isList, isMap, NumberValue, typeName, type Value, valueFrom } from './values.ts';

interface Directive {
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  readonly verb: string;
}

const DIRECTIVE = /%([-+# 0]*)(\*|\d+)?(?:(\.)(\*|\d+)?)?(.)?/gsu;

/** Go's `fmt.Sprintf` for the values that templates have. @see https://pkg.go.dev/fmt */
export function sprintf(pattern: string, args: readonly Value[]): string {
  let next = 0;
  const number = (): number => {
    const value = args[next++];
    return value instanceof NumberValue ? value.number : 0;
  };
  const text = pattern.replace(
    DIRECTIVE,
    (_, flags: string, width?: string, point?: string, precision?: string, verb?: string) => {
      const wide = width === '*' ? number() : width === undefined ? undefined : Number(width);
      const precise = point === undefined ? undefined : precision === '*' ? number() : Number(precision ?? 0);
      if (verb === undefined) return '%!(NOVERB)';
      if (verb === '%') return '%';
      if (next >= args.length) return `%!${verb}(MISSING)`;
      const directive = {
        flags: wide !== undefined && wide < 0 ? `${flags}-` : flags,
        width: wide === undefined ? undefined : Math.abs(wide),
        precision: precise,
        verb,
      };
      return formatted(directive, args[next++]);
    },
  );
  if (next >= args.length) return text;
  const extra = args
    .slice(next)
    .map((value) => (value === null || value === undefined ? '<nil>' : `${typeName(value)}=${format(value)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function formatted(directive: Directive, value: Value): string {
  const { verb } = directive;
  if (verb === 'T') return pad(directive, typeName(value));
  if (verb === 'v') return verbose(directive, value);
  if (value === null || value === undefined) return pad(directive, `%!${verb}(<nil>)`);
  if (value instanceof NumberValue)
    return value.type === 'float64' ? floating(directive, value) : whole(directive, value);
  if (typeof value === 'boolean') return verb === 't' ? pad(directive, String(value)) : bad(directive, value);
  if (typeof value === 'string') return worded(directive, value);
  if (isList(value)) return `[${value.map((item) => formatted(directive, valueFrom(item))).join(' ')}]`;
  if (isMap(value)) {
    const members = Object.keys(value)
      .sort()
      .map((key) => `${formatted(directive, key)}:${formatted(directive, valueFrom(value[key]))}`);
    return `map[${members.join(' ')}]`;
  }
  return bad(directive, value);
}

function verbose(directive: Directive, value: Value): string {
  if (directive.flags.includes('#'))
    return pad(directive, value instanceof NumberValue ? format(value) : goDumpJson(value));
  if (value instanceof NumberValue && value.type !== 'float64') return whole({ ...directive, verb: 'd' }, value);
  if (typeof value === 'string') return worded({ ...directive, verb: 's' }, value);
  return pad(directive, format(value));
}

function whole(directive: Directive, { number, type }: NumberValue): string {
  const { verb, flags, precision } = directive;
  const radix = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16 }[verb];
  if (verb === 'c') return pad(directive, String.fromCodePoint(number));
  if (verb === 'q') return pad(directive, `'${String.fromCodePoint(number)}'`);
  if (verb === 'U') return pad(directive, `U+${number.toString(16).toUpperCase().padStart(4, '0')}`);
  if (radix === undefined) return bad(directive, new NumberValue(number, type));
  let digits = Math.abs(number).toString(radix);
  if (verb === 'X') digits = digits.toUpperCase();
  if (precision !== undefined) digits = digits.padStart(precision, '0');
  const prefix = verb === 'O' ? '0o' : !flags.includes('#') ? '' : ({ b: '0b', o: '0', x: '0x', X: '0X' }[verb] ?? '');
  return padNumber(directive, signOf(number, flags), `${prefix}${digits}`);
}

function floating(directive: Directive, value: NumberValue): string {
  const { verb, flags, precision } = directive;
  const size = Math.abs(value.number);
  const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, 'e$10$2');
  let digits: string;
  if (verb === 'f' || verb === 'F') digits = size.toFixed(precision ?? 6);
  else if (verb === 'e' || verb === 'E') digits = exponent(size.toExponential(precision ?? 6));
  else if (verb === 'g' || verb === 'G') {
    digits = precision === undefined ? goFloat(size) : exponent(String(Number(size.toPrecision(precision || 1))));
  } else return bad(directive, value);
  if (verb === 'E' || verb === 'G') digits = digits.toUpperCase();
  return padNumber(directive, signOf(value.number, flags), digits);
}

const signOf = (number: number, flags: string): string =>
  number < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';

function worded(directive: Directive, value: string): string {
  const { verb, flags, precision } = directive;
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (verb) {
    case 's':
      return pad(directive, cut);
    case 'q':
      return pad(directive, flags.includes('#') && !value.includes('`') ? `\`${cut}\`` : goQuote(cut));
    case 'x':
    case 'X': {
      const hex = [...bytesOf(value).subarray(0, precision)].map((byte) => byte.toString(16).padStart(2, '0'));
      const joined = hex.join(flags.includes(' ') ? ' ' : '');
      return pad(directive, verb === 'X' ? joined.toUpperCase() : joined);
    }
    default:
      return bad(directive, value);
  }
}

const bad = (directive: Directive, value: Value): string => `%!${directive.verb}(${typeName(value)}=${format(value)})`;

function pad({ flags, width }: Directive, text: string): string {
  const missing = (width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  return (flags.includes('0') ? '0' : ' ').repeat(missing) + text;
}

function padNumber(directive: Directive, sign: string, digits: string): string {
  const { flags, width, precision } = directive;
  const isZero =
    flags.includes('0') && !flags.includes('-') && (precision === undefined || /[efgEFG]/.test(directive.verb));
  if (isZero) return sign + digits.padStart((width ?? 0) - sign.length, '0');
  return pad({ ...directive, flags: flags.replaceAll('0', '') }, sign + digits);
}
