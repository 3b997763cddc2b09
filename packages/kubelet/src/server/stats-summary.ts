import { parseQuantity } from '@tabernetes/apimachinery';
import type { Kubelet } from '../kubelet.ts';
import type { PodWorker } from '../pod/pod-worker.ts';

/**
 * `/stats/summary`: what is measured here. Network, inodes, faults and swap are not.
 *
 * @param cpuAndMemoryOnly leaves disks out
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/staging/src/k8s.io/kubelet/pkg/apis/stats/v1alpha1/types.go
 */
export function statsSummary(kubelet: Kubelet, nowMs: number, cpuAndMemoryOnly: boolean): unknown {
  const { nodeName, capacity, runtime } = kubelet;
  const time = timeText(nowMs);
  const pods = kubelet.pods().map((worker) => podStats(kubelet, worker, time, cpuAndMemoryOnly));
  const used = totalOf(pods.map((pod) => pod.used));
  const cpu = cpuStats(time, used);
  const memory = memoryStats(time, used.memoryBytes, bytesOf(capacity['memory']));
  const startTime = timeText(kubelet.startedMs);
  const capacityBytes = bytesOf(capacity['ephemeral-storage']);
  const imageBytes = runtime.images().reduce((total, { sizeBytes }) => total + sizeBytes, 0);
  const disk = (usedBytes: number): unknown => ({
    time,
    ...(capacityBytes > 0 && { availableBytes: Math.max(0, capacityBytes - usedBytes), capacityBytes }),
    usedBytes,
  });
  const images = disk(imageBytes);
  const node = {
    nodeName,
    systemContainers: [{ name: 'pods', startTime, cpu, memory }],
    startTime,
    cpu,
    memory,
    ...(!cpuAndMemoryOnly && {
      fs: disk(imageBytes + runtime.totalUsage().ephemeralBytes),
      runtime: { imageFs: images, containerFs: images },
    }),
  };
  return { node, pods: pods.map(({ told }) => told) };
}

interface Used {
  readonly cpuMillicores: number;
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
  readonly ephemeralBytes: number;
}

function podStats(
  { runtime }: Kubelet,
  { pod, containers }: PodWorker,
  time: string,
  cpuAndMemoryOnly: boolean,
): { readonly used: Used; readonly told: unknown } {
  const { name, namespace, uid } = pod.metadata;
  const disk = (what: string, { ephemeralBytes }: Used): Readonly<Record<string, unknown>> =>
    cpuAndMemoryOnly ? {} : { [what]: { time, usedBytes: ephemeralBytes } };
  const running = containers.see().containers.filter(({ state }) => state === 'running');
  const uses = running.map(({ id }): Used => runtime.usage(id));
  const used = totalOf(uses);
  const limitOf = (container: string): number =>
    bytesOf(pod.spec?.containers.find((each) => each.name === container)?.resources?.limits?.['memory']);
  const listed = running.map((container, i) => {
    const own = uses[i] ?? NOTHING;
    return {
      name: container.name,
      startTime: timeText(container.startedMs),
      cpu: cpuStats(time, own),
      memory: memoryStats(time, own.memoryBytes, limitOf(container.name)),
      ...disk('rootfs', own),
    };
  });
  const told = {
    podRef: { name, namespace, uid },
    startTime: pod.status?.startTime,
    containers: listed,
    cpu: cpuStats(time, used),
    memory: memoryStats(time, used.memoryBytes, 0),
    ...disk('ephemeral-storage', used),
  };
  return { used, told };
}

const NOTHING: Used = { cpuMillicores: 0, cpuNanoseconds: 0, memoryBytes: 0, ephemeralBytes: 0 };

const totalOf = (uses: readonly Used[]): Used =>
  uses.reduce(
    (total, each) => ({
      cpuMillicores: total.cpuMillicores + each.cpuMillicores,
      cpuNanoseconds: total.cpuNanoseconds + each.cpuNanoseconds,
      memoryBytes: total.memoryBytes + each.memoryBytes,
      ephemeralBytes: total.ephemeralBytes + each.ephemeralBytes,
    }),
    NOTHING,
  );

const cpuStats = (time: string, { cpuMillicores, cpuNanoseconds }: Used) => ({
  time,
  usageNanoCores: cpuMillicores * 1_000_000,
  usageCoreNanoSeconds: cpuNanoseconds,
});

/** @param limitBytes 0: none */
const memoryStats = (time: string, bytes: number, limitBytes: number) => ({
  time,
  ...(limitBytes > 0 && { availableBytes: Math.max(0, limitBytes - bytes) }),
  usageBytes: bytes,
  workingSetBytes: bytes,
  rssBytes: bytes,
});

const bytesOf = (quantity: string | number | undefined): number =>
  quantity === undefined ? 0 : parseQuantity(String(quantity)).value();

const timeText = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
