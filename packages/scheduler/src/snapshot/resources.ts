import type { Container, PodSpec } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';

/** Where an amount stands in {@link ResourceAmounts.values}. */
const CPU = 0;
const MEMORY = 1;
export const EPHEMERAL = 2;

/** CPU, MEMORY or EPHEMERAL; -1 of every other resource. */
export const resourceIndex = (resource: string): number => NAMES.indexOf(resource);

const NAMES: readonly string[] = ['cpu', 'memory', 'ephemeral-storage'];

/**
 * What a Pod asks of a node. The three that nearly every cycle compares stand in a typed array, as scoring thousands of
 * nodes reads little else.
 */
export class ResourceAmounts {
  /** Thousandths of CPUs, bytes of memory, bytes of ephemeral storage. */
  readonly values: Float64Array = new Float64Array(NAMES.length);
  /** Whole units of extended resources, huge pages, attachable volumes; undefined when there are none. */
  scalars: Map<string, number> | undefined = undefined;

  /** An amount by resource name: milli for `cpu`. */
  amount(resource: string): number {
    const index = resourceIndex(resource);
    return index < 0 ? (this.scalars?.get(resource) ?? 0) : (this.values[index] ?? 0);
  }

  /** Adds `times` (1 or -1) the other amounts. */
  add(other: ResourceAmounts, times: 1 | -1): void {
    for (let i = 0; i < NAMES.length; i++) this.#plus(i, times * (other.values[i] ?? 0));
    if (other.scalars === undefined) return;
    this.scalars ??= new Map();
    for (const [name, amount] of other.scalars) this.scalars.set(name, (this.scalars.get(name) ?? 0) + times * amount);
  }

  max(other: ResourceAmounts): void {
    for (let i = 0; i < NAMES.length; i++) this.values[i] = Math.max(this.values[i] ?? 0, other.values[i] ?? 0);
    if (other.scalars === undefined) return;
    this.scalars ??= new Map();
    for (const [name, amount] of other.scalars) this.scalars.set(name, Math.max(this.scalars.get(name) ?? 0, amount));
  }

  addList(list: ResourceList | undefined, missing: ResourceDefaults = NO_DEFAULTS): void {
    for (const name in list) {
      const text = list[name];
      if (text === undefined) continue;
      const index = resourceIndex(name);
      if (index === CPU) this.#plus(CPU, parseQuantity(text).milliValue());
      else if (index > CPU) this.#plus(index, parseQuantity(text).value());
      else if (isScalarResource(name)) {
        this.scalars ??= new Map();
        this.scalars.set(name, (this.scalars.get(name) ?? 0) + parseQuantity(text).value());
      }
    }
    if (list?.['cpu'] === undefined) this.#plus(CPU, missing.milliCpu);
    if (list?.['memory'] === undefined) this.#plus(MEMORY, missing.memoryBytes);
  }

  #plus(index: number, amount: number): void {
    this.values[index] = (this.values[index] ?? 0) + amount;
  }
}

/** Kubernetes counts these per node without knowing what they are; `pods` and `storage` are none. */
const isScalarResource = (name: string): boolean =>
  name.includes('/') || name.startsWith('hugepages-') || name.startsWith('attachable-volumes-');

interface ResourceDefaults {
  readonly milliCpu: number;
  readonly memoryBytes: number;
}

type ResourceList = Readonly<Record<string, string>>;

const NO_DEFAULTS: ResourceDefaults = { milliCpu: 0, memoryBytes: 0 };

/**
 * What scoring takes a container for that requests nothing, so that such Pods spread too.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/util/pod_resources.go
 */
export const NON_ZERO: ResourceDefaults = { milliCpu: 100, memoryBytes: 200 * 1024 * 1024 };

/**
 * The sum of the containers, or the greatest moment while init containers run; sidecars count from their start.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/component-helpers/resource/helpers.go PodRequests
 */
export function podRequests(spec: PodSpec | undefined, missing: ResourceDefaults = NO_DEFAULTS): ResourceAmounts {
  const total = new ResourceAmounts();
  for (const container of spec?.containers ?? []) total.addList(container.resources?.requests, missing);
  if (spec?.initContainers?.length) {
    const sidecars = new ResourceAmounts();
    const initial = new ResourceAmounts();
    for (const container of spec.initContainers) {
      if (isSidecar(container)) {
        total.addList(container.resources?.requests, missing);
        sidecars.addList(container.resources?.requests, missing);
        initial.max(sidecars);
      } else {
        const moment = new ResourceAmounts();
        moment.addList(container.resources?.requests, missing);
        moment.add(sidecars, 1);
        initial.max(moment);
      }
    }
    total.max(initial);
  }
  if (spec?.overhead !== undefined) total.addList(spec.overhead);
  return total;
}

export const isSidecar = (container: Container): boolean => container.restartPolicy === 'Always';
