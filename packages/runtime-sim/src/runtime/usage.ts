import type { ContainerUsage } from '@tabernetes/node-api';
import type { Container } from './container.ts';

/** What a container uses now. */
export function usageOf(container: Container, nowMs: number): ContainerUsage {
  const { meter, memoryBytes } = container;
  return {
    cpuMillicores: meter.mean(nowMs),
    cpuNanoseconds: meter.total(nowMs),
    memoryBytes,
    ephemeralBytes: ephemeralBytesOf(container),
  };
}

/** What those that run use together. */
export function totalUsageOf(containers: Iterable<Container>): Pick<ContainerUsage, 'memoryBytes' | 'ephemeralBytes'> {
  let [memoryBytes, ephemeralBytes] = [0, 0];
  for (const container of containers) {
    if (container.state !== 'running') continue;
    memoryBytes += container.memoryBytes;
    ephemeralBytes += ephemeralBytesOf(container);
  }
  return { memoryBytes, ephemeralBytes };
}

const ephemeralBytesOf = ({ tree, log }: Container): number => tree.usedBytes + log.usedBytes;
