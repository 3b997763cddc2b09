import { type ApiResponse, encodeJson, failure } from '@tabernetes/apimachinery';
import type { Kubelet } from '../kubelet.ts';

/**
 * What the kubelet's own HTTPS server answers on `/healthz`, `/configz`, `/pods`, `/runningpods`, `/stats/summary`, `/metrics` and
 * `/metrics/resource`.
 *
 * @throws {StatusError} NotFound for every other path
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/server/server.go
 */
export function nodeAnswer(kubelet: Kubelet, path: string, nowMs: number): ApiResponse {
  switch (path.replace(/\/$/, '')) {
    case '/healthz':
    case '/healthz/ping':
    case '/healthz/log':
    case '/healthz/syncloop':
      return text('ok');
    case '/configz':
      return text(JSON.stringify({ kubeletconfig: configuration(kubelet) }), 'application/json');
    case '/runningpods':
      return text(`${JSON.stringify(runningPods(kubelet))}\n`, 'application/json');
    case '/pods': {
      // Items of this list do not say what they are.
      const items = kubelet.pods().map(({ pod: { apiVersion: _v, kind: _k, ...pod } }) => encodeJson(pod));
      return text(
        `{"kind":"PodList","apiVersion":"v1","metadata":{},"items":[${items.join(',')}]}\n`,
        'application/json',
      );
    }
    case '/stats/summary':
      return text(JSON.stringify(summary(kubelet, nowMs), null, 1), 'application/json');
    case '/metrics':
      return text(metrics(kubelet));
    case '/metrics/resource':
      return text(resourceMetrics(kubelet, nowMs));
    default:
      throw failure(404, 'NotFound', 'the server could not find the requested resource');
  }
}

/** The Pods that have a sandbox or containers that run, with no more than the runtime knows of them. */
function runningPods({ pods }: Kubelet): unknown {
  const items = pods().flatMap(({ pod, containers }) => {
    const running = containers.see().containers.filter(({ state }) => state === 'running');
    if (running.length === 0 && containers.sandbox?.ready !== true) return [];
    const listed = running.map((each) => ({ name: each.name, image: each.imageRef, resources: {} }));
    const { name, namespace, uid } = pod.metadata;
    return {
      metadata: { name, namespace, uid, creationTimestamp: null },
      spec: { containers: listed.length === 0 ? null : listed },
      status: {},
    };
  });
  return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items };
}

const text = (body: string, contentType = 'text/plain'): ApiResponse => ({
  status: 200,
  headers: {},
  body: { kind: 'text', contentType, text: body },
});

function configuration({ hostIP }: Kubelet): unknown {
  return {
    enableServer: true,
    podLogsDir: '/var/log/pods',
    syncFrequency: '1m0s',
    fileCheckFrequency: '20s',
    httpCheckFrequency: '20s',
    address: hostIP,
    port: 10250,
    registryPullQPS: 5,
    registryBurst: 10,
    eventRecordQPS: 50,
    eventBurst: 100,
    enableDebuggingHandlers: true,
    healthzPort: 10248,
    healthzBindAddress: '127.0.0.1',
    oomScoreAdj: -999,
    clusterDomain: 'cluster.local',
    clusterDNS: ['10.96.0.10'],
    streamingConnectionIdleTimeout: '4h0m0s',
    nodeStatusUpdateFrequency: '10s',
    nodeStatusReportFrequency: '5m0s',
    nodeLeaseDurationSeconds: 40,
    maxPods: 110,
    podPidsLimit: -1,
    cpuCFSQuota: true,
    cpuCFSQuotaPeriod: '100ms',
    nodeStatusMaxImages: 50,
    serializeImagePulls: true,
    evictionPressureTransitionPeriod: '5m0s',
    enableControllerAttachDetach: true,
    containerLogMaxSize: '10Mi',
    containerLogMaxFiles: 5,
    configMapAndSecretChangeDetectionStrategy: 'Watch',
    registerNode: true,
    localStorageCapacityIsolation: true,
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
  };
}

function summary({ nodeName, runtime, pods }: Kubelet, nowMs: number): unknown {
  const time = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
  const perPod = pods().map(({ pod, containers }) => ({
    podRef: { name: pod.metadata.name, namespace: pod.metadata.namespace, uid: pod.metadata.uid },
    startTime: pod.status?.startTime,
    containers: containers.see().containers.flatMap(({ id, name, state, startedMs }) => {
      if (state !== 'running') return [];
      const { cpuMillicores, cpuNanoseconds, memoryBytes, ephemeralBytes } = runtime.usage(id);
      return [
        {
          name,
          startTime: `${new Date(startedMs).toISOString().slice(0, 19)}Z`,
          cpu: { time, usageNanoCores: cpuMillicores * 1_000_000, usageCoreNanoSeconds: cpuNanoseconds },
          memory: { time, usageBytes: memoryBytes, workingSetBytes: memoryBytes, rssBytes: memoryBytes },
          rootfs: { time, usedBytes: ephemeralBytes },
        },
      ];
    }),
  }));
  const all = perPod.flatMap(({ containers }) => containers);
  const sum = (of: (c: (typeof all)[number]) => number): number => all.reduce((total, c) => total + of(c), 0);
  const cpu = {
    time,
    usageNanoCores: sum((c) => c.cpu.usageNanoCores),
    usageCoreNanoSeconds: sum((c) => c.cpu.usageCoreNanoSeconds),
  };
  const memory = {
    time,
    usageBytes: sum((c) => c.memory.usageBytes),
    workingSetBytes: sum((c) => c.memory.workingSetBytes),
  };
  return { node: { nodeName, cpu, memory }, pods: perPod };
}

function metrics({ nodeName, pods }: Kubelet): string {
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
function resourceMetrics({ runtime, pods }: Kubelet, nowMs: number): string {
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
      cpu.push(`{container="${name}",${labels}} ${cpuNanoseconds / 1e9} ${nowMs}`);
      memory.push(`{container="${name}",${labels}} ${memoryBytes} ${nowMs}`);
      started.push(`{container="${name}",${labels}} ${startedMs / 1000}`);
      own.seconds += cpuNanoseconds / 1e9;
      own.bytes += memoryBytes;
    }
    podCpu.push(`{${labels}} ${own.seconds} ${nowMs}`);
    podMemory.push(`{${labels}} ${own.bytes} ${nowMs}`);
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
      [` ${all.seconds} ${nowMs}`],
    ],
    ['node_memory_working_set_bytes', 'gauge', 'Current working set of the node in bytes', [` ${all.bytes} ${nowMs}`]],
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
