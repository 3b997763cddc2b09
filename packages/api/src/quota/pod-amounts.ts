import { parseQuantity, type QuantityAmount } from '@tabernetes/apimachinery';
import type { Container, PodSpec } from '../generated/core-v1.ts';

type Amounts = Map<string, QuantityAmount>;
type Texts = Readonly<Record<string, string>>;

/**
 * The sum of the containers, or the greatest moment while init containers run; sidecars count from their start.
 * Overhead is added to every request, and to limits that there are.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/component-helpers/resource/helpers.go
 */
export function podAmounts(
  spec: PodSpec | undefined,
  which: 'requests' | 'limits',
): ReadonlyMap<string, QuantityAmount> {
  const total: Amounts = new Map();
  const sidecars: Amounts = new Map();
  const initial: Amounts = new Map();
  const of = ({ resources }: Container): Amounts => parsed(resources?.[which]);
  for (const container of spec?.containers ?? []) add(total, of(container));
  for (const container of spec?.initContainers ?? []) {
    const moment = of(container);
    if (container.restartPolicy === 'Always') {
      add(total, moment);
      add(sidecars, moment);
      max(initial, sidecars);
    } else {
      add(moment, sidecars);
      max(initial, moment);
    }
  }
  max(total, initial);
  for (const [name, amount] of parsed(spec?.overhead)) {
    const sum = total.get(name);
    if (which === 'requests') total.set(name, sum?.add(amount) ?? amount);
    else if (sum !== undefined && !sum.isZero()) total.set(name, sum.add(amount));
  }
  return total;
}

const parsed = (texts: Texts | undefined): Amounts =>
  new Map(Object.entries(texts ?? {}).map(([name, text]) => [name, parseQuantity(text)]));

function add(to: Amounts, amounts: Amounts): void {
  for (const [name, amount] of amounts) to.set(name, to.get(name)?.add(amount) ?? amount);
}

function max(to: Amounts, amounts: Amounts): void {
  for (const [name, amount] of amounts) {
    const before = to.get(name);
    if (before === undefined || amount.compare(before) > 0) to.set(name, amount);
  }
}
