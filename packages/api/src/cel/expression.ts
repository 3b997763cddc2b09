import type { CelType } from './types.ts';

/** An expression whose macros are written out. The checker leaves types and overloads in the nodes of its own copy. */
export type Expression =
  | LiteralExpression
  | IdentExpression
  | SelectExpression
  | CallExpression
  | ListExpression
  | MapExpression
  | MessageExpression
  | Comprehension;

interface Node {
  /** Where messages point to: an index into the text. */
  readonly at: number;
  /** Set by the checker. */
  type?: CelType;
}

export interface LiteralExpression extends Node {
  readonly kind: 'literal';
  readonly literal: 'bool' | 'bytes' | 'double' | 'int' | 'null_type' | 'string' | 'uint';
  readonly value: boolean | bigint | number | string | null | Uint8Array;
}

export interface IdentExpression extends Node {
  readonly kind: 'ident';
  readonly name: string;
  /** With a dot in front. */
  readonly absolute?: boolean;
}

export interface SelectExpression extends Node {
  readonly kind: 'select';
  readonly operand: Expression;
  readonly field: string;
  /** `has(a.b)` */
  readonly test: boolean;
  /** `a.?b` */
  readonly optional: boolean;
  /** Set by the checker: the whole path is the name of a variable. */
  variable?: string;
}

export interface CallExpression extends Node {
  readonly kind: 'call';
  /** Operators have the names that messages show: `_+_`. */
  readonly function: string;
  readonly target?: Expression;
  readonly args: readonly Expression[];
  /** With a dot in front: no macro. */
  readonly absolute?: boolean;
  /** Set by the checker: the function that a path with a call is, `optional.of`. */
  resolved?: string;
  /** Set by the checker: ids of all overloads that may be meant. */
  overloads?: readonly string[];
}

export interface ListExpression extends Node {
  readonly kind: 'list';
  readonly items: readonly Expression[];
  /** `[?a]`: left out where there is nothing. */
  readonly optional?: ReadonlySet<number>;
}

export interface MapExpression extends Node {
  readonly kind: 'map';
  readonly entries: readonly (readonly [Expression, Expression])[];
  /** `{?k: v}`: left out where there is nothing. */
  readonly optional?: ReadonlySet<number>;
}

/** An object of a type, `Pair{a: 1}`: no type that has objects is known, so that the checker refuses all. */
export interface MessageExpression extends Node {
  readonly kind: 'message';
  readonly name: string;
  readonly values: readonly Expression[];
}

/** A loop: `accu = init; for (variable of range) { if (!condition) break; accu = step }; result`. */
export interface Comprehension extends Node {
  readonly kind: 'comprehension';
  readonly range: Expression;
  readonly variable: string;
  readonly accu: string;
  readonly init: Expression;
  readonly condition: Expression;
  readonly step: Expression;
  readonly result: Expression;
}

/** Something is wrong with the text of an expression. */
export interface CelIssue {
  /** An index into the text. */
  readonly at: number;
  readonly text: string;
}

/** The parts of an expression. */
export function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'select':
      return [node.operand];
    case 'call':
      return node.target ? [node.target, ...node.args] : node.args;
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'message':
      return node.values;
    case 'comprehension':
      return [node.range, node.init, node.condition, node.step, node.result];
    default:
      return [];
  }
}
