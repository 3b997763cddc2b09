import type { Overload } from './declarations.ts';
import type {
  CallExpression,
  Comprehension,
  Expression,
  ListExpression,
  MapExpression,
  SelectExpression,
} from './expression.ts';
import { fieldOf, isList, isMap, itemAt, itemsOf, keysOf, valueAt } from './json-values.ts';
import { FUNCTIONS } from './library/all.ts';
import { ACCU, NOT_FALSE } from './macros.ts';
import { callCost, LIST_COST, MAP_COST } from './runtime-cost.ts';
import type { CelType } from './types.ts';
import {
  CelError,
  CelList,
  CelMap,
  type CelValue,
  Duration,
  LazyObject,
  mapKey,
  Opaque,
  Optional,
  Timestamp,
  TypeValue,
  typeNameOf,
  Uint,
} from './values.ts';

/** Finds the value of a variable; asked when it is used. Undefined: there is none of that name. */
export type Activation = (name: string) => CelValue | undefined;

/** An expression took more than it may. */
class CelBudgetError extends Error {}

export interface Evaluated {
  readonly value: CelValue;
  /** In upstream's units. */
  readonly cost: number;
}

/** What one expression may cost. @see staging/src/k8s.io/apiserver/pkg/apis/cel/config.go PerCallLimit */
const PER_CALL_LIMIT = 1_000_000;

/** What an evaluation that failed had cost by then. */
export class CelFailure extends Error {
  readonly cost: number;
  readonly overBudget: boolean;
  constructor(message: string, cost: number, overBudget: boolean) {
    super(message);
    this.cost = cost;
    this.overBudget = overBudget;
  }
}

/**
 * Runs a checked expression.
 * @throws {CelFailure} with upstream's message
 * @see https://github.com/google/cel-go/tree/v0.22.0/interpreter
 */
export function evaluateCel(expression: Expression, activation: Activation, limit = PER_CALL_LIMIT): Evaluated {
  const evaluation = new Evaluation(activation, limit);
  try {
    const value = evaluation.run(expression, undefined);
    return { value, cost: evaluation.cost };
  } catch (error) {
    if (error instanceof CelError) throw new CelFailure(error.message, evaluation.cost, false);
    if (error instanceof CelBudgetError) throw new CelFailure(error.message, evaluation.cost, true);
    throw error;
  }
}

interface Scope {
  readonly name: string;
  value: CelValue;
  readonly outer: Scope | undefined;
}

class Evaluation {
  readonly #activation: Activation;
  readonly #limit: number;
  cost = 0;

  constructor(activation: Activation, limit: number) {
    this.#activation = activation;
    this.#limit = limit;
  }

  run(node: Expression, scope: Scope | undefined): CelValue {
    switch (node.kind) {
      case 'literal':
        return node.literal === 'uint' ? new Uint(node.value as bigint) : node.value;
      case 'ident':
        this.#spend(1);
        return this.#variable(node.name, scope);
      case 'select':
        return this.#select(node, scope);
      case 'call':
        return this.#call(node, scope);
      case 'list': {
        const items =
          node.optional === undefined ? node.items.map((each) => this.run(each, scope)) : this.#list(node, scope);
        this.#spend(LIST_COST);
        return new CelList(items);
      }
      case 'map':
        return this.#map(node, scope);
      case 'message':
        throw new CelError(`unknown type: ${node.name}`);
      case 'comprehension':
        return this.#loop(node, scope);
    }
  }

  #spend(cost: number): void {
    this.cost += cost;
    if (this.cost > this.#limit) throw new CelBudgetError('operation cancelled: actual cost limit exceeded');
  }

  #variable(name: string, scope: Scope | undefined): CelValue {
    for (let each = scope; each !== undefined; each = each.outer) if (each.name === name) return each.value;
    const found = this.#activation(name);
    if (found !== undefined) return found;
    if (TYPE_NAMES.has(name)) return new TypeValue(name);
    throw new CelError(`no such attribute(s): ${name}`);
  }

  #select(node: SelectExpression, scope: Scope | undefined): CelValue {
    if (node.variable !== undefined) {
      this.#spend(1);
      return this.#variable(node.variable, undefined);
    }
    const operand = this.run(node.operand, scope);
    const isOptional = operand instanceof Optional;
    const target = isOptional ? operand.value : operand;
    const found = target === undefined ? undefined : fieldIn(target, node.field);
    if (node.test) return found !== undefined;
    this.#spend(1);
    if (node.optional || isOptional) return found === undefined ? Optional.none : new Optional(found);
    if (found === undefined) throw new CelError(`no such key: ${node.field}`);
    return found;
  }

  #list({ items, optional }: ListExpression, scope: Scope | undefined): CelValue[] {
    return items.flatMap((each, i) => {
      const value = this.run(each, scope);
      if (optional?.has(i) !== true) return [value];
      if (!(value instanceof Optional))
        throw new CelError(`cannot initialize optional list element from non-optional value ${keyText(value)}`);
      return value.value === undefined ? [] : [value.value];
    });
  }

  #map({ entries, optional }: MapExpression, scope: Scope | undefined): CelMap {
    const values = new Map<string, readonly [CelValue, CelValue]>();
    for (const [i, [keyNode, valueNode]] of entries.entries()) {
      const key = this.run(keyNode, scope);
      const value = this.run(valueNode, scope);
      const text = mapKey(key);
      if (text === undefined) throw new CelError(`unsupported key type: ${typeNameOf(key)}`);
      if (optional?.has(i) !== true) values.set(text, [key, value]);
      else if (!(value instanceof Optional))
        throw new CelError(
          `cannot initialize optional entry '${keyText(key)}' from non-optional value ${keyText(value)}`,
        );
      else if (value.value === undefined) values.delete(text);
      else values.set(text, [key, value.value]);
    }
    this.#spend(MAP_COST);
    return new CelMap(values);
  }

  #call(node: CallExpression, scope: Scope | undefined): CelValue {
    switch (node.function) {
      case '_&&_':
        return this.#logical(node, scope, false);
      case '_||_':
        return this.#logical(node, scope, true);
      case '_?_:_': {
        const [condition, yes, no] = node.args as [Expression, Expression, Expression];
        const decided = this.run(condition, scope);
        if (typeof decided !== 'boolean') throw new CelError('no such overload');
        return this.run(decided ? yes : no, scope);
      }
      case NOT_FALSE: {
        const value = this.#attempt(node.args[0] as Expression, scope);
        this.#spend(1);
        return value !== false;
      }
      case '_[_]':
        return this.#index(node, scope);
      case '_+_':
        if (isAppend(node)) return this.#append(node, scope);
        break;
      default:
    }
    if (node.target !== undefined && node.resolved === undefined) {
      if (node.function === 'orValue' || node.function === 'or') return this.#or(node, node.target, scope);
    }
    const args = node.args.map((each) => this.run(each, scope));
    if (node.target !== undefined && node.resolved === undefined) args.unshift(this.run(node.target, scope));
    return this.#apply(node.resolved ?? node.function, node.overloads, args);
  }

  #apply(name: string, ids: readonly string[] | undefined, args: readonly CelValue[]): CelValue {
    const overloads = overloadsOf(name, ids);
    for (const { id, args: types, call } of overloads) {
      if (call === undefined || !types.every((type, i) => isOf(args[i] as CelValue, type))) continue;
      const value = call(...args);
      this.#spend(callCost(name, id, args, value));
      return value;
    }
    if (OPERATOR.test(name)) throw new CelError('no such overload');
    throw new CelError(`no such overload: ${name}(${args.map(typeNameOf).join(', ')})`);
  }

  /** An error on one side does not matter when the other side decides. */
  #logical(node: CallExpression, scope: Scope | undefined, decisive: boolean): boolean {
    let failed: CelError | undefined;
    for (const each of node.args) {
      const value = this.#attempt(each, scope);
      if (value === decisive) return decisive;
      if (typeof value === 'boolean') continue;
      if (value instanceof Pending) failed ??= value.error;
      else failed ??= value instanceof CelError ? value : new CelError('no such overload');
    }
    if (failed !== undefined) throw failed;
    return !decisive;
  }

  #attempt(node: Expression, scope: Scope | undefined): CelValue | CelError {
    try {
      return this.run(node, scope);
    } catch (error) {
      if (error instanceof CelError) return error;
      throw error;
    }
  }

  #index(node: CallExpression, scope: Scope | undefined): CelValue {
    const [operandNode, indexNode] = node.args as [Expression, Expression];
    const operand = this.run(operandNode, scope);
    const index = this.run(indexNode, scope);
    if (operand instanceof Optional) return this.#apply('_[_]', node.overloads, [operand, index]);
    this.#spend(1);
    if (isList(operand)) {
      const at = index instanceof Uint ? index.value : index;
      if (typeof at !== 'bigint' && !(typeof at === 'number' && Number.isInteger(at))) {
        throw new CelError(`unsupported index type '${typeNameOf(index)}' in list`);
      }
      const found = itemAt(operand, Number(at));
      if (found === undefined) throw new CelError(`index out of bounds: ${at}`);
      return found;
    }
    const found = isMap(operand) ? valueAt(operand, index) : undefined;
    if (found === undefined) throw new CelError(`no such key: ${keyText(index)}`);
    return found;
  }

  #or(node: CallExpression, target: Expression, scope: Scope | undefined): CelValue {
    const first = this.run(target, scope);
    if (!(first instanceof Optional)) throw new CelError('no such overload');
    if (first.value !== undefined) return node.function === 'or' ? first : first.value;
    return this.run(node.args[0] as Expression, scope);
  }

  #loop(node: Comprehension, outer: Scope | undefined): CelValue {
    const range = this.run(node.range, outer);
    const accu: Scope = { name: node.accu, value: this.run(node.init, outer), outer };
    const loop: Scope = { name: node.variable, value: null, outer: accu };
    for (const item of rangeOf(range)) {
      loop.value = item;
      if (this.run(node.condition, accu) !== true) break;
      const next = this.#attempt(node.step, loop);
      // A quantifier goes on: another item may decide.
      if (next instanceof CelError) {
        if (!isQuantifier(node)) throw next;
        accu.value = pending(next);
      } else accu.value = next;
    }
    const result = this.run(node.result, accu);
    if (result instanceof Pending) throw result.error;
    return result;
  }

  /** Grows the list of a loop in place: nobody else has seen it. */
  #append(node: CallExpression, scope: Scope | undefined): CelValue {
    this.#spend(1);
    const accu = this.#variable(ACCU, scope) as CelList;
    const item = this.run(node.args[1] as Expression, scope) as CelList;
    (accu.items as CelValue[]).push(...item.items);
    this.#spend(1);
    return accu;
  }
}

/** The error of an item of a quantifier, until another item decides. */
class Pending extends Opaque {
  readonly typeName = 'error';
  readonly error: CelError;
  constructor(error: CelError) {
    super();
    this.error = error;
  }
  equals(): boolean {
    return false;
  }
}
const pending = (error: CelError): CelValue => new Pending(error);

function fieldIn(target: CelValue, name: string): CelValue | undefined {
  if (target instanceof LazyObject) return target.read(name);
  return isMap(target) ? fieldOf(target, name) : undefined;
}

const isQuantifier = ({ condition }: Comprehension): boolean => condition.kind === 'call';

const isAppend = ({ args: [list, item] }: CallExpression): boolean =>
  list?.kind === 'ident' && list.name === ACCU && item?.kind === 'list';

function rangeOf(range: CelValue): readonly CelValue[] {
  if (isList(range)) return itemsOf(range);
  if (isMap(range)) return keysOf(range);
  throw new CelError(`got '${typeNameOf(range)}', expected iterable type`);
}

const keyText = (key: CelValue): string => (key instanceof Uint ? String(key.value) : String(key));

const overloadSets = new WeakMap<readonly string[], readonly Overload[]>();

function overloadsOf(name: string, ids: readonly string[] | undefined): readonly Overload[] {
  const all = FUNCTIONS.get(name)?.overloads ?? [];
  if (ids === undefined) return all;
  let found = overloadSets.get(ids);
  if (found === undefined) {
    found = all.filter(({ id }) => ids.includes(id));
    overloadSets.set(ids, found);
  }
  return found;
}

const OPERATOR = /^[^a-z]*$|^@in$/;
const TYPE_NAMES: ReadonlySet<string> = new Set(
  (
    'bool bytes double int null_type string uint list map type optional_type net.IP net.CIDR google.protobuf.Duration ' +
    'google.protobuf.Timestamp'
  ).split(' '),
);

/** Whether a value is of a type, as far as one look shows. */
function isOf(value: CelValue, { kind, name }: CelType): boolean {
  switch (kind) {
    case 'bool':
      return typeof value === 'boolean';
    case 'int':
      return typeof value === 'bigint';
    case 'double':
      return typeof value === 'number';
    case 'string':
      return typeof value === 'string';
    case 'null_type':
      return value === null;
    case 'uint':
      return value instanceof Uint;
    case 'bytes':
      return value instanceof Uint8Array;
    case 'timestamp':
      return value instanceof Timestamp;
    case 'duration':
      return value instanceof Duration;
    case 'list':
      return isList(value);
    case 'map':
      return isMap(value);
    case 'opaque':
    case 'struct':
      return name === 'optional_type' ? value instanceof Optional : value instanceof Opaque && value.typeName === name;
    default:
      return true;
  }
}
