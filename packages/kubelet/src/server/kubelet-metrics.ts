import type { Kubelet } from '../kubelet.ts';
import { HEALTH_CHECKS } from './health-checks.ts';

/** `/metrics`: what runs here, of all that a kubelet counts. */
export function metrics({ nodeName, pods }: Kubelet): string {
  const states = { created: 0, exited: 0, running: 0 };
  let running = 0;
  for (const worker of pods()) {
    if (worker.state === 'syncing') running++;
    for (const { state } of worker.containers.see().containers) states[state]++;
  }
  return [
    `# HELP kubelet_node_name [ALPHA] The node's name. The count is always 1.`,
    '# TYPE kubelet_node_name gauge',
    `kubelet_node_name{node="${nodeName}"} 1`,
    '# HELP kubelet_running_containers [ALPHA] Number of containers currently running',
    '# TYPE kubelet_running_containers gauge',
    ...Object.entries(states).map(([state, n]) => `kubelet_running_containers{container_state="${state}"} ${n}`),
    '# HELP kubelet_running_pods [ALPHA] Number of pods that have a running pod sandbox',
    '# TYPE kubelet_running_pods gauge',
    `kubelet_running_pods ${running}`,
    '',
  ].join('\n');
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/metrics/collectors/resource_metrics.go */
export function resourceMetrics({ runtime, pods }: Kubelet, nowMs: number): string {
  const cpu: string[] = [];
  const memory: string[] = [];
  const started: string[] = [];
  const podCpu: string[] = [];
  const podMemory: string[] = [];
  const all = { seconds: 0, bytes: 0 };
  for (const { pod, containers } of pods()) {
    const labels = `namespace="${pod.metadata.namespace}",pod="${pod.metadata.name}"`;
    const own = { seconds: 0, bytes: 0 };
    for (const { id, name, state, startedMs } of containers.see().containers) {
      if (state !== 'running') continue;
      const { cpuNanoseconds, memoryBytes } = runtime.usage(id);
      cpu.push(`{container="${name}",${labels}} ${goFloat(cpuNanoseconds / 1e9)} ${nowMs}`);
      memory.push(`{container="${name}",${labels}} ${goFloat(memoryBytes)} ${nowMs}`);
      started.push(`{container="${name}",${labels}} ${goFloat(startedMs / 1000)}`);
      own.seconds += cpuNanoseconds / 1e9;
      own.bytes += memoryBytes;
    }
    podCpu.push(`{${labels}} ${goFloat(own.seconds)} ${nowMs}`);
    podMemory.push(`{${labels}} ${goFloat(own.bytes)} ${nowMs}`);
    all.seconds += own.seconds;
    all.bytes += own.bytes;
  }
  const families: readonly (readonly [string, string, string, readonly string[]])[] = [
    [
      'container_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the container in core-seconds',
      cpu,
    ],
    ['container_memory_working_set_bytes', 'gauge', 'Current working set of the container in bytes', memory],
    ['container_start_time_seconds', 'gauge', 'Start time of the container since unix epoch in seconds', started],
    [
      'node_cpu_usage_seconds_total',
      'counter',
      'Cumulative cpu time consumed by the node in core-seconds',
      [` ${goFloat(all.seconds)} ${nowMs}`],
    ],
    [
      'node_memory_working_set_bytes',
      'gauge',
      'Current working set of the node in bytes',
      [` ${goFloat(all.bytes)} ${nowMs}`],
    ],
    ['pod_cpu_usage_seconds_total', 'counter', 'Cumulative cpu time consumed by the pod in core-seconds', podCpu],
    ['pod_memory_working_set_bytes', 'gauge', 'Current working set of the pod in bytes', podMemory],
    ['resource_scrape_error', 'gauge', '1 if there was an error while getting container metrics, 0 otherwise', [' 0']],
  ];
  return families
    .filter(([, , , samples]) => samples.length > 0)
    .map(
      ([name, type, help, samples]) =>
        `# HELP ${name} [STABLE] ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => `${name}${sample}\n`).join('')}`,
    )
    .join('');
}

/** A number of a metric, as Go writes it: `0.5`, `1.048576e+07`. */
export function goFloat(value: number): string {
  if (value === 0 || (Math.abs(value) >= 1e-4 && Math.abs(value) < 1e6)) return String(value);
  return value.toExponential().replace(/(e[-+])(\d)$/, '$10$2');
}

/** `/metrics/slis`. @see staging/src/k8s.io/component-base/metrics/prometheus/slis */
export function healthMetrics(): string {
  const checks = [...HEALTH_CHECKS].sort();
  return [
    '# HELP kubernetes_healthcheck [STABLE] This metric records the result of a single healthcheck.',
    '# TYPE kubernetes_healthcheck gauge',
    ...checks.map((name) => `kubernetes_healthcheck{name="${name}",type="healthz"} 1`),
    '',
  ].join('\n');
}
