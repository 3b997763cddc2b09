/** Go's layouts of metav1.Time and metav1.MicroTime. */
export const RFC3339 = '2006-01-02T15:04:05Z07:00';
export const RFC3339_MICRO = '2006-01-02T15:04:05.000000Z07:00';

/** The text is not of the layout. The message is Go's `time.ParseError`. */
export class TimeProblem extends Error {
  override readonly name = 'TimeProblem';
}

/**
 * A time as the server prints it: UTC, with seconds, or with microseconds for the micro layout. Null is Go's zero time,
 * which prints as null.
 * @throws {TimeProblem} `parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"`
 * @see https://pkg.go.dev/time#Parse
 */
export function canonicalTime(text: string, layout: typeof RFC3339 | typeof RFC3339_MICRO): string | null {
  const micro = layout === RFC3339_MICRO;
  // What the server itself prints needs no second look, but for days that no month has.
  if (text.length === (micro ? 27 : 20) && (micro ? PRINTED_MICRO : PRINTED).test(text)) return text;
  const { ms, micros } = new Reader(text, layout).read();
  if (ms === ZERO_MS && micros === 0) return null;
  const printed = new Date(ms).toISOString();
  const seconds = printed.slice(0, printed.indexOf('.'));
  return micro ? `${seconds}.${String(micros).padStart(6, '0')}Z` : `${seconds}Z`;
}

/** Days up to 28 and years from 1000 on: surely a time and surely not the zero time. */
const PRINTED = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const PRINTED_MICRO = /^[1-9]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;

/** 0001-01-01T00:00:00Z. */
const ZERO_MS = -62_135_596_800_000;

class Reader {
  readonly #text: string;
  readonly #layout: string;
  #rest: string;

  constructor(text: string, layout: string) {
    this.#text = text;
    this.#layout = layout;
    this.#rest = text;
  }

  read(): { readonly ms: number; readonly micros: number } {
    const year = this.#digits(4, '2006');
    this.#literal('-');
    const month = this.#digits(2, '01', (n) => n < 1 || n > 12, 'month');
    this.#literal('-');
    const day = this.#digits(2, '02');
    this.#literal('T');
    const hour = this.#hour();
    this.#literal(':');
    const minute = this.#digits(2, '04', (n) => n > 59, 'minute');
    this.#literal(':');
    const second = this.#digits(2, '05', (n) => n > 59, 'second');
    const micros = this.#fraction();
    const offsetSeconds = this.#zone();
    if (this.#rest !== '') throw this.#saying(`: extra text: ${quote(this.#rest)}`);
    const date = new Date(0);
    date.setUTCFullYear(year, month - 1, day);
    if (day < 1 || date.getUTCMonth() !== month - 1) throw this.#saying(': day out of range');
    date.setUTCHours(hour, minute, second);
    return { ms: date.getTime() - offsetSeconds * 1000, micros };
  }

  #literal(char: string): void {
    if (!this.#rest.startsWith(char)) throw this.#cannotParse(this.#rest, char);
    this.#rest = this.#rest.slice(1);
  }

  #digits(count: number, layout: string, outOfRange?: (n: number) => boolean, name = ''): number {
    const held = this.#rest;
    const digits = held.slice(0, count);
    if (digits.length < count || !/^\d+$/.test(digits)) throw this.#cannotParse(held, layout);
    this.#rest = held.slice(count);
    const n = Number(digits);
    if (outOfRange?.(n)) throw this.#saying(`: ${name} out of range`);
    return n;
  }

  /** Go takes an hour of one digit. */
  #hour(): number {
    const held = this.#rest;
    const digits = /^\d\d?/.exec(held)?.[0];
    if (digits === undefined) throw this.#cannotParse(held, '15');
    this.#rest = held.slice(digits.length);
    if (Number(digits) > 23) throw this.#saying(': hour out of range');
    return Number(digits);
  }

  /** Microseconds. The micro layout wants six digits; the other takes any fraction and drops it. */
  #fraction(): number {
    const held = this.#rest;
    if (this.#layout === RFC3339) {
      const digits = /^[.,]\d+/.exec(held)?.[0];
      if (digits !== undefined) this.#rest = held.slice(digits.length);
      return 0;
    }
    const digits = /^[.,](\d{6})/.exec(held)?.[1];
    if (digits === undefined) throw this.#cannotParse(held, '.000000');
    this.#rest = held.slice(7);
    return Number(digits);
  }

  /** Seconds east of UTC. */
  #zone(): number {
    const held = this.#rest;
    if (held.startsWith('Z')) {
      this.#rest = held.slice(1);
      return 0;
    }
    const match = /^([+-])(\d\d):(\d\d)/.exec(held);
    if (match === null) throw this.#cannotParse(held, 'Z07:00');
    this.#rest = held.slice(6);
    const [, sign, hours, minutes] = match;
    if (Number(hours) > 24) throw this.#saying(': time zone offset hour out of range');
    if (Number(minutes) > 60) throw this.#saying(': time zone offset minute out of range');
    return (sign === '-' ? -60 : 60) * (Number(hours) * 60 + Number(minutes));
  }

  #cannotParse(element: string, layoutElement: string): TimeProblem {
    const text = `${quote(this.#text)} as ${quote(this.#layout)}`;
    return new TimeProblem(`parsing time ${text}: cannot parse ${quote(element)} as ${quote(layoutElement)}`);
  }

  #saying(message: string): TimeProblem {
    return new TimeProblem(`parsing time ${quote(this.#text)}${message}`);
  }
}

/** The time package quotes in a way of its own: anything but printable ASCII as bytes. */
const quote = (text: string): string => `"${text.replace(/["\\]/g, '\\$&').replace(UNPRINTABLE, bytesOf)}"`;

const UNPRINTABLE = /[^ -\x7f]+/g;
const bytesOf = (text: string): string =>
  [...new TextEncoder().encode(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
