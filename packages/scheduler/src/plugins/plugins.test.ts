import type { Pod } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { isStatus, type Plugin } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';
import { PodInfo } from '../snapshot/pod-info.ts';
import { Snapshot } from '../snapshot/snapshot.ts';
import { makeNode, makeNodeInfo, makePod, type NodeShape, place } from '../testing/objects.ts';
import { imageLocality } from './image-locality.ts';
import { interPodAffinity } from './inter-pod-affinity.ts';
import { nodeAffinity } from './node-affinity.ts';
import { nodeName } from './node-name.ts';
import { nodePorts } from './node-ports.ts';
import { nodeResourcesBalancedAllocation } from './node-resources-balanced-allocation.ts';
import { nodeResourcesFit } from './node-resources-fit.ts';
import { nodeUnschedulable } from './node-unschedulable.ts';
import { podTopologySpread } from './pod-topology-spread.ts';
import { taintToleration } from './taint-toleration.ts';

const fit = nodeResourcesFit();
const port = (hostPort: number, hostIP?: string, protocol?: string): Partial<Pod['spec']> => ({
  containers: [
    { name: 'c', ports: [{ containerPort: 80, hostPort, ...(hostIP && { hostIP }), ...(protocol && { protocol }) }] },
  ],
});

/** What a plugin says of one node: undefined when it has nothing against it. */
function verdict(plugin: Plugin, pod: Pod, node: NodeInfo): string | undefined {
  const snapshot = new Snapshot();
  if (node.node !== undefined) snapshot.setNode(node.node);
  const result = plugin.preFilter?.(new PodInfo(pod), snapshot) ?? 'skip';
  const status = result === 'skip' ? undefined : isStatus(result) ? result : result.filter(node);
  return status && `${status.code}: ${status.reasons.join(', ')}`;
}

interface FilterCase {
  readonly name: string;
  readonly plugin: Plugin;
  readonly pod: Pod;
  readonly node?: NodeShape;
  readonly others?: readonly Pod[];
  readonly want?: string;
}

const tainted = (effect: string, value = 'b'): NodeShape => ({ spec: { taints: [{ key: 'k', value, effect }] } });
const FILTERS: readonly FilterCase[] = [
  {
    name: 'SCH-2 a cordoned node takes nobody',
    plugin: nodeUnschedulable,
    pod: makePod('p'),
    node: { spec: { unschedulable: true } },
    want: 'UnschedulableAndUnresolvable: node(s) were unschedulable',
  },
  {
    name: 'SCH-2 but who tolerates it',
    plugin: nodeUnschedulable,
    pod: makePod('p', { spec: { tolerations: [{ operator: 'Exists' }] } }),
    node: { spec: { unschedulable: true } },
  },
  {
    name: 'SCH-3 a Pod that names a node fits no other',
    plugin: nodeName,
    pod: makePod('p', { spec: { nodeName: 'other' } }),
    want: "UnschedulableAndUnresolvable: node(s) didn't match the requested node name",
  },
  {
    name: 'SCH-4 an untolerated taint refuses',
    plugin: taintToleration,
    pod: makePod('p'),
    node: tainted('NoExecute'),
    want: 'UnschedulableAndUnresolvable: node(s) had untolerated taint {k: b}',
  },
  {
    name: 'SCH-4 a taint without value shows an empty one',
    plugin: taintToleration,
    pod: makePod('p'),
    node: tainted('NoSchedule', ''),
    want: 'UnschedulableAndUnresolvable: node(s) had untolerated taint {k: }',
  },
  {
    name: 'SCH-4 a soft taint does not',
    plugin: taintToleration,
    pod: makePod('p'),
    node: tainted('PreferNoSchedule'),
  },
  {
    name: 'SCH-4 nor one that is tolerated',
    plugin: taintToleration,
    pod: makePod('p', { spec: { tolerations: [{ key: 'k', value: 'b', effect: 'NoSchedule' }] } }),
    node: tainted('NoSchedule'),
  },
  {
    name: 'SCH-5 a selector must match',
    plugin: nodeAffinity,
    pod: makePod('p', { spec: { nodeSelector: { disk: 'ssd' } } }),
    want: "UnschedulableAndUnresolvable: node(s) didn't match Pod's node affinity/selector",
  },
  {
    name: 'SCH-5 contradicting names of nodes',
    plugin: nodeAffinity,
    pod: makePod('p', {
      spec: {
        affinity: {
          nodeAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: {
              nodeSelectorTerms: [
                {
                  matchFields: [
                    { key: 'metadata.name', operator: 'In', values: ['a'] },
                    { key: 'metadata.name', operator: 'In', values: ['b'] },
                  ],
                },
              ],
            },
          },
        },
      },
    }),
    want: 'UnschedulableAndUnresolvable: pod affinity terms conflict',
  },
  {
    name: 'SCH-6 a host port can be taken once',
    plugin: nodePorts,
    pod: makePod('p', { spec: port(80) }),
    others: [makePod('o', { spec: port(80, '10.0.0.1') })],
    want: "Unschedulable: node(s) didn't have free ports for the requested pod ports",
  },
  {
    name: 'SCH-6 once per address',
    plugin: nodePorts,
    pod: makePod('p', { spec: port(80, '10.0.0.2') }),
    others: [makePod('o', { spec: port(80, '10.0.0.1') })],
  },
  {
    name: 'SCH-6 and protocol',
    plugin: nodePorts,
    pod: makePod('p', { spec: port(80) }),
    others: [makePod('o', { spec: port(80, undefined, 'UDP') })],
  },
  {
    name: 'SCH-7 admits a request equal to what is left',
    plugin: fit,
    pod: makePod('p', { requests: { cpu: '1' } }),
    others: [makePod('o', { requests: { cpu: '3' } })],
  },
  {
    name: 'SCH-7 admits a zero request on an overcommitted node',
    plugin: fit,
    pod: makePod('p'),
    others: [makePod('o', { requests: { cpu: '9' } })],
  },
  {
    name: 'SCH-8 names every short resource',
    plugin: fit,
    pod: makePod('p', { requests: { cpu: '5', memory: '9Gi', 'ephemeral-storage': '1Gi', 'example.com/gpu': '1' } }),
    node: { allocatable: { pods: '0' } },
    want: 'Unschedulable: Too many pods, Insufficient cpu, Insufficient memory, Insufficient ephemeral-storage, Insufficient example.com/gpu',
  },
  {
    name: 'SCH-9 counts the greatest moment of init containers, sidecars from their start, and the overhead',
    plugin: fit,
    pod: makePod('p', {
      spec: {
        overhead: { cpu: '500m' },
        initContainers: [
          { name: 's', restartPolicy: 'Always', resources: { requests: { cpu: '1' } } },
          { name: 'i', resources: { requests: { cpu: '2600m' } } },
        ],
      },
    }),
    want: 'Unschedulable: Insufficient cpu',
  },
];

describe('filters', () => {
  for (const { name, plugin, pod, node, others, want } of FILTERS)
    test(name, () => expect(verdict(plugin, pod, makeNodeInfo('n', node, others))).toBe(want));
});

/** Scores of nodes by one plugin. */
function scores(plugin: Plugin, pod: Pod, snapshot: Snapshot): Record<string, number> | undefined {
  const scorer = plugin.preScore?.(new PodInfo(pod), snapshot, snapshot.nodes);
  if (scorer === undefined) return undefined;
  const values = new Float64Array(snapshot.nodes.length);
  if (typeof scorer === 'number') values.fill(scorer);
  else scorer(snapshot.nodes, values);
  return Object.fromEntries(snapshot.nodes.map(({ name }, i) => [name, values[i] ?? 0]));
}

function cluster(nodes: Readonly<Record<string, NodeShape>>): Snapshot {
  const snapshot = new Snapshot();
  for (const [name, shape] of Object.entries(nodes)) snapshot.setNode(makeNode(name, shape));
  return snapshot;
}

describe('scores', () => {
  const used = (): Snapshot => {
    const snapshot = cluster({ a: {}, b: {} });
    place(snapshot, makePod('o', { requests: { cpu: '2', memory: '2Gi' } }), 'a');
    return snapshot;
  };
  const one = makePod('p', { requests: { cpu: '1', memory: '2Gi' } });

  test('SCH-10 LeastAllocated prefers the emptier node', () =>
    expect(scores(fit, one, used())).toEqual({ a: 37, b: 75 }));
  test('SCH-10 MostAllocated the fuller', () =>
    expect(scores(nodeResourcesFit({ type: 'MostAllocated' }), one, used())).toEqual({ a: 62, b: 25 }));
  test('SCH-10 RequestedToCapacityRatio follows its shape', () => {
    const shape = [
      { utilization: 0, score: 0 },
      { utilization: 50, score: 10 },
      { utilization: 100, score: 0 },
    ];
    const plugin = nodeResourcesFit({
      type: 'RequestedToCapacityRatio',
      shape,
      resources: [{ name: 'cpu', weight: 1 }],
    });
    expect(scores(plugin, one, used())).toEqual({ a: 50, b: 50 });
  });
  test('SCH-10 containers without requests count as a little', () =>
    expect(scores(fit, makePod('p'), used())).toEqual({ a: Math.trunc((47 + 72) / 2), b: Math.trunc((97 + 97) / 2) }));
  test('SCH-11 balance prefers like shares of CPU and memory', () =>
    expect(scores(nodeResourcesBalancedAllocation(), one, used())).toEqual({ a: 87, b: 100 }));
  test('SCH-12 images count by size and by the share of nodes that have them', () => {
    const image = { names: ['docker.io/library/big:1'], sizeBytes: 1_000_000_000 };
    const snapshot = cluster({ a: { images: [image] }, b: {} });
    const pod = makePod('p', { spec: { containers: [{ name: 'c', image: 'docker.io/library/big:1' }] } });
    expect(scores(imageLocality, pod, snapshot)).toEqual({ a: 46, b: 0 });
  });
  test('SCH-4 fewer untolerated soft taints are better', () => {
    const snapshot = cluster({ a: tainted('PreferNoSchedule'), b: {} });
    expect(scores(taintToleration, makePod('p'), snapshot)).toEqual({ a: 0, b: 100 });
  });
  test('SCH-5 preferred node affinity adds its weights', () => {
    const term = (value: string, weight: number) => ({
      weight,
      preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: [value] }] },
    });
    const pod = makePod('p', {
      spec: {
        affinity: {
          nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [term('ssd', 40), term('hdd', 10)] },
        },
      },
    });
    const snapshot = cluster({ a: { labels: { disk: 'ssd' } }, b: { labels: { disk: 'hdd' } }, c: {} });
    expect(scores(nodeAffinity, pod, snapshot)).toEqual({ a: 100, b: 25, c: 0 });
    expect(scores(nodeAffinity, makePod('q'), snapshot)).toBeUndefined();
  });
});

describe('Pods among Pods', () => {
  const zones = (): Snapshot => {
    const snapshot = cluster({ a: { labels: { zone: 'x' } }, b: { labels: { zone: 'y' } }, c: {} });
    place(snapshot, makePod('o', { labels: { app: 'web' } }), 'a');
    return snapshot;
  };
  const term = { labelSelector: { matchLabels: { app: 'web' } }, topologyKey: 'zone' };
  const affine = (kind: 'podAffinity' | 'podAntiAffinity', labels?: Record<string, string>): Pod =>
    makePod('p', {
      ...(labels && { labels }),
      spec: { affinity: { [kind]: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } },
    });
  const verdicts = (plugin: Plugin, pod: Pod, snapshot: Snapshot): readonly (string | undefined)[] => {
    const result = plugin.preFilter?.(new PodInfo(pod), snapshot) ?? 'skip';
    if (result === 'skip' || isStatus(result)) return [];
    return snapshot.nodes.map((node) => result.filter(node)?.reasons.join());
  };
  const AFFINITY = "node(s) didn't match pod affinity rules";

  test('SCH-13 affinity wants a domain that has the other', () =>
    expect(verdicts(interPodAffinity(), affine('podAffinity'), zones())).toEqual([undefined, AFFINITY, AFFINITY]));
  test('SCH-13 the first of its kind may go where the label is', () =>
    expect(
      verdicts(
        interPodAffinity(),
        affine('podAffinity', { app: 'web' }),
        cluster({ a: { labels: { zone: 'x' } }, c: {} }),
      ),
    ).toEqual([undefined, AFFINITY]));
  test('SCH-14 anti-affinity wants one that has not', () =>
    expect(verdicts(interPodAffinity(), affine('podAntiAffinity'), zones())).toEqual([
      "node(s) didn't match pod anti-affinity rules",
      undefined,
      undefined,
    ]));
  test('SCH-14 running Pods keep others away too', () => {
    const snapshot = zones();
    place(snapshot, affine('podAntiAffinity'), 'b');
    expect(verdicts(interPodAffinity(), makePod('q', { labels: { app: 'web' } }), snapshot)).toEqual([
      undefined,
      "node(s) didn't satisfy existing pods anti-affinity rules",
      undefined,
    ]);
  });
  test('SCH-15 a hard spread constraint bounds the skew and needs the label', () => {
    const pod = makePod('p', {
      labels: { app: 'web' },
      spec: {
        topologySpreadConstraints: [
          { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', labelSelector: term.labelSelector },
        ],
      },
    });
    expect(verdicts(podTopologySpread(), pod, zones())).toEqual([
      "node(s) didn't match pod topology spread constraints",
      undefined,
      "node(s) didn't match pod topology spread constraints (missing required label)",
    ]);
  });
  test('SCH-16 by default, Pods of one Service spread over hosts', () => {
    const web = { metadata: { name: 'web' }, spec: { selector: { app: 'web' } } };
    const snapshot = new Snapshot({ ...new Snapshot().sources, services: () => [web as never] });
    for (const name of ['a', 'b']) snapshot.setNode(makeNode(name));
    place(snapshot, makePod('o', { labels: { app: 'web' } }), 'a');
    const pod = makePod('p', { labels: { app: 'web' } });
    expect(scores(podTopologySpread(), pod, snapshot)).toEqual({ a: 66, b: 100 });
    expect(scores(podTopologySpread(), makePod('q'), snapshot)).toBeUndefined();
  });
});
