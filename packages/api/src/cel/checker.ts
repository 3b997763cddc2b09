import type { FunctionDeclaration } from './declarations.ts';
import type {
  CallExpression,
  CelIssue,
  Comprehension,
  Expression,
  MessageExpression,
  SelectExpression,
} from './expression.ts';
import { FUNCTIONS } from './library/all.ts';
import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  ERROR,
  fieldNamed,
  formatType,
  INT,
  isDyn,
  isDynOrError,
  isOptional,
  listOf,
  mapOf,
  NULL,
  optionalOf,
  param,
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
  unwrapOptional,
} from './types.ts';
import { allAssignable, assignable, mostGeneral, Substitutions, substitute } from './unify.ts';

/** Names and what they are: `self`, `request`; dotted names are whole names. */
export type Variables = ReadonlyMap<string, CelType>;

/**
 * Finds the types of all parts of an expression and leaves them there, with the overloads that may be meant.
 * @returns what is wrong, in the order of the text; empty: all is well
 * @see https://github.com/google/cel-go/blob/v0.22.0/checker/checker.go
 */
export function checkCel(expression: Expression, variables: Variables): readonly CelIssue[] {
  const checker = new Checker(variables);
  checker.check(expression);
  return checker.finish();
}

/** A position that no text has: what macros make has several nodes at one place. */
interface Scope {
  readonly name: string;
  readonly type: CelType;
  readonly outer: Scope | undefined;
}

class Checker {
  readonly #variables: Variables;
  readonly #issues: CelIssue[] = [];
  readonly #seen: Expression[] = [];
  readonly #known = new Substitutions();
  #scope: Scope | undefined;
  #free = 0;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  finish(): readonly CelIssue[] {
    for (const node of this.#seen) if (node.type) node.type = substitute(this.#known, node.type, DYN);
    return this.#issues.sort((a, b) => a.at - b.at);
  }

  check(node: Expression): CelType {
    const type = this.#typeOf(node);
    node.type = type;
    this.#seen.push(node);
    return type;
  }

  #typeOf(node: Expression): CelType {
    switch (node.kind) {
      case 'literal':
        return LITERALS[node.literal];
      case 'ident':
        return this.#lookup(node.name) ?? this.#undeclared(node.at, written(node.name, node.absolute));
      case 'select':
        return this.#select(node);
      case 'call':
        return this.#call(node);
      case 'list': {
        let items: CelType | undefined;
        for (const [i, item] of node.items.entries())
          items = this.#join(items, this.#entry(item, node.optional?.has(i) === true));
        return listOf(items ?? this.#variable());
      }
      case 'map': {
        let [keys, values]: (CelType | undefined)[] = [];
        for (const [i, [key, value]] of node.entries.entries()) {
          keys = this.#join(keys, this.check(key));
          values = this.#join(values, this.#entry(value, node.optional?.has(i) === true));
        }
        return mapOf(keys ?? this.#variable(), values ?? this.#variable());
      }
      case 'message':
        return this.#message(node);
      case 'comprehension':
        return this.#loop(node);
    }
  }

  /** The type of an entry of a list or a map: of one that is optional, what is in it. */
  #entry(node: Expression, isOptionalEntry: boolean): CelType {
    const type = this.check(node);
    if (!isOptionalEntry) return type;
    const known = substitute(this.#known, type);
    if (!isOptional(known) && !isDyn(known)) this.#mismatch(node, optionalOf(known), known);
    return unwrapOptional(known);
  }

  /** @see https://github.com/google/cel-go/blob/v0.22.0/checker/checker.go checkCreateStruct */
  #message({ at, name, values }: MessageExpression): CelType {
    const plain = name.replace(/^\./, '');
    if (WELL_KNOWN.test(plain)) return this.#refuse(at, `objects of the type '${plain}' are not simulated`);
    const found = this.#dotted(plain) ?? this.#lookup(plain);
    if (found === undefined) return this.#undeclared(at, name);
    const type = found.kind === 'type' ? (found.params[0] ?? DYN) : undefined;
    if (type === undefined) this.#refuse(at, `'${formatType(found)}' is not a type`);
    else if (type.kind !== 'dyn' && type.kind !== 'null_type') this.#refuse(at, `'${type.name}' is not a message type`);
    else this.#refuse(at, `objects of the type '${plain}' are not simulated`);
    for (const value of values) this.check(value);
    return ERROR;
  }

  #lookup(name: string): CelType | undefined {
    for (let scope = this.#scope; scope !== undefined; scope = scope.outer) if (scope.name === name) return scope.type;
    return this.#variables.get(name) ?? TYPES.get(name);
  }

  #undeclared(at: number, name: string): CelType {
    return this.#refuse(at, `undeclared reference to '${name}' (in container '')`);
  }

  #refuse(at: number, text: string): CelType {
    this.#issues.push({ at, text });
    return ERROR;
  }

  #select(node: SelectExpression): CelType {
    const name = node.test || node.optional ? undefined : qualifiedName(node);
    const whole = name === undefined ? undefined : this.#dotted(name);
    if (whole !== undefined && name !== undefined) {
      node.variable = name;
      return whole;
    }
    const operand = substitute(this.#known, this.check(node.operand));
    const target = unwrapOptional(operand);
    let result = this.#field(node, target);
    if (node.optional || isOptional(operand)) result = optionalOf(result);
    return node.test ? BOOL : substitute(this.#known, result);
  }

  /** Only names with dots: the first part of a path may be the variable of a loop. */
  #dotted(name: string): CelType | undefined {
    const [first] = name.split('.');
    for (let scope = this.#scope; scope !== undefined; scope = scope.outer) if (scope.name === first) return undefined;
    return this.#variables.get(name) ?? TYPES.get(name);
  }

  #field({ at, field }: SelectExpression, target: CelType): CelType {
    switch (target.kind) {
      case 'map':
        return target.params[1] ?? DYN;
      case 'struct':
        return fieldNamed(target, field)?.type ?? this.#refuse(at, `undefined field '${field}'`);
      case 'param':
        this.#assign(DYN, target);
        return DYN;
      default:
        if (!isDynOrError(target)) {
          this.#refuse(at, `type '${formatType(target)}' does not support field selection`);
        }
        return DYN;
    }
  }

  #call(node: CallExpression): CelType {
    const { target, args } = node;
    const types = args.map((each) => this.check(each));
    if (target === undefined) {
      const found = FUNCTIONS.get(node.function);
      if (found === undefined) return this.#undeclared(node.at, written(node.function, node.absolute));
      return this.#resolve(node, found, undefined, types);
    }
    const prefix = qualifiedName(target);
    const whole = prefix === undefined ? undefined : FUNCTIONS.get(`${prefix}.${node.function}`);
    if (whole !== undefined) {
      node.resolved = whole.name;
      return this.#resolve(node, whole, undefined, types);
    }
    const targetType = this.check(target);
    const found = FUNCTIONS.get(node.function);
    if (found === undefined) return this.#undeclared(node.at, node.function);
    return this.#resolve(node, found, targetType, types);
  }

  #resolve(
    node: CallExpression,
    { name, overloads }: FunctionDeclaration,
    target: CelType | undefined,
    args: readonly CelType[],
  ): CelType {
    if (name === '_&&_' || name === '_||_') return this.#logical(node, args);
    const given = target ? [target, ...args] : args;
    const ids: string[] = [];
    let result: CelType | undefined;
    for (const overload of overloads) {
      if (overload.member !== (target !== undefined)) continue;
      const fresh = this.#instantiated([overload.result, ...overload.args]);
      const [returned = DYN, ...wanted] = fresh;
      if (!allAssignable(this.#known, given, wanted)) continue;
      ids.push(overload.id);
      const type = substitute(this.#known, returned);
      if (result === undefined) result = type;
      else if (!isDyn(result) && formatType(result) !== formatType(type)) result = DYN;
    }
    if (result === undefined) {
      const shown = given.map((each) => formatType(substitute(this.#known, each, DYN)));
      const signature = target ? `${shown[0]}.(${shown.slice(1).join(', ')})` : `(${shown.join(', ')})`;
      return this.#refuse(node.at, `found no matching overload for '${name}' applied to '${signature}'`);
    }
    node.overloads = ids;
    return result;
  }

  #logical(node: CallExpression, types: readonly CelType[]): CelType {
    let fits = true;
    for (const [i, type] of types.entries()) {
      if (this.#assign(type, BOOL)) continue;
      fits = false;
      this.#mismatch(node.args[i] ?? node, BOOL, type);
    }
    node.overloads = [node.function === '_&&_' ? 'logical_and' : 'logical_or'];
    return fits ? BOOL : ERROR;
  }

  #loop(node: Comprehension): CelType {
    const range = substitute(this.#known, this.check(node.range));
    const accu = this.check(node.init);
    const outside = this.#scope;
    this.#scope = { name: node.accu, type: accu, outer: outside };
    const inside = this.#scope;
    this.#scope = { name: node.variable, type: this.#rangeItem(node, range), outer: inside };
    this.#expect(node.condition, BOOL);
    this.#expect(node.step, accu);
    this.#scope = inside;
    const result = this.check(node.result);
    this.#scope = outside;
    return substitute(this.#known, result);
  }

  #rangeItem({ range }: Comprehension, type: CelType): CelType {
    switch (type.kind) {
      case 'list':
      case 'map':
        return type.params[0] ?? DYN;
      case 'dyn':
      case 'error':
      case 'param':
        this.#assign(DYN, type);
        return DYN;
      default:
        return this.#refuse(
          range.at,
          `expression of type '${formatType(type)}' cannot be range of a comprehension (must be list, map, or dynamic)`,
        );
    }
  }

  #expect(node: Expression, wanted: CelType): void {
    const type = this.check(node);
    if (!this.#assign(wanted, type)) this.#mismatch(node, wanted, type);
  }

  #mismatch(node: Expression, wanted: CelType, found: CelType): CelType {
    const [expected, actual] = [wanted, found].map((type) => formatType(substitute(this.#known, type)));
    return this.#refuse(node.at, `expected type '${expected}' but found '${actual}'`);
  }

  /** What stands together in a list need not be alike; whether it may differ is looked at afterwards. */
  #join(before: CelType | undefined, type: CelType): CelType {
    if (before === undefined) return type;
    return this.#assign(before, type) ? mostGeneral(before, type) : DYN;
  }

  #assign(a: CelType, b: CelType): boolean {
    return assignable(this.#known, a, b);
  }

  #variable(): CelType {
    this.#free += 1;
    return param(`_var${this.#free - 1}`);
  }

  /** The same types with parameters of their own. */
  #instantiated(types: readonly CelType[]): readonly CelType[] {
    const names = new Set<string>();
    for (const type of types) collectParams(type, names);
    if (names.size === 0) return types;
    const fresh = new Map([...names].map((name) => [name, this.#variable()]));
    return types.map((type) => substitute(fresh, type));
  }
}

function collectParams({ kind, name, params }: CelType, into: Set<string>): void {
  if (kind === 'param') into.add(name);
  for (const each of params) collectParams(each, into);
}

/** A name as it stands in the text. */
const written = (name: string, isAbsolute: boolean | undefined): string => (isAbsolute === true ? `.${name}` : name);

/** Types of messages that upstream's compiler knows. */
const WELL_KNOWN =
  /^google\.protobuf\.(?:Any|(?:Bool|Bytes|Double|Float|U?Int(?:32|64)|String|List)Value|Duration|Empty|Struct|Timestamp|Value)$/;

/** `a.b.c`, when it is nothing but names. */
function qualifiedName(node: Expression): string | undefined {
  if (node.kind === 'ident') return node.name;
  if (node.kind !== 'select' || node.test || node.optional) return undefined;
  const before = qualifiedName(node.operand);
  return before === undefined ? undefined : `${before}.${node.field}`;
}

const LITERALS = { bool: BOOL, bytes: BYTES, double: DOUBLE, int: INT, null_type: NULL, string: STRING, uint: UINT };

const TYPES: Variables = new Map([
  ...[BOOL, BYTES, DOUBLE, INT, NULL, STRING, UINT, DURATION, TIMESTAMP].map(
    (type) => [type.name, typeOf(type)] as const,
  ),
  ['list', typeOf(listOf(DYN))],
  ['map', typeOf(mapOf(DYN, DYN))],
  ['type', typeOf(DYN)],
  ['optional_type', typeOf(optionalOf(DYN))],
  ['net.IP', typeOf({ kind: 'opaque', name: 'net.IP', params: [] })],
  ['net.CIDR', typeOf({ kind: 'opaque', name: 'net.CIDR', params: [] })],
]);
