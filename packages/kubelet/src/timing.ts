import type { Rng } from '@tabernetes/base';

/**
 * What takes time: nothing, containers alone, or the steps of the kubelet as well.
 */
export type Latency = 'none' | 'short' | 'real';

/** How long a kubelet's own steps take, beside what its runtime takes. Milliseconds. */
export interface Timing {
  /** How often the runtime is looked at. 0: what happens there is known at once. */
  readonly relistMs: number;
  /** Whether it is told that a Pod's containers are being made: where they take no time there is something better to say in a moment. */
  readonly tellsOfCreation: boolean;
  /** When a Pod is looked at again of which something could not be started. Undefined: as soon as there is hope. */
  retryMs(): number | undefined;
  /** From the end of a Pod's last container until its volumes are unmounted, so that it may be forgotten. */
  readonly unmountMs: number;
  /** When volumes are looked at again that were mounted still. */
  readonly unmountPollMs: number;
  /** From the moment at which volumes are asked for to the first look at what has become of them. */
  readonly claimLookMs: number;
  /** From the change of a ConfigMap to its volume. */
  configUpdateMs(): number;
  /** How old what is known of local storage is when Pods are judged by it: one that has just taken too much has until then. */
  readonly storageStatsAgeMs: number;
  /** From the moment at which a container is to be asked how it is to the question. */
  readonly probeMs: number;
}

export function timingOf(latency: Latency, rng: Rng): Timing {
  if (latency === 'real') return realTiming(rng);
  return latency === 'short' ? { ...instantTiming, tellsOfCreation: true } : instantTiming;
}

/** Nothing takes time but what the specification says: back-offs, probes, grace periods. */
const instantTiming: Timing = {
  relistMs: 0,
  tellsOfCreation: false,
  retryMs: () => undefined,
  unmountMs: 0,
  unmountPollMs: 0,
  claimLookMs: 0,
  configUpdateMs: () => 0,
  storageStatsAgeMs: 0,
  probeMs: 0,
};

/**
 * What a kubelet takes on a small cluster.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/pod_workers.go completeWork
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/volumemanager/volume_manager.go WaitForUnmount
 */
function realTiming(rng: Rng): Timing {
  return {
    relistMs: 1_000,
    tellsOfCreation: true,
    retryMs: () => 10_000 + rng.int(5_000),
    unmountMs: 100,
    unmountPollMs: 300,
    claimLookMs: 300,
    configUpdateMs: () => 60_000 + rng.int(30_000),
    storageStatsAgeMs: 10_000,
    probeMs: 5,
  };
}
