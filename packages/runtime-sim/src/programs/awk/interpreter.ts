import type { ChildProcess, OutputStream, Process } from '@tabernetes/node-api';
import { attempt, Failure } from '../support/command.ts';
import { formatDate } from '../support/date-format.ts';
import { conversion, formatFloat, formatInteger, formatText, splitFormat } from '../support/format.ts';
import { Holding, LONGEST_TEXT, outOfMemory } from '../support/holding.ts';
import { LineReader, Output, openBytes, splitLines } from '../support/input.ts';
import { safeRegExp } from '../support/linear-regexp.ts';
import { toPosixRegExp } from '../support/posix-regex.ts';
import type { AwkFunction, AwkProgram, Expr, Rule, Statement } from './ast.ts';
import { childPipe, LineQueue } from './pipes.ts';
import { compareValues, fromInput, isTrue, toNumber, type Value } from './values.ts';

type Array_ = Map<string, Value>;
/** Turns of a loop before others have theirs. */
const TURNS_PER_REST = 100;
/** What an entry of an array takes beside its texts. */
const ENTRY_BYTES = 64;
/** Functions that call each other without an end use up the memory. */
const MOST_DEEP = 5000;

type Signal = 'break' | 'continue' | 'next' | 'nextfile' | 'exit' | 'return' | undefined;

interface Frame {
  readonly scalars: Map<string, Value | undefined>;
  readonly arrays: Map<string, Array_>;
  readonly params: ReadonlySet<string>;
}

interface Sink {
  readonly stream: OutputStream;
  readonly out: Output;
  readonly child: ChildProcess | undefined;
}

const NUMERIC_BUILTINS: Readonly<Record<string, (x: number, y: number) => number>> = {
  int: (x) => Math.trunc(x),
  sqrt: (x) => Math.sqrt(x),
  exp: (x) => Math.exp(x),
  log: (x) => Math.log(x),
  sin: (x) => Math.sin(x),
  cos: (x) => Math.cos(x),
  atan2: (x, y) => Math.atan2(x, y),
  and: (x, y) => Number(BigInt(x) & BigInt(y)),
  or: (x, y) => Number(BigInt(x) | BigInt(y)),
  xor: (x, y) => Number(BigInt(x) ^ BigInt(y)),
  lshift: (x, y) => x * 2 ** y,
  rshift: (x, y) => Math.floor(x / 2 ** y),
};

/** Runs one awk program. */
export class Interpreter {
  readonly #process: Process;
  readonly #holding: Holding;
  #depth = 0;
  #turns = 0;
  readonly #program: AwkProgram;
  readonly #globals: Frame = { scalars: new Map(), arrays: new Map(), params: new Set() };
  #frame: Frame;
  #record = '';
  #fields: Value[] | undefined = [];
  #recordStale = false;
  readonly #out: Output;
  readonly #sinks = new Map<string, Sink>();
  readonly #sources = new Map<string, LineQueue>();
  readonly #regexes = new Map<string, RegExp>();
  #main: LineQueue | undefined;
  #operand = 1;
  #usedOperand = false;
  #exitCode = 0;
  #returned: Value | undefined;
  #seed = 0;

  constructor(process: Process, program: AwkProgram, operands: readonly string[]) {
    this.#process = process;
    this.#holding = new Holding(process);
    this.#program = program;
    this.#frame = this.#globals;
    this.#out = new Output(process.stdout);
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
    this.#setVariable(name, fromInput(text));
  }

  async run(): Promise<number> {
    const { rules } = this.#program;
    let signal: Signal;
    for (const rule of rules) {
      if (rule.pattern !== 'BEGIN' || rule.body === undefined) continue;
      signal = await this.#exec(rule.body);
      if (signal === 'exit') break;
    }
    const reads = rules.some(({ pattern }) => pattern !== 'BEGIN');
    while (reads && signal !== 'exit') {
      const line = await this.#nextRecord();
      if (line === undefined) break;
      this.#setRecord(line);
      signal = await this.#applyRules(rules);
      if (signal === 'nextfile') this.#main = undefined;
    }
    for (const rule of rules) {
      if (rule.pattern !== 'END' || rule.body === undefined) continue;
      if ((await this.#exec(rule.body)) === 'exit') break;
    }
    await this.#out.flush();
    for (const name of [...this.#sinks.keys()]) await this.#close(name);
    return this.#exitCode;
  }

  async #applyRules(rules: readonly Rule[]): Promise<Signal> {
    for (const rule of rules) {
      if (rule.pattern === 'BEGIN' || rule.pattern === 'END') continue;
      if (!(await this.#selected(rule))) continue;
      if (rule.body === undefined) this.#out.add(this.#recordText() + this.#text(this.#variable('ORS')));
      else {
        const signal = await this.#exec(rule.body);
        if (signal === 'next') return undefined;
        if (signal === 'exit' || signal === 'nextfile') return signal;
      }
    }
    return undefined;
  }

  async #selected(rule: Rule): Promise<boolean> {
    if (rule.pattern === undefined || typeof rule.pattern === 'string') return true;
    if (rule.until === undefined) return isTrue(await this.#eval(rule.pattern));
    if (!rule.open && !isTrue(await this.#eval(rule.pattern))) return false;
    rule.open = !isTrue(await this.#eval(rule.until));
    return true;
  }

  /** The next record of the operands, or of the standard input when there is none. */
  async #nextRecord(): Promise<string | undefined> {
    for (;;) {
      if (this.#main === undefined && !(await this.#openNext())) return undefined;
      const record = await this.#main?.next(this.#text(this.#variable('RS')), () => this.#out.flush());
      if (record === undefined) {
        this.#main = undefined;
        continue;
      }
      this.#setVariable('NR', toNumber(this.#variable('NR')) + 1);
      this.#setVariable('FNR', toNumber(this.#variable('FNR')) + 1);
      return record;
    }
  }

  async #openNext(): Promise<boolean> {
    const argv = this.#globals.arrays.get('ARGV');
    while (this.#operand < toNumber(this.#variable('ARGC'))) {
      const path = this.#text(argv?.get(String(this.#operand++)));
      const assignment = /^([A-Za-z_]\w*)=(.*)$/s.exec(path);
      if (path === '') continue;
      if (assignment !== null) {
        this.assign(assignment[1] ?? '', assignment[2] ?? '');
        continue;
      }
      this.#usedOperand = true;
      const opened = attempt(() => openBytes(this.#process, path));
      if ('error' in opened) {
        await this.#out.flush();
        await this.#process.stderr.write(`awk: ${path}: ${opened.error.message}\n`);
        this.#exitCode = 1;
        continue;
      }
      this.#main = new LineQueue(new LineReader(opened.value));
      this.#setVariable('FILENAME', path);
      this.#setVariable('FNR', 0);
      return true;
    }
    if (this.#usedOperand) return false;
    this.#usedOperand = true;
    this.#main = new LineQueue(new LineReader(this.#process.stdin));
    return true;
  }

  // Records and fields

  #setRecord(text: string): void {
    this.#record = text;
    this.#fields = undefined;
    this.#recordStale = false;
  }

  #splitFields(): Value[] {
    if (this.#fields === undefined)
      this.#fields = this.#split(this.#record, this.#text(this.#globals.scalars.get('FS'))).map(fromInput);
    return this.#fields;
  }

  #recordText(): string {
    if (this.#recordStale) {
      this.#record = this.#splitFields()
        .map((value) => this.#text(value))
        .join(this.#text(this.#variable('OFS')));
      this.#recordStale = false;
    }
    return this.#record;
  }

  #field(index: number): Value {
    if (index === 0) return fromInput(this.#recordText());
    return this.#splitFields()[index - 1] ?? '';
  }

  #setField(index: number, value: Value): void {
    if (index === 0) {
      this.#setRecord(this.#text(value));
      return;
    }
    const fields = this.#splitFields();
    while (fields.length < index) fields.push('');
    fields[index - 1] = value;
    this.#recordStale = true;
  }

  #split(text: string, separator: string): string[] {
    if (text === '') return [];
    if (separator === ' ') return text.trim() === '' ? [] : text.trim().split(/[ \t\n]+/);
    if (separator === '') return [...text];
    if (separator.length === 1 && separator !== '\\') return text.split(separator);
    return text.split(this.#nonCapturing(separator));
  }

  #nonCapturing(source: string): RegExp {
    // A group in the separator would put what it caught between the parts.
    const regex = this.#regex(source);
    return safeRegExp(
      regex.source.replace(/\\.|\[(?:\\.|[^\]\\])*\]|\((?!\?)/g, (part) => (part === '(' ? '(?:' : part)),
      regex.flags,
    );
  }

  #regex(source: string): RegExp {
    let regex = this.#regexes.get(source);
    if (regex === undefined) {
      regex = toPosixRegExp(source, { extended: true, global: true });
      this.#regexes.set(source, regex);
    }
    regex.lastIndex = 0;
    return regex;
  }

  // Variables

  #variable(name: string): Value | undefined {
    if (name === 'NF') return this.#splitFields().length;
    return (this.#frame.params.has(name) ? this.#frame : this.#globals).scalars.get(name);
  }

  #setVariable(name: string, value: Value): void {
    if (name === 'NF') {
      const fields = this.#splitFields();
      const count = toNumber(value);
      while (fields.length < count) fields.push('');
      fields.length = count;
      this.#recordStale = true;
      return;
    }
    // Fields are split with the separator of the time when the record was read.
    if (name === 'FS') this.#splitFields();
    (this.#frame.params.has(name) ? this.#frame : this.#globals).scalars.set(name, value);
  }

  #array(name: string): Array_ {
    const frame = this.#frame.params.has(name) ? this.#frame : this.#globals;
    let array = frame.arrays.get(name);
    if (array === undefined) {
      array = new Map();
      frame.arrays.set(name, array);
    }
    return array;
  }

  #put(array: Array_, key: string, value: Value): void {
    if (!array.has(key)) this.#holding.add(ENTRY_BYTES + key.length);
    if (typeof value === 'string' && value.length > ENTRY_BYTES) this.#holding.add(value.length);
    array.set(key, value);
  }

  /** A text that was made longer. */
  #grown(text: string): string {
    if (text.length > LONGEST_TEXT) outOfMemory(this.#process);
    return text;
  }

  #text(value: Value | undefined, format = 'CONVFMT'): string {
    if (value === undefined) return '';
    if (typeof value === 'string') return value;
    if (typeof value === 'object') return value.text;
    if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value === 0 ? 0 : value);
    return this.#format(this.#text(this.#globals.scalars.get(format)), [value]);
  }

  async #key(keys: readonly Expr[]): Promise<string> {
    const parts: string[] = [];
    for (const key of keys) parts.push(this.#text(await this.#eval(key)));
    return parts.join(this.#text(this.#variable('SUBSEP')));
  }

  // Statements

  async #exec(statement: Statement): Promise<Signal> {
    switch (statement.do) {
      case 'expr':
        await this.#eval(statement.expr);
        return undefined;
      case 'print':
        await this.#print(statement);
        return undefined;
      case 'block':
        for (const part of statement.body) {
          const signal = await this.#exec(part);
          if (signal !== undefined) return signal;
        }
        return undefined;
      case 'if':
        if (isTrue(await this.#eval(statement.test))) return this.#exec(statement.yes);
        return statement.no === undefined ? undefined : this.#exec(statement.no);
      case 'for': {
        if (statement.start !== undefined) await this.#exec(statement.start);
        for (
          let first = statement.bodyFirst;
          first || statement.test === undefined || isTrue(await this.#eval(statement.test));
          first = false
        ) {
          // A loop that waits for nothing would let nobody else do anything.
          if (++this.#turns % TURNS_PER_REST === 0) await this.#process.sleep(0);
          const signal = await this.#exec(statement.body);
          if (signal === 'break') break;
          if (signal !== undefined && signal !== 'continue') return signal;
          if (statement.step !== undefined) await this.#exec(statement.step);
        }
        return undefined;
      }
      case 'each':
        for (const key of [...this.#array(statement.array).keys()]) {
          this.#setVariable(statement.variable, fromInput(key));
          const signal = await this.#exec(statement.body);
          if (signal === 'break') break;
          if (signal !== undefined && signal !== 'continue') return signal;
        }
        return undefined;
      case 'delete':
        if (statement.keys === undefined) this.#array(statement.name).clear();
        else this.#array(statement.name).delete(await this.#key(statement.keys));
        return undefined;
      case 'exit':
        if (statement.value !== undefined) this.#exitCode = toNumber(await this.#eval(statement.value)) & 255;
        return 'exit';
      case 'return':
        this.#returned = statement.value === undefined ? undefined : await this.#eval(statement.value);
        return 'return';
      default:
        return statement.do;
    }
  }

  async #print({ formatted, args, redirect, to }: Statement & { do: 'print' }): Promise<void> {
    const values: (Value | undefined)[] = [];
    for (const arg of args) values.push(await this.#eval(arg));
    let text: string;
    if (formatted) text = this.#format(this.#text(values[0]), values.slice(1));
    else {
      const shown = values.length === 0 ? [this.#recordText()] : values.map((value) => this.#text(value, 'OFMT'));
      text = shown.join(this.#text(this.#variable('OFS'))) + this.#text(this.#variable('ORS'));
    }
    if (to === undefined) {
      this.#out.add(text);
      return;
    }
    const name = this.#text(await this.#eval(to));
    if (name === '/dev/stdout' || name === '-') this.#out.add(text);
    else if (name === '/dev/stderr') await this.#process.stderr.write(text);
    else {
      const sink = this.#sinks.get(name) ?? (await this.#openSink(name, redirect));
      sink.out.add(text);
      await sink.out.flush();
    }
  }

  async #openSink(name: string, redirect: string): Promise<Sink> {
    const { fs } = this.#process;
    await this.#out.flush();
    let sink: Sink;
    if (redirect === '|') {
      const { stream, input } = childPipe();
      sink = { stream, out: new Output(stream), child: this.#process.spawn(['/bin/sh', '-c', name], { stdin: input }) };
    } else {
      if (redirect === '>') fs.writeFile(name, '');
      const stream: OutputStream = {
        write: async (chunk) => fs.writeFile(name, chunk, { append: true }),
        close: () => undefined,
      };
      sink = { stream, out: new Output(stream), child: undefined };
    }
    this.#sinks.set(name, sink);
    return sink;
  }

  async #close(name: string): Promise<number> {
    const sink = this.#sinks.get(name);
    this.#sinks.delete(name);
    const had = this.#sources.delete(name);
    if (sink === undefined) return had ? 0 : -1;
    sink.stream.close();
    return sink.child === undefined ? 0 : sink.child.exited;
  }

  // Expressions

  async #eval(expr: Expr): Promise<Value | undefined> {
    switch (expr.op) {
      case 'number':
      case 'string':
        return expr.value;
      case 'regex':
        return this.#regex(expr.source).test(this.#recordText()) ? 1 : 0;
      case 'variable':
        return this.#variable(expr.name);
      case 'field':
        return this.#field(toNumber(await this.#eval(expr.index)));
      case 'element': {
        const array = this.#array(expr.name);
        const key = await this.#key(expr.keys);
        const value = array.get(key);
        if (value === undefined && !array.has(key)) this.#put(array, key, { text: '', looks: 0 });
        return value ?? { text: '', looks: 0 };
      }
      case 'assign': {
        const right = await this.#eval(expr.value);
        const value =
          expr.operator === ''
            ? (right ?? '')
            : arithmetic(expr.operator, toNumber(await this.#eval(expr.target)), toNumber(right));
        await this.#store(expr.target, value);
        return value;
      }
      case 'step': {
        const before = toNumber(await this.#eval(expr.target));
        await this.#store(expr.target, before + expr.by);
        return expr.before ? before + expr.by : before;
      }
      case 'unary': {
        const value = await this.#eval(expr.value);
        if (expr.operator === '!') return isTrue(value) ? 0 : 1;
        return expr.operator === '-' ? -toNumber(value) : toNumber(value);
      }
      case 'binary':
        return this.#binary(expr);
      case 'choice':
        return this.#eval(isTrue(await this.#eval(expr.test)) ? expr.yes : expr.no);
      case 'in':
        return this.#array(expr.name).has(await this.#key(expr.keys)) ? 1 : 0;
      case 'group': {
        let value: Value | undefined;
        for (const item of expr.items) value = await this.#eval(item);
        return value;
      }
      case 'getline':
        return this.#getline(expr);
      default:
        return this.#call(expr.name, expr.args);
    }
  }

  async #binary({ operator, left, right }: Expr & { op: 'binary' }): Promise<Value> {
    if (operator === '&&') return isTrue(await this.#eval(left)) && isTrue(await this.#eval(right)) ? 1 : 0;
    if (operator === '||') return isTrue(await this.#eval(left)) || isTrue(await this.#eval(right)) ? 1 : 0;
    const a = await this.#eval(left);
    if (operator === '~' || operator === '!~') {
      const source = right.op === 'regex' ? right.source : this.#text(await this.#eval(right));
      return this.#regex(source).test(this.#text(a)) === (operator === '~') ? 1 : 0;
    }
    const b = await this.#eval(right);
    if (operator === ' ') return this.#grown(this.#text(a) + this.#text(b));
    const order = (): number => compareValues(a, b, (value) => this.#text(value));
    switch (operator) {
      case '<':
        return order() < 0 ? 1 : 0;
      case '<=':
        return order() <= 0 ? 1 : 0;
      case '==':
        return order() === 0 ? 1 : 0;
      case '!=':
        return order() !== 0 ? 1 : 0;
      case '>':
        return order() > 0 ? 1 : 0;
      case '>=':
        return order() >= 0 ? 1 : 0;
      default:
        return arithmetic(operator, toNumber(a), toNumber(b));
    }
  }

  async #store(target: Expr, value: Value): Promise<void> {
    if (target.op === 'variable') this.#setVariable(target.name, value);
    else if (target.op === 'field') this.#setField(toNumber(await this.#eval(target.index)), value);
    else if (target.op === 'element') this.#put(this.#array(target.name), await this.#key(target.keys), value);
  }

  async #getline({ target, source, pipe }: Expr & { op: 'getline' }): Promise<Value> {
    let line: string | undefined;
    if (source === undefined) line = await this.#nextRecord();
    else {
      const name = this.#text(await this.#eval(source));
      let queue = this.#sources.get(name);
      if (queue === undefined) {
        await this.#out.flush();
        if (pipe) {
          const pieces: string[] = [];
          const stdout: OutputStream = {
            write: async (chunk) => {
              pieces.push(typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk));
            },
            close: () => undefined,
          };
          await this.#process.spawn(['/bin/sh', '-c', name], { stdout }).exited;
          queue = LineQueue.of(splitLines(pieces.join('')).lines);
        } else {
          const opened = attempt(() => openBytes(this.#process, name));
          if ('error' in opened) return -1;
          queue = new LineQueue(new LineReader(opened.value));
        }
        this.#sources.set(name, queue);
      }
      line = await queue.next('\n', () => this.#out.flush());
      if (line !== undefined && pipe) this.#setVariable('NR', toNumber(this.#variable('NR')) + 1);
    }
    if (line === undefined) return 0;
    if (target === undefined) this.#setRecord(line);
    else await this.#store(target, fromInput(line));
    return 1;
  }

  async #call(name: string, args: readonly Expr[]): Promise<Value | undefined> {
    const own = this.#program.functions.get(name);
    if (own !== undefined) return this.#callOwn(own, args);
    const [first, second, third] = args;
    const value = async (arg: Expr | undefined): Promise<Value | undefined> =>
      arg === undefined ? undefined : this.#eval(arg);
    const text = async (arg: Expr | undefined): Promise<string> => this.#text(await value(arg));
    const source = async (arg: Expr | undefined): Promise<string> => (arg?.op === 'regex' ? arg.source : text(arg));
    const numeric = NUMERIC_BUILTINS[name];
    if (numeric !== undefined) return numeric(toNumber(await value(first)), toNumber(await value(second)));
    switch (name) {
      case 'length':
        if (first?.op === 'variable' && this.#isArray(first.name)) return this.#array(first.name).size;
        return [...(first === undefined ? this.#recordText() : await text(first))].length;
      case 'substr': {
        const whole = await text(first);
        const from = Math.round(toNumber(await value(second)));
        const end = third === undefined ? Number.POSITIVE_INFINITY : from + Math.round(toNumber(await value(third)));
        return whole.slice(Math.max(0, from - 1), Math.max(0, end - 1));
      }
      case 'index':
        return (await text(first)).indexOf(await text(second)) + 1;
      case 'tolower':
        return (await text(first)).toLowerCase();
      case 'toupper':
        return (await text(first)).toUpperCase();
      case 'split': {
        const whole = await text(first);
        const separator = third === undefined ? this.#text(this.#variable('FS')) : await source(third);
        const array = this.#array(second?.op === 'variable' ? second.name : '');
        array.clear();
        const parts = this.#split(whole, separator);
        parts.forEach((part, i) => {
          array.set(String(i + 1), fromInput(part));
        });
        return parts.length;
      }
      case 'sub':
      case 'gsub':
        return this.#replace(
          await source(first),
          await text(second),
          third ?? { op: 'field', index: { op: 'number', value: 0 } },
          name === 'gsub',
        );
      case 'match': {
        const match = this.#regex(await source(second)).exec(await text(first));
        this.#setVariable('RSTART', match === null ? 0 : match.index + 1);
        this.#setVariable('RLENGTH', match === null ? -1 : match[0].length);
        if (third?.op === 'variable')
          for (const [i, part] of (match ?? []).entries())
            this.#array(third.name).set(String(i), fromInput(part ?? ''));
        return match === null ? 0 : match.index + 1;
      }
      case 'sprintf': {
        const values: (Value | undefined)[] = [];
        for (const arg of args.slice(1)) values.push(await this.#eval(arg));
        return this.#format(await text(first), values);
      }
      case 'system': {
        await this.#out.flush();
        return this.#process.spawn(['/bin/sh', '-c', await text(first)]).exited;
      }
      case 'close':
        return this.#close(await text(first));
      case 'fflush':
        await this.#out.flush();
        return 0;
      case 'rand':
        return this.#process.rng.float();
      case 'srand': {
        const before = this.#seed;
        this.#seed = first === undefined ? Math.floor(this.#process.now() / 1000) : toNumber(await value(first));
        return before;
      }
      case 'systime':
        return Math.floor(this.#process.now() / 1000);
      case 'strftime':
        return formatDate(
          first === undefined ? '%a %b %e %H:%M:%S UTC %Y' : await text(first),
          second === undefined ? this.#process.now() : toNumber(await value(second)) * 1000,
        );
      default:
        throw new Failure(`cmd. line:1: Call to undefined function`);
    }
  }

  #isArray(name: string): boolean {
    return (this.#frame.params.has(name) ? this.#frame : this.#globals).arrays.has(name);
  }

  async #callOwn({ params, body }: AwkFunction, args: readonly Expr[]): Promise<Value | undefined> {
    const frame: Frame = { scalars: new Map(), arrays: new Map(), params: new Set(params) };
    for (const [i, param] of params.entries()) {
      const arg = args[i];
      if (arg === undefined) continue;
      // A bare name may be an array, which is passed by reference; one that is nothing yet may become one.
      if (arg.op === 'variable' && (this.#isArray(arg.name) || this.#variable(arg.name) === undefined))
        frame.arrays.set(param, this.#array(arg.name));
      if (arg.op !== 'variable' || !this.#isArray(arg.name) || this.#variable(arg.name) !== undefined)
        frame.scalars.set(param, await this.#eval(arg));
    }
    const outer = this.#frame;
    this.#frame = frame;
    this.#returned = undefined;
    if (++this.#depth > MOST_DEEP) outOfMemory(this.#process);
    if (++this.#turns % TURNS_PER_REST === 0) await this.#process.sleep(0);
    await this.#exec(body);
    this.#depth--;
    this.#frame = outer;
    const returned = this.#returned;
    this.#returned = undefined;
    return returned;
  }

  async #replace(source: string, replacement: string, target: Expr, all: boolean): Promise<number> {
    const text = this.#text(await this.#eval(target));
    let count = 0;
    const regex = this.#regex(source);
    const replaced = text.replace(all ? regex : safeRegExp(regex.source, regex.flags.replace('g', '')), (match) => {
      count++;
      return replacement.replace(/\\\\|\\&|&/g, (part) => (part === '&' ? match : (part[1] ?? '')));
    });
    if (count > 0) await this.#store(target, this.#grown(replaced));
    return count;
  }

  #format(format: string, values: readonly (Value | undefined)[]): string {
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
        out += formatText(
          typeof value === 'number' ? String.fromCodePoint(value) : this.#text(value).slice(0, 1),
          spec,
        );
      else out += formatText(this.#text(value), spec);
    }
    return out;
  }
}

function arithmetic(operator: string, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      if (b === 0) throw new Failure('cmd. line:1: Division by zero');
      return a / b;
    case '%':
      return a % b;
    default:
      return a ** b;
  }
}
