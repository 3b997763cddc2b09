import { parseQuantity } from '@tabernetes/apimachinery';
import type { Container, PodSpec } from '@tabernetes/api/types/core-v1';

/** What a Pod asks of a node: thousandths of CPUs, bytes, and whole units of everything else. */
export class ResourceAmounts {
  milliCpu = 0;
  memoryBytes = 0;
  ephemeralBytes = 0;
  /** Extended resources, huge pages, attachable volumes; undefined when there are none. */
  scalars: Map<string, number> | undefined = undefined;

  /** An amount by resource name: milli for `cpu`. */
  amount(resource: string): number {
    switch (resource) {
      case 'cpu':
        return this.milliCpu;
      case 'memory':
        return this.memoryBytes;
      case 'ephemeral-storage':
        return this.ephemeralBytes;
      default:
        return this.scalars?.get(resource) ?? 0;
    }
  }

  /** Adds `times` (1 or -1) the other amounts. */
  add(other: ResourceAmounts, times: 1 | -1): void {
    this.milliCpu += times * other.milliCpu;
    this.memoryBytes += times * other.memoryBytes;
    this.ephemeralBytes += times * other.ephemeralBytes;
    if (other.scalars === undefined) return;
    this.scalars ??= new Map();
    for (const [name, amount] of other.scalars) this.scalars.set(name, (this.scalars.get(name) ?? 0) + times * amount);
  }

  max(other: ResourceAmounts): void {
    this.milliCpu = Math.max(this.milliCpu, other.milliCpu);
    this.memoryBytes = Math.max(this.memoryBytes, other.memoryBytes);
    this.ephemeralBytes = Math.max(this.ephemeralBytes, other.ephemeralBytes);
    if (other.scalars === undefined) return;
    this.scalars ??= new Map();
    for (const [name, amount] of other.scalars) this.scalars.set(name, Math.max(this.scalars.get(name) ?? 0, amount));
  }

  addList(list: ResourceList | undefined, missing: ResourceDefaults = NO_DEFAULTS): void {
    if (list !== undefined) {
      for (const name in list) {
        const text = list[name];
        if (text === undefined) continue;
        if (name === 'cpu') this.milliCpu += parseQuantity(text).milliValue();
        else if (name === 'memory') this.memoryBytes += parseQuantity(text).value();
        else if (name === 'ephemeral-storage') this.ephemeralBytes += parseQuantity(text).value();
        else if (isScalarResource(name)) {
          this.scalars ??= new Map();
          this.scalars.set(name, (this.scalars.get(name) ?? 0) + parseQuantity(text).value());
        }
      }
    }
    if (missing.milliCpu > 0 && list?.['cpu'] === undefined) this.milliCpu += missing.milliCpu;
    if (missing.memoryBytes > 0 && list?.['memory'] === undefined) this.memoryBytes += missing.memoryBytes;
  }
}

/** Kubernetes counts these per node without knowing what they are; `pods` and `storage` are none. */
export const isScalarResource = (name: string): boolean =>
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
