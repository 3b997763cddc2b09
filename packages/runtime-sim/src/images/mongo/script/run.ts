import type { Steps } from '../../../shell/drive.ts';
import type { Expr, FunctionExpr, Item, Statement, Target } from './ast.ts';
import { member, setMember } from './members.ts';
import { keysOf, operate } from './operate.ts';
import { Scope } from './scope.ts';
import {
  failure,
  HostObject,
  isTrue,
  ScriptFunction,
  ScriptObject,
  Thrown,
  toNumber,
  toText,
  typeOf,
  type Value,
} from './values.ts';

export interface RunOptions {
  /** Lets others go on, and is interrupted when the process is killed. */
  readonly rest: () => Promise<void>;
  readonly order: (verb: 'use' | 'show', word: string) => Promise<Value>;
}

type Signal = { readonly kind: 'break' | 'continue' } | { readonly kind: 'return'; readonly value: Value } | undefined;

const STEPS_PER_REST = 2000;
/** Deeper than this the host's own stack would be at risk. */
const MAX_DEPTH = 400;

/** Runs the statements of a script. One runner for each script: it counts the steps. */
export class Runner {
  /** What the last expression of the script gave. */
  last: Value;
  #steps = 0;
  #depth = 0;
  readonly #options: RunOptions;

  constructor(options: RunOptions) {
    this.#options = options;
  }

  /** @throws {Thrown} @throws {Quit} */
  *script(body: readonly Statement[], scope: Scope): Steps<Value> {
    yield* this.#list(body, scope);
    return this.last;
  }

  *#list(body: readonly Statement[], scope: Scope): Steps<Signal> {
    for (const statement of body)
      if (statement.op === 'function')
        scope.declare(statement.definition.name, this.#function(statement.definition, scope));
    for (const statement of body) {
      const signal = yield* this.#statement(statement, scope);
      if (signal !== undefined) return signal;
    }
    return undefined;
  }

  *#statement(statement: Statement, scope: Scope): Steps<Signal> {
    switch (statement.op) {
      case 'expression':
        this.last = yield* this.#eval(statement.value, scope);
        return undefined;
      case 'declare':
        for (const { name, value } of statement.bindings) {
          const given = value === undefined ? undefined : yield* this.#eval(value, scope);
          if (statement.kind !== 'var') scope.declare(name, given, statement.kind === 'const');
          else if (value !== undefined || !scope.has(name)) scope.declareVariable(name, given);
        }
        return undefined;
      case 'block':
        return yield* this.#list(statement.body, new Scope(scope));
      case 'if': {
        const branch = isTrue(yield* this.#eval(statement.test, scope)) ? statement.yes : statement.no;
        return branch === undefined ? undefined : yield* this.#statement(branch, scope);
      }
      case 'loop': {
        const { test, body, bodyFirst } = statement;
        for (let first = true; (first && bodyFirst) || isTrue(yield* this.#eval(test, scope)); first = false) {
          const signal = yield* this.#turn(body, scope);
          if (signal?.kind === 'break') break;
          if (signal?.kind === 'return') return signal;
        }
        return undefined;
      }
      case 'for':
        return yield* this.#for(statement, new Scope(scope));
      case 'each': {
        const over = yield* this.#eval(statement.over, scope);
        for (const value of statement.kind === 'of' ? yield* items(over) : keysOf(over)) {
          const inner = new Scope(scope);
          inner.declare(statement.name, value);
          const signal = yield* this.#turn(statement.body, inner);
          if (signal?.kind === 'break') break;
          if (signal?.kind === 'return') return signal;
        }
        return undefined;
      }
      case 'return': {
        const value = statement.value === undefined ? undefined : yield* this.#eval(statement.value, scope);
        return { kind: 'return', value };
      }
      case 'jump':
        return { kind: statement.kind };
      case 'throw':
        throw new Thrown(yield* this.#eval(statement.value, scope));
      case 'try':
        return yield* this.#try(statement, scope);
      case 'order':
        this.last = (yield this.#options.order(statement.verb, statement.word)) as Value;
        return undefined;
      default:
        return undefined;
    }
  }

  *#for({ start, test, step, body }: Extract<Statement, { op: 'for' }>, scope: Scope): Steps<Signal> {
    if (start !== undefined) yield* this.#statement(start, scope);
    while (test === undefined || isTrue(yield* this.#eval(test, scope))) {
      const signal = yield* this.#turn(body, scope);
      if (signal?.kind === 'break') break;
      if (signal?.kind === 'return') return signal;
      if (step !== undefined) yield* this.#eval(step, scope);
    }
    return undefined;
  }

  *#try(statement: Extract<Statement, { op: 'try' }>, scope: Scope): Steps<Signal> {
    let signal: Signal;
    try {
      signal = yield* this.#list(statement.body, new Scope(scope));
    } catch (error) {
      if (!(error instanceof Thrown) || statement.handler === undefined) throw error;
      const inner = new Scope(scope);
      if (statement.name !== undefined) inner.declare(statement.name, error.value);
      signal = yield* this.#list(statement.handler, inner);
    } finally {
      if (statement.last !== undefined) {
        const last = yield* this.#list(statement.last, new Scope(scope));
        signal = last ?? signal;
      }
    }
    return signal;
  }

  *#turn(body: Statement, scope: Scope): Steps<Signal> {
    yield* this.#rest();
    return yield* this.#statement(body, scope);
  }

  *#rest(): Steps<void> {
    if (++this.#steps % STEPS_PER_REST === 0) yield this.#options.rest();
  }

  #function({ name, params, body }: FunctionExpr, scope: Scope): ScriptFunction {
    const run = this.#call.bind(this);
    return new ScriptFunction(name, (args) => run(params, body, args, scope));
  }

  *#call(params: readonly string[], body: readonly Statement[], args: readonly Value[], outer: Scope): Steps<Value> {
    if (this.#depth >= MAX_DEPTH) throw failure('RangeError', 'Maximum call stack size exceeded');
    yield* this.#rest();
    const scope = new Scope(outer, true);
    for (const [index, param] of params.entries()) scope.declare(param, args[index]);
    this.#depth++;
    try {
      const signal = yield* this.#list(body, scope);
      return signal?.kind === 'return' ? signal.value : undefined;
    } finally {
      this.#depth--;
    }
  }

  *#eval(expr: Expr, scope: Scope): Steps<Value> {
    switch (expr.op) {
      case 'literal':
        return expr.value;
      case 'name':
        return scope.read(expr.name);
      case 'template': {
        let text = expr.texts[0] ?? '';
        for (const [index, part] of expr.parts.entries())
          text += toText(yield* this.#eval(part, scope)) + (expr.texts[index + 1] ?? '');
        return text;
      }
      case 'array':
        return yield* this.#items(expr.items, scope);
      case 'object': {
        const made = new ScriptObject();
        for (const { key, value } of expr.entries) {
          const given = yield* this.#eval(value, scope);
          if (key !== undefined) made.entries.set(toText(yield* this.#eval(key, scope)), given);
          else if (given instanceof ScriptObject)
            for (const [name, each] of given.entries) made.entries.set(name, each);
        }
        return made;
      }
      case 'function':
        return this.#function(expr, scope);
      case 'unary':
        return yield* this.#unary(expr, scope);
      case 'step': {
        const before = toNumber(yield* this.#eval(expr.target, scope));
        yield* this.#store(expr.target, before + expr.by, scope);
        return expr.before ? before + expr.by : before;
      }
      case 'binary':
        return yield* this.#binary(expr.operator, expr.left, expr.right, scope);
      case 'assign': {
        const { operator, target, value } = expr;
        const given =
          operator === '' ? yield* this.#eval(value, scope) : yield* this.#binary(operator, target, value, scope);
        yield* this.#store(target, given, scope);
        return given;
      }
      case 'choice':
        return yield* this.#eval(isTrue(yield* this.#eval(expr.test, scope)) ? expr.yes : expr.no, scope);
      case 'member': {
        const of = yield* this.#eval(expr.of, scope);
        if (expr.optional && (of === undefined || of === null)) return undefined;
        return member(of, yield* this.#key(expr.key, scope));
      }
      case 'call':
        return yield* this.#invoke(expr, scope);
    }
  }

  *#invoke({ callee, args, isNew, optional }: Extract<Expr, { op: 'call' }>, scope: Scope): Steps<Value> {
    const called = yield* this.#eval(callee, scope);
    if (called === undefined && (optional || (callee.op === 'member' && callee.optional))) return undefined;
    if (!(called instanceof ScriptFunction))
      throw failure('TypeError', `${source(callee)} is not a ${isNew ? 'constructor' : 'function'}`);
    const given = yield* this.#items(args, scope);
    return yield* isNew && called.make !== undefined ? called.make(given) : called.call(given);
  }

  *#items(list: readonly Item[], scope: Scope): Steps<Value[]> {
    const values: Value[] = [];
    for (const { spread, value } of list) {
      const given = yield* this.#eval(value, scope);
      if (!spread) values.push(given);
      else for (const each of yield* items(given)) values.push(each);
    }
    return values;
  }

  *#key(key: Expr, scope: Scope): Steps<string> {
    return key.op === 'literal' ? toText(key.value) : toText(yield* this.#eval(key, scope));
  }

  *#store(target: Target, value: Value, scope: Scope): Steps<void> {
    if (target.op === 'name') scope.write(target.name, value);
    else setMember(yield* this.#eval(target.of, scope), yield* this.#key(target.key, scope), value);
  }

  *#unary({ operator, of }: Extract<Expr, { op: 'unary' }>, scope: Scope): Steps<Value> {
    if (operator === 'typeof' && of.op === 'name' && !scope.has(of.name)) return 'undefined';
    if (operator === 'delete') {
      if (of.op !== 'member') return true;
      const owner = yield* this.#eval(of.of, scope);
      const key = yield* this.#key(of.key, scope);
      return owner instanceof ScriptObject ? owner.entries.delete(key) : false;
    }
    const value = yield* this.#eval(of, scope);
    switch (operator) {
      case '!':
        return !isTrue(value);
      case '-':
        return -toNumber(value);
      case '+':
        return toNumber(value);
      case '~':
        return ~toNumber(value);
      case 'typeof':
        return typeOf(value);
      default:
        return undefined;
    }
  }

  *#binary(operator: string, left: Expr, right: Expr, scope: Scope): Steps<Value> {
    const a = yield* this.#eval(left, scope);
    if (operator === '&&') return isTrue(a) ? yield* this.#eval(right, scope) : a;
    if (operator === '||') return isTrue(a) ? a : yield* this.#eval(right, scope);
    if (operator === '??') return a ?? (yield* this.#eval(right, scope));
    return operate(operator, a, yield* this.#eval(right, scope));
  }
}

/** What `for … of` and `...` go over. @throws {Thrown} a TypeError */
function* items(value: Value): Steps<readonly Value[]> {
  if (Array.isArray(value)) return [...value];
  if (typeof value === 'string') return [...value];
  const toArray = value instanceof HostObject ? value.get('toArray') : undefined;
  if (toArray instanceof ScriptFunction) return (yield* toArray.call([])) as readonly Value[];
  throw failure('TypeError', `${value instanceof ScriptObject ? 'object' : toText(value)} is not iterable`);
}

/** An expression as messages name it. */
function source(expr: Expr): string {
  if (expr.op === 'name') return expr.name;
  if (expr.op !== 'member') return '(intermediate value)';
  return expr.key.op === 'literal' ? `${source(expr.of)}.${toText(expr.key.value)}` : `${source(expr.of)}[...]`;
}
