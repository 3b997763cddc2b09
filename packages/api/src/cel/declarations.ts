import {
  BOOL,
  BYTES,
  type CelType,
  DOUBLE,
  DURATION,
  DYN,
  INT,
  listOf,
  mapOf,
  NULL,
  objectType,
  opaque,
  optionalOf,
  param,
  STRING,
  TIMESTAMP,
  typeOf,
  UINT,
} from './types.ts';
import type { CelValue } from './values.ts';

/** One form of a function. */
export interface Overload {
  readonly id: string;
  /** True: `a.f(b)`, and `args[0]` is the type of `a`. */
  readonly member: boolean;
  readonly args: readonly CelType[];
  readonly result: CelType;
  /** Absent: the evaluator does it itself (operators that do not look at all their operands). */
  readonly call?: (...args: CelValue[]) => CelValue;
}

/** A function with all its forms, in the order in which they are tried. */
export interface FunctionDeclaration {
  readonly name: string;
  readonly overloads: readonly Overload[];
}

/** What a library adds. */
export type Library = readonly FunctionDeclaration[];

/**
 * Declares a function: id, signature, what it does. `.(string, int) bool` is a member of string, `(A, list(A)) bool`
 * stands alone; capital letters are parameters of any type.
 */
export function declare(
  name: string,
  ...overloads: readonly (readonly [id: string, signature: string, call?: Overload['call']])[]
): FunctionDeclaration {
  return {
    name,
    overloads: overloads.map(([id, signature, call]) => ({ id, ...read(signature), ...(call && { call }) })),
  };
}

function read(signature: string): { member: boolean; args: readonly CelType[]; result: CelType } {
  const member = signature.startsWith('.');
  const reader = new TypeReader(signature.slice(member ? 1 : 0));
  const args = reader.list();
  return { member, args, result: reader.type() };
}

const NAMED: Readonly<Record<string, CelType>> = {
  bool: BOOL,
  bytes: BYTES,
  double: DOUBLE,
  duration: DURATION,
  dyn: DYN,
  int: INT,
  null: NULL,
  string: STRING,
  timestamp: TIMESTAMP,
  uint: UINT,
  ip: opaque('net.IP'),
  cidr: opaque('net.CIDR'),
  quantity: objectType('kubernetes.Quantity'),
  url: objectType('kubernetes.URL'),
  format: objectType('kubernetes.NamedFormat'),
  authorizer: objectType('kubernetes.authorization.Authorizer'),
  pathCheck: objectType('kubernetes.authorization.PathCheck'),
  groupCheck: objectType('kubernetes.authorization.GroupCheck'),
  resourceCheck: objectType('kubernetes.authorization.ResourceCheck'),
  decision: objectType('kubernetes.authorization.Decision'),
};

/** Types of libraries by the short names that signatures use. */
export const namedType = (name: string): CelType => NAMED[name] ?? DYN;

class TypeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text.replaceAll(' ', '');
  }

  list(): CelType[] {
    const types: CelType[] = [];
    this.#at += 1; // (
    while (this.#text[this.#at] !== ')') {
      types.push(this.type());
      if (this.#text[this.#at] === ',') this.#at += 1;
    }
    this.#at += 1;
    return types;
  }

  type(): CelType {
    const [name = ''] = /^\w+/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += name.length;
    const params = this.#text[this.#at] === '(' ? this.list() : [];
    const [first = DYN, second = DYN] = params;
    if (/^[A-Z]$/.test(name)) return param(name);
    if (name === 'list') return listOf(first);
    if (name === 'map') return mapOf(first, second);
    if (name === 'optional') return optionalOf(first);
    if (name === 'type') return typeOf(first);
    const found = NAMED[name];
    if (found === undefined) throw new Error(`no such type: ${name}`);
    return found;
  }
}
