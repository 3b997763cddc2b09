import { parseQuantity, type QuantityAmount } from '@tabernetes/apimachinery';
import type { PodSpec } from '../generated/core-v1.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

const COUNTED = ['cpu', 'memory'];
const NONE: readonly never[] = [];

type Sums = Map<string, QuantityAmount>;

/**
 * How firmly a Pod's resources are promised: fully (every container has limits of CPU and memory, and requests as
 * much), in part, or not at all. Zero amounts do not count.
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-qos/
 */
export function qosClass(spec: PodSpec): QosClass {
  const requests: Sums = new Map();
  const limits: Sums = new Map();
  let guaranteed = true;
  for (const containers of [spec.containers, spec.initContainers]) {
    for (const { resources } of containers ?? NONE) {
      addTo(requests, resources?.requests);
      if (addTo(limits, resources?.limits) < 2) guaranteed = false;
    }
  }
  if (requests.size === 0 && limits.size === 0) return 'BestEffort';
  if (!guaranteed || requests.size !== limits.size) return 'Burstable';
  for (const [name, request] of requests) {
    const limit = limits.get(name);
    if (limit === undefined || limit.compare(request) !== 0) return 'Burstable';
  }
  return 'Guaranteed';
}

/** Adds up CPU and memory; returns how many of the two are there. */
function addTo(sums: Sums, resources: Readonly<Record<string, string>> | undefined): number {
  let found = 0;
  if (resources === undefined) return found;
  for (const name of COUNTED) {
    const text = resources[name];
    if (text === undefined) continue;
    const amount = parseQuantity(text);
    if (amount.sign() <= 0) continue;
    found++;
    sums.set(name, sums.get(name)?.add(amount) ?? amount);
  }
  return found;
}
