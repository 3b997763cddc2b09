import type { Node, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { deepFreeze, seededRng } from '@tabernetes/base';
import { createProfile, PodInfo, Snapshot, schedulePod } from '../src/index.ts';

export interface BenchRow {
  readonly name: string;
  readonly n: number;
  readonly value: number;
  readonly unit: string;
}

const NODES = 5000;
const PODS = 10_000;
const ZONES = 3;

/**
 * Pods placed one after another on 5,000 nodes by the pure core: plain ones, and with the rules that upstream finds
 * dear. Twice as many Pods at the same pace mean that a cycle does not pay for what is there.
 */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  place(500, plain); // warm up
  const rate = (name: string, pods: number, spec: SpecOf): void => {
    const from = performance.now();
    place(pods, spec);
    report({ name, n: pods, value: Math.round((pods / (performance.now() - from)) * 1000), unit: 'pods/s' });
  };
  rate('plain Pods', PODS, plain);
  rate('plain Pods, twice as many', 2 * PODS, plain);
  rate('node affinity and tolerations', PODS, (i) => ({ ...plain(i), ...PICKY }));
  rate('spread over zones and hosts', PODS, (i) => ({ ...plain(i), topologySpreadConstraints: spread(i) }));
  rate('preferred anti-affinity by host', PODS, (i) => ({ ...plain(i), affinity: apart(i, false) }));
  rate('required anti-affinity by host', PODS, (i) => ({ ...plain(i), affinity: apart(i, true) }));
}

type SpecOf = (index: number) => PodSpec;

function place(count: number, spec: SpecOf): void {
  const snapshot = new Snapshot();
  for (let i = 0; i < NODES; i++) snapshot.setNode(node(i));
  const rng = seededRng('bench');
  const profile = createProfile();
  let startIndex = 0;
  for (let i = 0; i < count; i++) {
    const pod = new PodInfo(podOf(i, spec(i)));
    const decision = schedulePod(snapshot, pod, profile, { startIndex, randomInt: rng.int });
    if (decision.outcome !== 'scheduled') throw new Error(`there is room for all: ${decision.message}`);
    startIndex = (startIndex + decision.trace.feasible.length + decision.trace.rejected.length) % NODES;
    snapshot.addPod(pod, decision.nodeName);
  }
}

const node = (i: number): Node =>
  deepFreeze({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `node-${i}`,
      labels: {
        'kubernetes.io/hostname': `node-${i}`,
        'topology.kubernetes.io/zone': `zone-${i % ZONES}`,
        disk: 'ssd',
      },
    },
    status: { allocatable: { cpu: '32', memory: '64Gi', pods: '110' } },
  });

const podOf = (i: number, spec: PodSpec): Pod =>
  deepFreeze({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `pod-${i}`, namespace: `namespace-${i % 10}`, labels: { app: app(i) } },
    spec,
  });

const app = (i: number): string => `app-${i % 50}`;

const plain: SpecOf = () => ({
  containers: [{ name: 'c', image: 'nginx', resources: { requests: { cpu: '100m', memory: '128Mi' } } }],
});

const PICKY = {
  tolerations: [{ key: 'gpu', operator: 'Exists' }],
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd', 'nvme'] }] }],
      },
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 10,
          preference: {
            matchExpressions: [{ key: 'topology.kubernetes.io/zone', operator: 'In', values: ['zone-1'] }],
          },
        },
      ],
    },
  },
} as const;

const selector = (i: number) => ({ matchLabels: { app: app(i) } });

const spread = (i: number): NonNullable<PodSpec['topologySpreadConstraints']> => [
  {
    maxSkew: 1,
    topologyKey: 'topology.kubernetes.io/zone',
    whenUnsatisfiable: 'DoNotSchedule',
    labelSelector: selector(i),
  },
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: selector(i),
  },
];

function apart(i: number, required: boolean): NonNullable<PodSpec['affinity']> {
  const term = { topologyKey: 'kubernetes.io/hostname', labelSelector: selector(i) };
  return {
    podAntiAffinity: required
      ? { requiredDuringSchedulingIgnoredDuringExecution: [term] }
      : { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 1, podAffinityTerm: term }] },
  };
}
