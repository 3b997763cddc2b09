import { callEstimate, type Estimated, type SizedNode } from './call-estimates.ts';
import type { CallExpression, Comprehension, Expression } from './expression.ts';
import { ACCU } from './macros.ts';
import { LIST_COST, MAP_COST, STRUCT_COST } from './runtime-cost.ts';
import { type Estimate, exactly, NONE, ONE, plus, times, UNKNOWN, union } from './sizes.ts';
import { type CelType, DYN } from './types.ts';

/** How long what stands at a path of a variable can be: `['self', 'hosts', '@items']`. Undefined: nobody knows. */
export type SizeOf = (path: readonly string[]) => Estimate | undefined;

/**
 * What a checked expression costs at least and at most.
 * @see https://github.com/google/cel-go/blob/v0.22.0/checker/cost.go
 */
export function estimateCelCost(expression: Expression, sizeOf: SizeOf): Estimate {
  return new Estimator(sizeOf).cost(expression);
}

class Estimator {
  readonly #sizeOf: SizeOf;
  readonly #paths = new Map<Expression, readonly string[]>();
  readonly #computed = new Map<Expression, Estimate>();
  readonly #ranges = new Map<string, Expression[]>();

  constructor(sizeOf: SizeOf) {
    this.#sizeOf = sizeOf;
  }

  cost(node: Expression): Estimate {
    switch (node.kind) {
      case 'literal':
        return NONE;
      case 'ident':
        this.#paths.set(node, this.#pathOfName(node.name));
        return ONE;
      case 'select': {
        if (node.variable !== undefined) {
          this.#paths.set(node, node.variable.split('.'));
          return ONE;
        }
        const operand = this.cost(node.operand);
        if (node.test) return operand;
        // Of what may not be there, upstream does not say where it stands.
        if (node.optional) return plus(operand, ONE);
        this.#paths.set(node, [...(this.#paths.get(node.operand) ?? []), node.field]);
        const { kind } = typeOf(node.operand);
        return kind === 'map' || kind === 'struct' || kind === 'param' ? plus(operand, ONE) : operand;
      }
      case 'call':
        return this.#call(node);
      case 'list':
        return plus(...node.items.map((each) => this.cost(each)), exactly(LIST_COST));
      case 'map':
        return plus(...node.entries.flatMap(([key, value]) => [this.cost(key), this.cost(value)]), exactly(MAP_COST));
      case 'message':
        return plus(...node.values.map((each) => this.cost(each)), exactly(STRUCT_COST));
      case 'comprehension':
        return this.#loop(node);
    }
  }

  #pathOfName(name: string): readonly string[] {
    const range = this.#ranges.get(name)?.at(-1);
    if (range === undefined) return [name];
    const path = this.#paths.get(range) ?? [];
    const { kind } = typeOf(range);
    return kind === 'list' ? [...path, '@items'] : kind === 'map' ? [...path, '@keys'] : [];
  }

  #call(node: CallExpression): Estimate {
    const costs = node.args.map((each) => this.cost(each));
    const args = node.args.map((each) => this.#sized(each));
    const { overloads = [] } = node;
    if (overloads.length === 0) return NONE;
    const member = node.target !== undefined && node.resolved === undefined ? node.target : undefined;
    const targetCost = member ? this.cost(member) : NONE;
    const target = member && this.#sized(member);
    let all: Estimated | undefined;
    for (const id of overloads) {
      const one = this.#overload(node, id, target, args, costs);
      all =
        all === undefined
          ? one
          : ({
              cost: union(all.cost, one.cost),
              ...((all.size ?? one.size) && {
                size: all.size && one.size ? union(all.size, one.size) : (all.size ?? one.size),
              }),
            } as Estimated);
      if (id === 'index_list' || id === 'index_map') {
        const step = id === 'index_list' ? '@items' : '@values';
        const [operand] = node.args;
        this.#paths.set(node, [...((operand && this.#paths.get(operand)) ?? []), step]);
      }
    }
    if (all?.size) this.#computed.set(node, all.size);
    return plus(targetCost, all?.cost ?? NONE);
  }

  #overload(
    node: CallExpression,
    id: string,
    target: SizedNode | undefined,
    args: readonly SizedNode[],
    costs: readonly Estimate[],
  ): Estimated {
    const [first = NONE, second = NONE, third = NONE] = costs;
    if (id === 'logical_and' || id === 'logical_or') return { cost: { min: first.min, max: plus(first, second).max } };
    if (id === 'conditional') {
      const [, yes, no] = args;
      const size = union(yes?.size ?? UNKNOWN, no?.size ?? UNKNOWN);
      return { cost: plus(first, union(second, third)), size };
    }
    const { cost, size } = callEstimate(node.resolved ?? node.function, id, target, args);
    return { cost: plus(cost, ...costs), ...(size && { size }) };
  }

  #loop(node: Comprehension): Estimate {
    const range = this.cost(node.range);
    const init = this.cost(node.init);
    const outer = this.#ranges.get(node.variable) ?? [];
    this.#ranges.set(node.variable, [...outer, node.range]);
    const each = plus(this.cost(node.condition), this.cost(node.step));
    this.#ranges.set(node.variable, outer);
    const result = this.cost(node.result);
    const count = this.#size(node.range);
    this.#computed.set(node, count);
    return plus(range, init, result, times(count, each));
  }

  #sized(node: Expression): SizedNode {
    const path = this.#pathOf(node);
    return {
      expression: node,
      type: typeOf(node),
      size: this.#size(node),
      itemSize: () => (path.length > 0 ? this.#sizeOf([...path, '@items']) : undefined) ?? UNKNOWN,
    };
  }

  #pathOf(node: Expression): readonly string[] {
    const path = this.#paths.get(node) ?? [];
    return path[0] === ACCU ? [] : path;
  }

  #size(node: Expression): Estimate {
    const computed = this.#computed.get(node) ?? literalSize(node);
    if (computed !== undefined) return computed;
    const path = this.#pathOf(node);
    const found = path.length > 0 ? this.#sizeOf(path) : undefined;
    if (found !== undefined) return found;
    return SCALARS.has(typeOf(node).kind) ? ONE : UNKNOWN;
  }
}

const SCALARS: ReadonlySet<string> = new Set(['bool', 'double', 'duration', 'int', 'timestamp', 'uint']);

const typeOf = ({ type = DYN }: Expression): CelType => type;

function literalSize(node: Expression): Estimate | undefined {
  if (node.kind === 'list') return exactly(node.items.length);
  if (node.kind === 'map') return exactly(node.entries.length);
  if (node.kind !== 'literal') return undefined;
  if (typeof node.value === 'string') return exactly([...node.value].length);
  return node.value instanceof Uint8Array ? exactly(node.value.length) : ONE;
}
