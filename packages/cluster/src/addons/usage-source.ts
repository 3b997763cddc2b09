import type { Container, Node, Pod } from '@tabernetes/api/types/core-v1';
import { parseQuantity } from '@tabernetes/apimachinery';

export interface Usage {
  /** Billionths of a core. */
  readonly cpuNanocores: number;
  readonly memoryBytes: number;
}

/** Who knows what Pods and nodes use: the kubelets, or a simulation of them. */
export interface UsageSource {
  /** By name of the container; undefined: nothing is known of it yet. */
  pod(pod: Pod, nowMs: number): ReadonlyMap<string, Usage> | undefined;
  /** `pods`: those on the node. */
  node(node: Node, pods: readonly Pod[], nowMs: number): Usage | undefined;
}

/** How often is measured, and over which time, in milliseconds. */
export const METRIC_WINDOW_MS = 15_000;

/** Annotations of a Pod that say what each of its containers uses, as quantities: for showing how autoscalers react. */
const CPU_ANNOTATION = 'usage.tabernetes.dev/cpu';
const MEMORY_ANNOTATION = 'usage.tabernetes.dev/memory';

const MIB = 2 ** 20;
/** What a node uses for itself. */
const SYSTEM: Usage = { cpuNanocores: 90_000_000, memoryBytes: 560 * MIB };

/**
 * Usage for containers that do nothing: what the Pod's annotations say, else a small part of what the container asks for,
 * a little different from Pod to Pod and from time to time, and the same for the same Pod and time.
 */
export const simulatedUsage: UsageSource = {
  pod({ metadata, spec, status }, nowMs) {
    const startedMs = Date.parse(status?.startTime ?? '');
    if (status?.phase !== 'Running' || !(startedMs + METRIC_WINDOW_MS <= nowMs)) return undefined;
    const { uid = '', annotations = {} } = metadata;
    const window = Math.floor(nowMs / METRIC_WINDOW_MS);
    const [cpu, memory] = [annotations[CPU_ANNOTATION], annotations[MEMORY_ANNOTATION]];
    return new Map(
      (spec?.containers ?? []).map((container) => {
        const always = chance(`${uid}/${container.name}`);
        const now = 0.8 + 0.4 * chance(`${uid}/${container.name}/${window}`);
        const cpuNanocores =
          amount(cpu, 1e9) ?? (requested(container, 'cpu', 1e9) ?? 1e7) * (0.05 + 0.2 * always) * now;
        const memoryBytes = amount(memory, 1) ?? (requested(container, 'memory', 1) ?? 32 * MIB) * (0.3 + 0.3 * always);
        return [container.name, { cpuNanocores: Math.round(cpuNanocores), memoryBytes: Math.round(memoryBytes) }];
      }),
    );
  },
  node(_node, pods, nowMs) {
    let { cpuNanocores, memoryBytes } = SYSTEM;
    for (const pod of pods) {
      for (const usage of simulatedUsage.pod(pod, nowMs)?.values() ?? []) {
        cpuNanocores += usage.cpuNanocores;
        memoryBytes += usage.memoryBytes;
      }
    }
    return { cpuNanocores, memoryBytes };
  },
};

const requested = ({ resources }: Container, name: string, factor: number): number | undefined =>
  amount(resources?.requests?.[name], factor);

/** Undefined: there is none, or what is there is no quantity. */
function amount(text: string | undefined, factor: number): number | undefined {
  if (text === undefined) return undefined;
  try {
    return (parseQuantity(text).milliValue() * factor) / 1000;
  } catch {
    return undefined;
  }
}

/** A number in 0 … 1 that a text always gives: FNV-1a. */
function chance(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193) >>> 0;
  return hash / 2 ** 32;
}
