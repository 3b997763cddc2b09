import type { ContainerRuntime } from '@tabernetes/node-api';
import { catalogue, PROGRAMS, sh, simulatedRuntime } from '@tabernetes/runtime-sim';
import type { RuntimeRequest } from './simulated-nodes.ts';

/** Runtimes whose containers are programs in memory; all nodes of a cluster pull from one catalogue. */
export function simulatedRuntimes(): (request: RuntimeRequest) => ContainerRuntime {
  const images = catalogue({ programs: { ...PROGRAMS, ash: sh, bash: sh, sh } });
  return ({ nodeName, latency, cpus, memoryBytes, preloadedImages, ...deps }) =>
    simulatedRuntime({ ...deps, images }, { nodeName, latency, cpus, memoryBytes, preloadedImages });
}
