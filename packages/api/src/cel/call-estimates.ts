import type { Expression } from './expression.ts';
import { AUTHORIZATION_COST, LIST_COST, PATTERN_FACTOR, TEXT_FACTOR } from './runtime-cost.ts';
import { type Estimate, exactly, NONE, ONE, plus, scaled, times, UNBOUNDED } from './sizes.ts';
import { type CelType, sameType } from './types.ts';

export interface Estimated {
  readonly cost: Estimate;
  /** Of the result, where it is a text, a list or a map. */
  readonly size?: Estimate;
}

/** An argument, and how long it can be. */
export interface SizedNode {
  readonly expression: Expression;
  readonly type: CelType;
  readonly size: Estimate;
  itemSize(): Estimate;
}

/**
 * What a call costs, its arguments left out.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/cost.go EstimateCallCost
 */
export function callEstimate(
  name: string,
  id: string,
  target: SizedNode | undefined,
  args: readonly SizedNode[],
): Estimated {
  const [first, second] = args;
  switch (name) {
    case 'check':
      return { cost: exactly(AUTHORIZATION_COST) };
    case 'fieldSelector':
    case 'labelSelector':
      return first ? { cost: selectorCost(first.size) } : CHEAP;
    case 'isSorted':
    case 'sum':
    case 'max':
    case 'min':
    case 'indexOf':
    case 'lastIndexOf':
      return target ? { cost: searchCost(target) } : CHEAP;
    case 'url':
      return first ? sameSize(first) : CHEAP;
    case 'lowerAscii':
    case 'upperAscii':
    case 'substring':
    case 'trim':
      return target ? sameSize(target) : CHEAP;
    case 'replace':
      return target && first && second
        ? { cost: scaled(target.size, 2 * TEXT_FACTOR), size: replacedSize(target.size, first.size, second.size) }
        : CHEAP;
    case 'split': {
      if (target === undefined) return CHEAP;
      const limit = second?.expression.kind === 'literal' ? second.expression.value : undefined;
      const max = typeof limit === 'bigint' ? Number(BigInt.asUintN(64, limit)) : target.size.max;
      return { cost: scaled(target.size, 2 * TEXT_FACTOR), size: { min: 0, max } };
    }
    case 'join':
      return target ? joined(target, first) : CHEAP;
    case 'find':
    case 'findAll':
      return target && first
        ? { cost: patternCost(target.size, first.size), size: { min: 0, max: target.size.max } }
        : CHEAP;
    case 'quantity':
    case 'isQuantity':
    case 'cidr':
    case 'isIP':
    case 'isCIDR':
    case 'ip':
      return first ? { cost: scaled(first.size, TEXT_FACTOR) } : CHEAP;
    case 'ip.isCanonical':
      return first ? { cost: scaled(first.size, 2 * TEXT_FACTOR) } : CHEAP;
    case 'containsIP':
    case 'containsCIDR':
      return { cost: containsCost(name, id, first) };
    case 'validate':
      return first ? { cost: scaled(scaled(first.size, TEXT_FACTOR), MAX_FORMAT_PATTERN * PATTERN_FACTOR) } : CHEAP;
    case 'sets.contains':
    case 'sets.intersects':
    case 'sets.equivalent': {
      if (first === undefined || second === undefined) return CHEAP;
      const factor = name === 'sets.equivalent' ? 2 : 1;
      return { cost: plus(scaled(times(first.size, second.size), factor), ONE) };
    }
    default:
      return byOverload(name, id, target, args);
  }
}

const CHEAP: Estimated = { cost: ONE };
/** @see staging/src/k8s.io/apiserver/pkg/cel/format.go MaxNameFormatRegexSize */
const MAX_FORMAT_PATTERN = 128;
const MAX_FORMAT = 64;

function byOverload(name: string, id: string, target: SizedNode | undefined, args: readonly SizedNode[]): Estimated {
  const [first, second] = args;
  switch (id) {
    case 'string_format':
      return target ? { cost: scaled(target.size, TEXT_FACTOR) } : CHEAP;
    case 'string_to_bytes':
      return first
        ? { cost: scaled(first.size, TEXT_FACTOR), size: { min: first.size.min, max: first.size.max * 4 } }
        : CHEAP;
    case 'bytes_to_string':
      return first
        ? { cost: scaled(first.size, TEXT_FACTOR), size: { min: Math.floor(first.size.min / 4), max: first.size.max } }
        : CHEAP;
    case 'strings_quote':
      return first
        ? { cost: scaled(first.size, TEXT_FACTOR), size: { min: first.size.min + 2, max: first.size.max * 2 + 2 } }
        : CHEAP;
    case 'starts_with_string':
    case 'ends_with_string':
      return first ? { cost: scaled(first.size, TEXT_FACTOR) } : CHEAP;
    case 'in_list':
      return second ? { cost: second.size } : CHEAP;
    case 'matches_string':
      return target && first ? { cost: patternCost(target.size, first.size) } : CHEAP;
    case 'contains_string':
      return target && first
        ? { cost: times(scaled(target.size, TEXT_FACTOR), scaled(first.size, TEXT_FACTOR)) }
        : CHEAP;
    case 'add_list':
      return first && second ? { cost: ONE, size: plus(first.size, second.size) } : CHEAP;
    case 'add_string':
    case 'add_bytes': {
      if (first === undefined || second === undefined) return CHEAP;
      const size = plus(first.size, second.size);
      return { cost: scaled(size, TEXT_FACTOR), size };
    }
    case 'equals':
    case 'not_equals':
      if (first && second && name === '_==_' && sameType(first.type, second.type)) {
        const { kind } = first.type;
        if (OPAQUES.has(first.type.name)) return CHEAP;
        if (kind === 'struct' && first.type.name === 'kubernetes.NamedFormat') {
          return { cost: scaled({ min: 1, max: MAX_FORMAT }, TEXT_FACTOR) };
        }
      }
      return { cost: comparisonCost(first, second) };
    default:
      return COMPARED.test(id) ? { cost: comparisonCost(first, second) } : CHEAP;
  }
}

const COMPARED = /^(?:less|greater)(?:_equals)?_(?:string|bytes)$/;
const OPAQUES: ReadonlySet<string> = new Set([
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.URL',
  'kubernetes.authorization.Authorizer',
  'kubernetes.authorization.PathCheck',
  'kubernetes.authorization.GroupCheck',
  'kubernetes.authorization.ResourceCheck',
  'kubernetes.authorization.Decision',
]);

const sameSize = ({ size }: SizedNode): Estimated => ({ cost: scaled(size, TEXT_FACTOR), size });

function comparisonCost(first: SizedNode | undefined, second: SizedNode | undefined): Estimate {
  const max = Math.min(first?.size.max ?? 0, second?.size.max ?? 0);
  return scaled({ min: max > 0 ? 1 : 0, max }, TEXT_FACTOR);
}

const patternCost = (text: Estimate, pattern: Estimate): Estimate =>
  times(scaled(plus(text, ONE), TEXT_FACTOR), scaled(pattern, PATTERN_FACTOR));

function selectorCost(length: Estimate): Estimate {
  return plus(exactly(LIST_COST), scaled(length, TEXT_FACTOR), scaled(scaled(length, 0.5), LIST_COST + 40));
}

function searchCost({ type, size, itemSize }: SizedNode): Estimate {
  const [item] = type.params;
  if (item === undefined) return scaled(size, TEXT_FACTOR);
  const isText = item.kind === 'string' || item.kind === 'bytes';
  return times(size, isText ? plus(ONE, scaled(itemSize(), TEXT_FACTOR)) : ONE);
}

function joined(target: SizedNode, separator: SizedNode | undefined): Estimated {
  let size = target.type.params.length > 0 ? times(target.size, target.itemSize()) : NONE;
  if (separator !== undefined) {
    const gaps = { min: Math.max(target.size.min - 1, 0), max: Math.max(target.size.max - 1, 0) };
    size = plus(size, times(separator.size, gaps));
  }
  return { cost: scaled(size, TEXT_FACTOR), size };
}

function containsCost(name: string, id: string, other: SizedNode | undefined): Estimate {
  const bytes = { min: 4, max: 16 };
  const compared = scaled(plus(bytes, bytes), TEXT_FACTOR);
  const read = id.endsWith('_string') && other ? scaled(other.size, TEXT_FACTOR) : NONE;
  return name === 'containsIP' ? plus(compared, read) : plus(compared, scaled(bytes, TEXT_FACTOR), ONE, read);
}

/** The longest: the shortest parts are replaced by the longest texts; the shortest: the other way round. */
function replacedSize(text: Estimate, old: Estimate, next: Estimate): Estimate {
  let [count, kept] = [0, 0];
  if (old.min === 0) [count, kept] = [text.max < UNBOUNDED ? text.max + 1 : text.max, text.max];
  else if (next.max <= old.min) kept = text.max;
  else count = Math.ceil(text.max / old.min);
  const max = Math.min(count * next.max + kept, UNBOUNDED);
  [count, kept] = [0, 0];
  if (old.max === 0) [count, kept] = [text.min + 1, text.min];
  else if (old.max <= next.min) kept = text.min;
  else count = Math.ceil(text.min / old.max);
  return { min: Math.min(count * next.min + kept, UNBOUNDED), max };
}
