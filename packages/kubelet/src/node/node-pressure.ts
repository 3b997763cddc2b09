import { podAmounts } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { parseQuantity, quantityOf } from '@tabernetes/apimachinery';

/** What one Pod uses of its node. Bytes. */
export interface PodUsage {
  readonly pod: Pod;
  readonly memoryBytes: number;
  /** Containers' own layers, logs and emptyDirs. */
  readonly diskBytes: number;
  readonly containers: readonly { readonly name: string; readonly memoryBytes: number; readonly diskBytes: number }[];
}

/** What is short on a node, and who is to go. */
export interface Pressure {
  readonly resource: 'memory' | 'ephemeral-storage';
  readonly victim: Pod;
  readonly message: string;
}

/** @see https://kubernetes.io/docs/concepts/scheduling-eviction/node-pressure-eviction/ */
const MEMORY_THRESHOLD_BYTES = 100 * 2 ** 20;
const DISK_THRESHOLD = 0.1;

/** Whether so much leaves too little of a node, whoever uses it. */
export function isShort(
  used: { readonly memoryBytes: number; readonly diskBytes: number },
  capacity: Readonly<Record<string, string>>,
): boolean {
  const memory = capacity['memory'];
  if (memory !== undefined && parseQuantity(memory).value() - used.memoryBytes < MEMORY_THRESHOLD_BYTES) return true;
  const disk = capacity['ephemeral-storage'];
  if (disk === undefined) return false;
  const total = parseQuantity(disk).value();
  return total - used.diskBytes < total * DISK_THRESHOLD;
}

/**
 * Whether the Pods of a node use too much of it, and which of them has to end first: who uses more than it asked for, then
 * who matters least, then who is most above what it asked for. Undefined: there is enough.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/eviction/eviction_manager.go
 */
export function nodePressure(
  usages: readonly PodUsage[],
  capacity: Readonly<Record<string, string>>,
  imageBytes = 0,
): Pressure | undefined {
  return (
    shortOf('memory', usages, { has: capacity['memory'], besides: 0 }, () => MEMORY_THRESHOLD_BYTES) ??
    shortOf(
      'ephemeral-storage',
      usages,
      { has: capacity['ephemeral-storage'], besides: imageBytes },
      (total) => total * DISK_THRESHOLD,
    )
  );
}

function shortOf(
  resource: Pressure['resource'],
  usages: readonly PodUsage[],
  { has, besides }: { readonly has: string | undefined; readonly besides: number },
  thresholdOf: (total: number) => number,
): Pressure | undefined {
  if (has === undefined) return undefined;
  const of = ({ memoryBytes, diskBytes }: { memoryBytes: number; diskBytes: number }): number =>
    resource === 'memory' ? memoryBytes : diskBytes;
  const total = parseQuantity(has).value();
  const available = total - usages.reduce((sum, usage) => sum + of(usage), besides);
  const threshold = thresholdOf(total);
  if (available >= threshold) return undefined;
  const asked = ({ pod }: PodUsage): number => podAmounts(pod.spec, 'requests').get(resource)?.value() ?? 0;
  const over = (usage: PodUsage): number => of(usage) - asked(usage);
  const [victim] = usages
    // What keeps the node itself going stays.
    .filter(({ pod }) => (pod.spec?.priority ?? 0) < SYSTEM_CRITICAL)
    .sort(
      (a, b) =>
        Number(over(b) > 0) - Number(over(a) > 0) ||
        (a.pod.spec?.priority ?? 0) - (b.pod.spec?.priority ?? 0) ||
        over(b) - over(a),
    );
  if (victim === undefined) return undefined;
  const bytes = (amount: number): string => quantityOf(Math.max(Math.floor(amount), 0), 'BinarySI').toString();
  let message = `The node was low on resource: ${resource}. Threshold quantity: ${bytes(threshold)}, available: ${bytes(available)}. `;
  for (const container of victim.containers) {
    const spec = victim.pod.spec?.containers.find(({ name }) => name === container.name);
    const request = parseQuantity(spec?.resources?.requests?.[resource] ?? '0');
    const used = of(container);
    if (used <= request.value()) continue;
    message += `Container ${container.name} was using ${bytes(used)}, request is ${request}, has larger consumption of ${resource}. `;
  }
  return { resource, victim: victim.pod, message };
}

const SYSTEM_CRITICAL = 2_000_000_000;
