import type {
  Container,
  LimitRangeItem,
  PersistentVolumeClaim,
  PodSpec,
  ResourceRequirements,
} from '@tabernetes/api/types/core-v1';
import { parseQuantity, type QuantityAmount } from '@tabernetes/apimachinery';

type Amounts = ReadonlyMap<string, QuantityAmount>;

/** What a container is refused for by an item of a LimitRange, each as a sentence. Resources in the order of their names. */
export const containerRefusals = (
  resources: ResourceRequirements | undefined,
  limit: LimitRangeItem,
): readonly string[] => refusals(limit, amountsOf(resources?.requests), amountsOf(resources?.limits));

/** The same for a whole Pod, by what it needs at its peak. */
export const podRefusals = (spec: PodSpec | undefined, limit: LimitRangeItem): readonly string[] =>
  refusals(limit, podAmounts(spec, 'requests'), podAmounts(spec, 'limits'));

/** The same for a claim, which has requests alone. */
export function storageRefusals({ spec }: PersistentVolumeClaim, limit: LimitRangeItem): readonly string[] {
  const requests = amountsOf(spec?.resources?.requests);
  return [
    ...each(limit.min, (name, bound) => tooSmall(limit, name, bound, requests.get(name), undefined)),
    ...each(limit.max, (name, bound) => tooBig(limit, name, bound, requests.get(name), 'request')),
  ];
}

function refusals(limit: LimitRangeItem, requests: Amounts, limits: Amounts): readonly string[] {
  return [
    ...each(limit.min, (name, bound) => tooSmall(limit, name, bound, requests.get(name), limits.get(name))),
    ...each(limit.max, (name, bound) => {
      const refusal = tooBig(limit, name, bound, limits.get(name), 'limit');
      if (refusal !== undefined) return refusal;
      return requests.has(name) ? tooBig(limit, name, bound, requests.get(name), 'request') : undefined;
    }),
    ...each(limit.maxLimitRequestRatio, (name, bound) =>
      tooUneven(limit, name, bound, requests.get(name), limits.get(name)),
    ),
  ];
}

function each(
  bounds: Readonly<Record<string, string>> | undefined,
  refuse: (name: string, bound: QuantityAmount) => string | undefined,
): readonly string[] {
  if (bounds === undefined) return [];
  return Object.keys(bounds)
    .sort()
    .flatMap((name) => refuse(name, parseQuantity(bounds[name] ?? '0')) ?? []);
}

function tooSmall(
  { type }: LimitRangeItem,
  name: string,
  bound: QuantityAmount,
  request: QuantityAmount | undefined,
  limit: QuantityAmount | undefined,
): string | undefined {
  const head = `minimum ${name} usage per ${type} is ${bound}`;
  if (request === undefined) return `${head}.  No request is specified`;
  if (request.compare(bound) < 0) return `${head}, but request is ${request}`;
  return limit !== undefined && limit.compare(bound) < 0 ? `${head}, but limit is ${limit}` : undefined;
}

function tooBig(
  { type }: LimitRangeItem,
  name: string,
  bound: QuantityAmount,
  amount: QuantityAmount | undefined,
  what: 'request' | 'limit',
): string | undefined {
  const head = `maximum ${name} usage per ${type} is ${bound}`;
  if (amount === undefined) return `${head}.  No ${what} is specified`;
  return amount.compare(bound) > 0 ? `${head}, but ${what} is ${amount}` : undefined;
}

function tooUneven(
  { type }: LimitRangeItem,
  name: string,
  bound: QuantityAmount,
  request: QuantityAmount | undefined,
  limit: QuantityAmount | undefined,
): string | undefined {
  const head = `${name} max limit to request ratio per ${type} is ${bound}`;
  if (!request || request.isZero()) return `${head}, but no request is specified or request is 0`;
  if (!limit || limit.isZero()) return `${head}, but no limit is specified or limit is 0`;
  const ratio = limit.milliValue() / request.milliValue();
  return ratio * 1000 > bound.milliValue() ? `${head}, but provided ratio is ${ratio.toFixed(6)}` : undefined;
}

const amountsOf = (list: Readonly<Record<string, string>> = {}): Map<string, QuantityAmount> =>
  new Map(Object.entries(list).map(([name, text]) => [name, parseQuantity(text)]));

/**
 * Containers run together, init containers one after another before them, each beside the sidecars that were started
 * before it.
 */
function podAmounts(spec: PodSpec | undefined, part: 'requests' | 'limits'): Amounts {
  const own = ({ resources }: Container): Amounts => amountsOf(resources?.[part]);
  const total = new Map<string, QuantityAmount>();
  for (const container of spec?.containers ?? []) add(total, own(container));
  const sidecars = new Map<string, QuantityAmount>();
  const peak = new Map<string, QuantityAmount>();
  for (const container of spec?.initContainers ?? []) {
    const needs = new Map(sidecars);
    add(needs, own(container));
    if (container.restartPolicy === 'Always') {
      add(total, own(container));
      add(sidecars, own(container));
    }
    raise(peak, needs);
  }
  raise(total, peak);
  return total;
}

function add(sum: Map<string, QuantityAmount>, more: Amounts): void {
  for (const [name, amount] of more) sum.set(name, sum.get(name)?.add(amount) ?? amount);
}

function raise(to: Map<string, QuantityAmount>, floor: Amounts): void {
  for (const [name, amount] of floor) {
    const current = to.get(name);
    if (current === undefined || current.compare(amount) < 0) to.set(name, amount);
  }
}
