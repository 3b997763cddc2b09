import type {
  AnonymousFunctionDeclaration,
  ArrowFunctionExpression,
  AssignmentExpression,
  CallExpression,
  Expression,
  FunctionDeclaration,
  FunctionExpression,
  MemberExpression,
  NewExpression,
  ObjectExpression,
  Pattern,
  SpreadElement,
  Super,
  UnaryExpression,
} from 'acorn';
import type { Steps } from '../../../shell/drive.ts';
import { items } from './items.ts';
import { boundedList, member, setMember } from './members.ts';
import { operate } from './operate.ts';
import { destructure } from './patterns.ts';
import type { Scope } from './scope.ts';
import { failure, isTrue, ScriptFunction, ScriptObject, toNumber, toText, typeOf, type Value } from './values.ts';

export type FunctionNode =
  | FunctionDeclaration
  | AnonymousFunctionDeclaration
  | FunctionExpression
  | ArrowFunctionExpression;

export interface EvaluatorDeps {
  /** Makes the function that stands in a script. */
  readonly define: (node: FunctionNode, scope: Scope, name: string) => ScriptFunction;
}

/** What is left of `a?.b.c` where there is no `a`: nothing of it is worked out. */
const CUT = Symbol('cut');

/** A place that has a value: the name or the member, worked out once. */
interface Place {
  readonly read: () => Value;
  readonly write: (value: Value) => void;
}

/** Works out expressions. */
export class Evaluator {
  readonly #define: EvaluatorDeps['define'];

  constructor({ define }: EvaluatorDeps) {
    this.#define = define;
  }

  /**
   * @param name what a function is called that has no name of its own
   * @throws {Thrown} @throws {Quit}
   */
  *evaluate(expr: Expression | Super, scope: Scope, name = ''): Steps<Value> {
    switch (expr.type) {
      case 'Literal':
        return expr.value as Value;
      case 'Identifier':
        return scope.read(expr.name);
      case 'TemplateLiteral': {
        let text = expr.quasis[0]?.value.cooked ?? '';
        for (const [index, part] of expr.expressions.entries())
          text += toText(yield* this.evaluate(part, scope)) + (expr.quasis[index + 1]?.value.cooked ?? '');
        return text;
      }
      case 'ArrayExpression':
        return yield* this.#list(expr.elements, scope);
      case 'ObjectExpression':
        return yield* this.#object(expr, scope);
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#define(expr, scope, expr.id?.name ?? name);
      case 'UnaryExpression':
        return yield* this.#unary(expr, scope);
      case 'UpdateExpression': {
        const place = yield* this.#place(expr.argument as Pattern, scope);
        const before = toNumber(place.read());
        const after = expr.operator === '++' ? before + 1 : before - 1;
        place.write(after);
        return expr.prefix ? after : before;
      }
      case 'BinaryExpression': {
        const left = yield* this.evaluate(expr.left as Expression, scope);
        return operate(expr.operator, left, yield* this.evaluate(expr.right, scope));
      }
      case 'LogicalExpression': {
        const left = yield* this.evaluate(expr.left, scope);
        return decides(expr.operator, left) ? left : yield* this.evaluate(expr.right, scope);
      }
      case 'AssignmentExpression':
        return yield* this.#assign(expr, scope);
      case 'ConditionalExpression': {
        const holds = isTrue(yield* this.evaluate(expr.test, scope));
        return yield* this.evaluate(holds ? expr.consequent : expr.alternate, scope);
      }
      case 'SequenceExpression': {
        let last: Value;
        for (const each of expr.expressions) last = yield* this.evaluate(each, scope);
        return last;
      }
      case 'AwaitExpression':
        // Everything is waited for as it is.
        return yield* this.evaluate(expr.argument, scope);
      case 'MemberExpression':
      case 'CallExpression': {
        const value = yield* this.#link(expr, scope);
        return value === CUT ? undefined : value;
      }
      case 'ChainExpression':
        return yield* this.evaluate(expr.expression, scope);
      case 'NewExpression':
        return yield* this.#make(expr, scope);
      default:
        throw failure('SyntaxError', `The simulated mongosh has no '${expr.type}'`);
    }
  }

  /** Takes a value for what stands left of a `=`. @throws {Thrown} @throws {Quit} */
  *assign(pattern: Pattern, value: Value, scope: Scope): Steps<void> {
    const place = this.#place.bind(this);
    yield* destructure(pattern, value, {
      evaluate: (expr, name) => this.evaluate(expr, scope, name),
      *take(target, given) {
        (yield* place(target, scope)).write(given);
      },
    });
  }

  *#assign({ operator, left, right }: AssignmentExpression, scope: Scope): Steps<Value> {
    const name = left.type === 'Identifier' ? left.name : undefined;
    if (operator === '=' && left.type !== 'MemberExpression') {
      const value = yield* this.evaluate(right, scope, name);
      yield* this.assign(left, value, scope);
      return value;
    }
    const place = yield* this.#place(left, scope);
    if (operator === '=') {
      const value = yield* this.evaluate(right, scope);
      place.write(value);
      return value;
    }
    const before = place.read();
    const binary = operator.slice(0, -1);
    const isLogical = binary === '&&' || binary === '||' || binary === '??';
    if (isLogical && decides(binary, before)) return before;
    const given = yield* this.evaluate(right, scope, name);
    const value = isLogical ? given : operate(binary, before, given);
    place.write(value);
    return value;
  }

  *#place(target: Pattern, scope: Scope): Steps<Place> {
    if (target.type === 'Identifier') {
      const { name } = target;
      return { read: () => scope.read(name), write: (value) => scope.write(name, value) };
    }
    const node = target as MemberExpression;
    const of = yield* this.evaluate(node.object, scope);
    const key = yield* this.#key(node, scope);
    return { read: () => member(of, key), write: (value) => setMember(of, key, value) };
  }

  /** A link of a chain such as `a?.b.c()`. */
  *#link(expr: Expression | Super, scope: Scope): Steps<Value | typeof CUT> {
    if (expr.type === 'MemberExpression') {
      const of = yield* this.#link(expr.object, scope);
      if (of === CUT || (expr.optional && (of === undefined || of === null))) return CUT;
      return member(of, yield* this.#key(expr, scope));
    }
    if (expr.type !== 'CallExpression') return yield* this.evaluate(expr, scope);
    const called = yield* this.#link(expr.callee, scope);
    if (called === CUT || (expr.optional && (called === undefined || called === null))) return CUT;
    return yield* callable(called, expr).call(yield* this.#list(expr.arguments, scope));
  }

  *#make(expr: NewExpression, scope: Scope): Steps<Value> {
    const called = callable(yield* this.evaluate(expr.callee, scope), expr);
    const given = yield* this.#list(expr.arguments, scope);
    return yield* called.make === undefined ? called.call(given) : called.make(given);
  }

  *#list(list: readonly (Expression | SpreadElement | null)[], scope: Scope): Steps<Value[]> {
    const values: Value[] = [];
    for (const each of list) {
      if (each === null) values.push(undefined);
      else if (each.type !== 'SpreadElement') values.push(yield* this.evaluate(each, scope));
      else {
        const spread = yield* items(yield* this.evaluate(each.argument, scope));
        boundedList(values.length + spread.length);
        for (const value of spread) values.push(value);
      }
    }
    return values;
  }

  *#object({ properties }: ObjectExpression, scope: Scope): Steps<ScriptObject> {
    const made = new ScriptObject();
    for (const property of properties) {
      if (property.type === 'SpreadElement') {
        const given = yield* this.evaluate(property.argument, scope);
        if (given instanceof ScriptObject) for (const [name, each] of given.entries) made.entries.set(name, each);
        continue;
      }
      const { key, computed, value } = property;
      const name = !computed && key.type === 'Identifier' ? key.name : toText(yield* this.evaluate(key, scope));
      made.entries.set(name, yield* this.evaluate(value, scope, name));
    }
    return made;
  }

  *#key({ property, computed }: MemberExpression, scope: Scope): Steps<string> {
    if (property.type === 'PrivateIdentifier' || (!computed && property.type === 'Identifier')) return property.name;
    return toText(yield* this.evaluate(property, scope));
  }

  *#unary({ operator, argument }: UnaryExpression, scope: Scope): Steps<Value> {
    if (operator === 'typeof' && argument.type === 'Identifier' && !scope.has(argument.name)) return 'undefined';
    if (operator === 'delete') {
      if (argument.type !== 'MemberExpression') return true;
      const owner = yield* this.evaluate(argument.object, scope);
      const key = yield* this.#key(argument, scope);
      return owner instanceof ScriptObject ? owner.entries.delete(key) : false;
    }
    const value = yield* this.evaluate(argument, scope);
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
}

/** What is left of the operator is its value already. */
function decides(operator: '&&' | '||' | '??', left: Value): boolean {
  if (operator === '??') return left !== undefined && left !== null;
  return isTrue(left) === (operator === '||');
}

/** @throws {Thrown} a TypeError */
function callable(called: Value, { type, callee }: CallExpression | NewExpression): ScriptFunction {
  if (called instanceof ScriptFunction) return called;
  throw failure('TypeError', `${source(callee)} is not a ${type === 'NewExpression' ? 'constructor' : 'function'}`);
}

/** An expression as messages name it. */
function source(expr: Expression | Super): string {
  if (expr.type === 'Identifier') return expr.name;
  if (expr.type === 'ChainExpression') return source(expr.expression);
  if (expr.type !== 'MemberExpression') return '(intermediate value)';
  const { object, property, computed } = expr;
  if (!computed && property.type === 'Identifier') return `${source(object)}.${property.name}`;
  return property.type === 'Literal' ? `${source(object)}.${String(property.value)}` : `${source(object)}[...]`;
}
