import type { Process } from '@tabernetes/node-api';
import { Failure } from '../support/command.ts';
import { outOfMemory } from '../support/holding.ts';
import type { AwkFunction, AwkProgram, Expr, Rule, Statement } from './ast.ts';
import { type BuiltinDeps, callBuiltin } from './builtins.ts';
import { type Frame, Memory } from './memory.ts';
import { arithmetic, operate } from './operators.ts';
import { Streams } from './streams.ts';
import { fromInput, isTrue, toNumber, type Value } from './values.ts';

/** Turns of a loop before others have theirs, and see what it printed. */
const TURNS_PER_REST = 100;
/** Functions that call each other without an end use up the memory. */
const MOST_DEEP = 5000;

type Signal = 'break' | 'continue' | 'next' | 'nextfile' | 'exit' | 'return' | undefined;

/** Runs one awk program. */
export class Interpreter {
  readonly #process: Process;
  readonly #program: AwkProgram;
  readonly #memory: Memory;
  readonly #streams: Streams;
  readonly #builtins: BuiltinDeps;
  #depth = 0;
  #turns = 0;
  #returned: Value | undefined;

  constructor(process: Process, program: AwkProgram, operands: readonly string[]) {
    this.#process = process;
    this.#program = program;
    this.#memory = new Memory(process, operands);
    this.#streams = new Streams(process, this.#memory);
    this.#builtins = {
      process,
      memory: this.#memory,
      streams: this.#streams,
      evaluate: (expr) => this.#eval(expr),
      store: (target, value) => this.#store(target, value),
      state: { seed: 0 },
    };
  }

  /** A variable from the command line. */
  assign(name: string, text: string): void {
    this.#memory.assign(name, text);
  }

  /** @throws {Failure} once all that was printed before is written */
  async run(): Promise<number> {
    try {
      return await this.#run();
    } catch (error) {
      if (error instanceof Failure) await this.#streams.out.flush();
      throw error;
    }
  }

  async #run(): Promise<number> {
    const { rules } = this.#program;
    let signal: Signal;
    for (const rule of rules) {
      if (rule.pattern !== 'BEGIN' || rule.body === undefined) continue;
      signal = await this.#exec(rule.body);
      if (signal === 'exit') break;
    }
    const reads = rules.some(({ pattern }) => pattern !== 'BEGIN');
    while (reads && signal !== 'exit') {
      const line = await this.#streams.nextRecord();
      if (line === undefined) break;
      this.#memory.setRecord(line);
      signal = await this.#applyRules(rules);
      if (signal === 'nextfile') this.#streams.skipFile();
    }
    for (const rule of rules) {
      if (rule.pattern !== 'END' || rule.body === undefined) continue;
      if ((await this.#exec(rule.body)) === 'exit') break;
    }
    await this.#streams.closeAll();
    return this.#streams.exitCode;
  }

  async #applyRules(rules: readonly Rule[]): Promise<Signal> {
    for (const rule of rules) {
      if (rule.pattern === 'BEGIN' || rule.pattern === 'END') continue;
      if (!(await this.#selected(rule))) continue;
      if (rule.body === undefined)
        this.#streams.out.add(this.#memory.recordText() + this.#memory.text(this.#memory.variable('ORS')));
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

  async #key(keys: readonly Expr[]): Promise<string> {
    const parts: string[] = [];
    for (const key of keys) parts.push(this.#memory.text(await this.#eval(key)));
    return parts.join(this.#memory.text(this.#memory.variable('SUBSEP')));
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
          if (++this.#turns % TURNS_PER_REST === 0) {
            await this.#streams.out.flush();
            await this.#process.sleep(0);
          }
          const signal = await this.#exec(statement.body);
          if (signal === 'break') break;
          if (signal !== undefined && signal !== 'continue') return signal;
          if (statement.step !== undefined) await this.#exec(statement.step);
        }
        return undefined;
      }
      case 'each':
        for (const key of [...this.#memory.array(statement.array).keys()]) {
          this.#memory.setVariable(statement.variable, fromInput(key));
          const signal = await this.#exec(statement.body);
          if (signal === 'break') break;
          if (signal !== undefined && signal !== 'continue') return signal;
        }
        return undefined;
      case 'delete':
        if (statement.keys === undefined) this.#memory.array(statement.name).clear();
        else this.#memory.array(statement.name).delete(await this.#key(statement.keys));
        return undefined;
      case 'exit':
        if (statement.value !== undefined) this.#streams.exitCode = toNumber(await this.#eval(statement.value)) & 255;
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
    if (formatted) text = this.#memory.format(this.#memory.text(values[0]), values.slice(1));
    else {
      const shown =
        values.length === 0 ? [this.#memory.recordText()] : values.map((value) => this.#memory.text(value, 'OFMT'));
      text =
        shown.join(this.#memory.text(this.#memory.variable('OFS'))) + this.#memory.text(this.#memory.variable('ORS'));
    }
    if (to === undefined) {
      this.#streams.out.add(text);
      return;
    }
    await this.#streams.write(text, redirect, this.#memory.text(await this.#eval(to)));
  }

  // Expressions

  async #eval(expr: Expr): Promise<Value | undefined> {
    switch (expr.op) {
      case 'number':
      case 'string':
        return expr.value;
      case 'regex':
        return this.#memory.regex(expr.source).test(this.#memory.recordText()) ? 1 : 0;
      case 'variable':
        return this.#memory.variable(expr.name);
      case 'field':
        return this.#memory.field(Math.trunc(toNumber(await this.#eval(expr.index))));
      case 'element': {
        const array = this.#memory.array(expr.name);
        const key = await this.#key(expr.keys);
        const value = array.get(key);
        if (value === undefined && !array.has(key)) this.#memory.put(array, key, { text: '', looks: 0 });
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
        return this.#memory.array(expr.name).has(await this.#key(expr.keys)) ? 1 : 0;
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
      const source = right.op === 'regex' ? right.source : this.#memory.text(await this.#eval(right));
      return this.#memory.regex(source).test(this.#memory.text(a)) === (operator === '~') ? 1 : 0;
    }
    const b = await this.#eval(right);
    if (operator === ' ') return this.#memory.grown(this.#memory.text(a) + this.#memory.text(b));
    return operate(operator, a, b, (value) => this.#memory.text(value));
  }

  async #store(target: Expr, value: Value): Promise<void> {
    if (target.op === 'variable') this.#memory.setVariable(target.name, value);
    else if (target.op === 'field') this.#memory.setField(Math.trunc(toNumber(await this.#eval(target.index))), value);
    else if (target.op === 'element')
      this.#memory.put(this.#memory.array(target.name), await this.#key(target.keys), value);
  }

  async #getline({ target, source, pipe }: Expr & { op: 'getline' }): Promise<Value> {
    let line: string | undefined;
    if (source === undefined) line = await this.#streams.nextRecord();
    else {
      const queue = await this.#streams.source(this.#memory.text(await this.#eval(source)), pipe);
      if (queue === undefined) return -1;
      line = await queue.next('\n', () => this.#streams.out.flush());
      if (line !== undefined && pipe) this.#memory.setVariable('NR', toNumber(this.#memory.variable('NR')) + 1);
    }
    if (line === undefined) return 0;
    if (target === undefined) this.#memory.setRecord(line);
    else await this.#store(target, fromInput(line));
    return 1;
  }

  #call(name: string, args: readonly Expr[]): Promise<Value | undefined> {
    const own = this.#program.functions.get(name);
    return own === undefined ? callBuiltin(this.#builtins, name, args) : this.#callOwn(own, args);
  }

  async #callOwn({ params, body }: AwkFunction, args: readonly Expr[]): Promise<Value | undefined> {
    const frame: Frame = { scalars: new Map(), arrays: new Map(), params: new Set(params) };
    for (const [i, param] of params.entries()) {
      const arg = args[i];
      if (arg === undefined) continue;
      // A bare name may be an array, which is passed by reference; one that is nothing yet may become one.
      if (arg.op === 'variable' && (this.#memory.isArray(arg.name) || this.#memory.variable(arg.name) === undefined))
        frame.arrays.set(param, this.#memory.array(arg.name));
      if (arg.op !== 'variable' || !this.#memory.isArray(arg.name) || this.#memory.variable(arg.name) !== undefined)
        frame.scalars.set(param, await this.#eval(arg));
    }
    const outer = this.#memory.frame;
    this.#memory.frame = frame;
    this.#returned = undefined;
    if (++this.#depth > MOST_DEEP) outOfMemory(this.#process);
    if (++this.#turns % TURNS_PER_REST === 0) await this.#process.sleep(0);
    await this.#exec(body);
    this.#depth--;
    this.#memory.frame = outer;
    const returned = this.#returned;
    this.#returned = undefined;
    return returned;
  }
}
