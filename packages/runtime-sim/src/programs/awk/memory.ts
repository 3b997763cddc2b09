import type { Process } from '@tabernetes/node-api';
import { Failure } from '../support/command.ts';
import { conversion, formatFloat, formatInteger, formatText, splitFormat } from '../support/format.ts';
import { Holding, LONGEST_TEXT, outOfMemory } from '../support/holding.ts';
import { safeRegExp } from '../support/linear-regexp.ts';
import { toPosixRegExp } from '../support/posix-regex.ts';
import { fromInput, toNumber, type Value } from './values.ts';

export type Array_ = Map<string, Value>;
/** What an entry of an array takes beside its texts. */
const ENTRY_BYTES = 64;
const FIELD_BYTES = 8;

/** The names of a function that runs, or those of the program. */
export interface Frame {
  readonly scalars: Map<string, Value | undefined>;
  readonly arrays: Map<string, Array_>;
  readonly params: ReadonlySet<string>;
}

/** What a program of awk holds: its variables, and the record with its fields. */
export class Memory {
  readonly #process: Process;
  readonly #holding: Holding;
  readonly #globals: Frame = { scalars: new Map(), arrays: new Map(), params: new Set() };
  /** Of the function that runs. */
  frame: Frame = this.#globals;
  #record = '';
  #fields: Value[] | undefined = [];
  #recordStale = false;
  readonly #regexes = new Map<string, RegExp>();

  constructor(process: Process, operands: readonly string[]) {
    this.#process = process;
    this.#holding = new Holding(process);
    for (const [name, value] of Object.entries({
      FS: ' ',
      OFS: ' ',
      ORS: '\n',
      RS: '\n',
      SUBSEP: '\x1c',
      CONVFMT: '%.6g',
      OFMT: '%.6g',
    }))
      this.#globals.scalars.set(name, value);
    for (const name of ['NR', 'NF', 'FNR', 'RSTART']) this.#globals.scalars.set(name, 0);
    this.#globals.scalars.set('RLENGTH', -1);
    const argv: Array_ = new Map([['0', 'awk']]);
    operands.forEach((operand, i) => {
      argv.set(String(i + 1), fromInput(operand));
    });
    this.#globals.arrays.set('ARGV', argv);
    this.#globals.scalars.set('ARGC', operands.length + 1);
    this.#globals.arrays.set(
      'ENVIRON',
      new Map(Object.entries(process.env).map(([name, value]) => [name, fromInput(value)])),
    );
  }

  /** A variable from the command line. */
  assign(name: string, text: string): void {
    this.setVariable(name, fromInput(text));
  }

  /** A record was read: `$0`. */
  setRecord(text: string): void {
    this.#record = text;
    this.#fields = undefined;
    this.#recordStale = false;
  }

  #splitFields(): Value[] {
    if (this.#fields === undefined)
      this.#fields = this.split(this.#record, this.text(this.#globals.scalars.get('FS'))).map(fromInput);
    return this.#fields;
  }

  /** `$0`, put together again where a field was changed. */
  recordText(): string {
    if (this.#recordStale) {
      this.#record = this.#splitFields()
        .map((value) => this.text(value))
        .join(this.text(this.variable('OFS')));
      this.#recordStale = false;
    }
    return this.#record;
  }

  /** `$index` */
  field(index: number): Value {
    checkIndex(index);
    if (index === 0) return fromInput(this.recordText());
    return this.#splitFields()[index - 1] ?? '';
  }

  /** `$index = value` */
  setField(index: number, value: Value): void {
    checkIndex(index);
    if (index === 0) {
      this.setRecord(this.text(value));
      return;
    }
    const fields = this.#splitFields();
    this.#resize(fields, Math.max(fields.length, index));
    fields[index - 1] = value;
    this.#recordStale = true;
  }

  /** @throws {Failure} of more fields than can be held */
  #resize(fields: Value[], count: number): void {
    if (count * FIELD_BYTES > LONGEST_TEXT) outOfMemory(this.#process);
    while (fields.length < count) fields.push('');
    fields.length = count;
  }

  /** Takes a text apart as `split` and records are. */
  split(text: string, separator: string): string[] {
    if (text === '') return [];
    if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/[ \t\n]+/);
    if (separator === '') return [...text];
    if (separator.length === 1 && separator !== '\\') return text.split(separator);
    return text.split(this.#nonCapturing(separator));
  }

  #nonCapturing(source: string): RegExp {
    // A group in the separator would put what it caught between the parts.
    const regex = this.regex(source);
    return safeRegExp(
      regex.source.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)/g, (part) => (part === '(' ? '(?:' : part)),
      regex.flags,
    );
  }

  /** A regular expression of the program, made once. */
  regex(source: string): RegExp {
    let regex = this.#regexes.get(source);
    if (regex === undefined) {
      regex = toPosixRegExp(source, { extended: true, global: true });
      this.#regexes.set(source, regex);
    }
    regex.lastIndex = 0;
    return regex;
  }

  /** The value of a variable; undefined where it never got one. */
  variable(name: string): Value | undefined {
    if (name === 'NF') return this.#splitFields().length;
    return (this.frame.params.has(name) ? this.frame : this.#globals).scalars.get(name);
  }

  /** `name = value` */
  setVariable(name: string, value: Value): void {
    if (name === 'NF') {
      const fields = this.#splitFields();
      this.#resize(fields, Math.max(0, Math.trunc(toNumber(value)) || 0));
      this.#recordStale = true;
      return;
    }
    // Fields are split with the separator of the time when the record was read.
    if (name === 'FS') this.#splitFields();
    (this.frame.params.has(name) ? this.frame : this.#globals).scalars.set(name, value);
  }

  /** An array, made where there is none yet. */
  array(name: string): Array_ {
    const frame = this.frame.params.has(name) ? this.frame : this.#globals;
    let array = frame.arrays.get(name);
    if (array === undefined) {
      array = new Map();
      frame.arrays.set(name, array);
    }
    return array;
  }

  /** `array[key] = value` @throws {Failure} */
  put(array: Array_, key: string, value: Value): void {
    if (!array.has(key)) this.#holding.add(ENTRY_BYTES + key.length);
    if (typeof value === 'string' && value.length > ENTRY_BYTES) this.#holding.add(value.length);
    array.set(key, value);
  }

  /** A text that was made longer. */
  grown(text: string): string {
    if (text.length > LONGEST_TEXT) outOfMemory(this.#process);
    return text;
  }

  /** What a value is as a text. @param format the variable with the form of numbers */
  text(value: Value | undefined, format = 'CONVFMT'): string {
    if (value === undefined) return '';
    if (typeof value === 'string') return value;
    if (typeof value === 'object') return value.text;
    if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value === 0 ? 0 : value);
    return this.format(this.text(this.#globals.scalars.get(format)), [value]);
  }

  /** True where a name is an array already. */
  isArray(name: string): boolean {
    return (this.frame.params.has(name) ? this.frame : this.#globals).arrays.has(name);
  }

  /** What `printf` writes. */
  format(format: string, values: readonly (Value | undefined)[]): string {
    let at = 0;
    let out = '';
    for (const part of splitFormat(format)) {
      if (typeof part === 'string') {
        out += part;
        continue;
      }
      const spec = conversion(part.spec, part.letter, () => toNumber(values[at++]));
      const value = values[at++];
      if ('dioxXu'.includes(part.letter)) {
        const number = toNumber(value);
        out += Number.isFinite(number)
          ? formatInteger(BigInt(Math.trunc(number)), spec)
          : formatText(String(number), spec);
      } else if ('eEfFgG'.includes(part.letter)) out += formatFloat(toNumber(value), spec);
      else if (part.letter === 'c')
        out += formatText(typeof value === 'number' ? String.fromCodePoint(value) : this.text(value).slice(0, 1), spec);
      else out += formatText(this.text(value), spec);
    }
    return out;
  }
}

/** @throws {Failure} */
function checkIndex(index: number): void {
  if (index < 0) throw new Failure('cmd. line:1: Access to negative field');
}
