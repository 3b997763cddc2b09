import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import type { EventAction, EventResource } from '../framework/events.ts';
import type { Plugin } from '../framework/plugin.ts';
import { createProfile } from '../framework/profile.ts';
import { RequeueRules } from '../queue/requeue-rules.ts';
import { PodInfo } from '../snapshot/pod-info.ts';
import { makeNode, makePod } from '../testing/objects.ts';

const rules = new RequeueRules([createProfile()]);
const ZONE = 'topology.kubernetes.io/zone';
const labelled = (labels: Record<string, string>, namespace = 'default'): Pod => {
  const pod = makePod('other', { spec: { nodeName: 'n' } });
  return { ...pod, metadata: { ...pod.metadata, namespace, labels } };
};
const term = { topologyKey: ZONE, labelSelector: { matchLabels: { app: 'db' } } };
const near = makePod('p', {
  spec: { affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } },
});
const far = makePod('p', {
  spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } } },
});
const spread = makePod('p', {
  spec: {
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: ZONE, whenUnsatisfiable: 'DoNotSchedule', labelSelector: term.labelSelector },
    ],
  },
});
const port = (hostPort: number): Pod =>
  makePod('p', { spec: { containers: [{ name: 'c', image: 'i', ports: [{ containerPort: 1, hostPort }] }] } });
const zoned = (zone: string): Node => makeNode('n', { labels: { [ZONE]: zone } });
const cpus = (cpu: string): Node => makeNode('n', { allocatable: { cpu } });
const tainted = (...keys: string[]): Node =>
  makeNode('n', { spec: { taints: keys.map((key) => ({ key, effect: 'NoSchedule' })) } });
const cordoned = makeNode('n', { spec: { unschedulable: true } });
const bare = makeNode('n');
const db = labelled({ app: 'db' });
const web = labelled({ app: 'web' });
const plain = makePod('p');
const zoneA = makePod('p', { spec: { nodeSelector: { [ZONE]: 'a' } } });

interface Case {
  readonly plugin: Plugin['name'];
  readonly pod: Pod;
  readonly event: readonly [EventResource, EventAction, Pod | Node, (Pod | Node)?];
  readonly helps: boolean;
}

const cases: readonly Case[] = [
  { plugin: 'NodeResourcesFit', pod: plain, event: ['Node', 'UpdateNodeTaint', tainted('a'), bare], helps: true },
  { plugin: 'NodeAffinity', pod: zoneA, event: ['Node', 'UpdateNodeTaint', bare, tainted('a')], helps: true },
  { plugin: 'InterPodAffinity', pod: near, event: ['AssignedPod', 'Add', db], helps: true },
  { plugin: 'InterPodAffinity', pod: near, event: ['AssignedPod', 'Add', web], helps: false },
  { plugin: 'InterPodAffinity', pod: near, event: ['AssignedPod', 'Add', labelled({ app: 'db' }, 'x')], helps: false },
  { plugin: 'InterPodAffinity', pod: near, event: ['AssignedPod', 'Delete', db], helps: false },
  { plugin: 'InterPodAffinity', pod: near, event: ['AssignedPod', 'UpdatePodLabel', db, web], helps: true },
  { plugin: 'InterPodAffinity', pod: near, event: ['AssignedPod', 'UpdatePodLabel', web, db], helps: false },
  { plugin: 'InterPodAffinity', pod: far, event: ['AssignedPod', 'Add', db], helps: false },
  { plugin: 'InterPodAffinity', pod: far, event: ['AssignedPod', 'Delete', db], helps: true },
  { plugin: 'InterPodAffinity', pod: far, event: ['AssignedPod', 'UpdatePodLabel', web, db], helps: true },
  { plugin: 'InterPodAffinity', pod: near, event: ['Node', 'Add', zoned('a')], helps: true },
  { plugin: 'InterPodAffinity', pod: far, event: ['Node', 'Add', bare], helps: false },
  { plugin: 'PodTopologySpread', pod: spread, event: ['AssignedPod', 'Add', db], helps: true },
  { plugin: 'PodTopologySpread', pod: spread, event: ['AssignedPod', 'Delete', web], helps: false },
  { plugin: 'PodTopologySpread', pod: spread, event: ['AssignedPod', 'UpdatePodLabel', db, web], helps: true },
  { plugin: 'PodTopologySpread', pod: spread, event: ['Pod', 'UpdatePodTolerations', spread, spread], helps: false },
  { plugin: 'PodTopologySpread', pod: spread, event: ['Node', 'Add', bare], helps: false },
  { plugin: 'PodTopologySpread', pod: spread, event: ['Node', 'Delete', zoned('a')], helps: true },
  {
    plugin: 'PodTopologySpread',
    pod: spread,
    event: ['Node', 'UpdateNodeLabel', zoned('a'), zoned('a')],
    helps: false,
  },
  { plugin: 'PodTopologySpread', pod: spread, event: ['Node', 'UpdateNodeLabel', zoned('a'), zoned('b')], helps: true },
  { plugin: 'NodePorts', pod: port(80), event: ['AssignedPod', 'Delete', port(80)], helps: true },
  { plugin: 'NodePorts', pod: port(80), event: ['AssignedPod', 'Delete', port(81)], helps: false },
  { plugin: 'NodeAffinity', pod: zoneA, event: ['Node', 'UpdateNodeLabel', zoned('a'), zoned('b')], helps: true },
  { plugin: 'NodeAffinity', pod: zoneA, event: ['Node', 'UpdateNodeLabel', zoned('a'), zoned('a')], helps: false },
  { plugin: 'NodeResourcesFit', pod: plain, event: ['AssignedPod', 'Delete', web], helps: true },
  {
    plugin: 'NodeResourcesFit',
    pod: plain,
    event: ['Node', 'UpdateNodeAllocatable', cpus('2'), cpus('1')],
    helps: false,
  },
  {
    plugin: 'NodeResourcesFit',
    pod: makePod('p', { requests: { cpu: '1' } }),
    event: ['Node', 'UpdateNodeAllocatable', cpus('2'), cpus('1')],
    helps: true,
  },
  { plugin: 'TaintToleration', pod: plain, event: ['Node', 'UpdateNodeTaint', tainted(), tainted('a')], helps: true },
  { plugin: 'TaintToleration', pod: plain, event: ['Node', 'UpdateNodeTaint', bare, cordoned], helps: false },
  { plugin: 'NodeUnschedulable', pod: plain, event: ['Node', 'UpdateNodeTaint', bare, cordoned], helps: true },
  { plugin: 'NodeUnschedulable', pod: plain, event: ['Node', 'UpdateNodeTaint', bare, tainted('a')], helps: false },
  { plugin: 'NodeUnschedulable', pod: plain, event: ['Node', 'Add', cordoned], helps: false },
];

describe('what helps whom', () => {
  cases.forEach(({ plugin, pod, event, helps }, i) => {
    const [resource, action, object, old] = event;
    test(`SCH-33 ${i}: ${resource} ${action} ${helps ? 'helps' : 'is nothing to'} whom ${plugin} refused`, () => {
      const told = rules.helps(plugin, new PodInfo(pod), { resource, action, object, ...(old && { old }) });
      expect(told).toBe(helps);
    });
  });
});
