import type { Node, NodeSelectorTerm, PodSpec, Taint, Toleration } from '@tabernetes/api/types/core-v1';
import { describe, expect, test } from 'vitest';
import { daemonSet } from '../testing/objects.ts';
import { daemonTolerations } from './daemon-tolerations.ts';
import { eligibility } from './eligibility.ts';

const node = (taints: readonly Taint[] = []): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node-1', labels: { disk: 'ssd', cores: '8' } },
  spec: { taints },
});
const affinity = (...nodeSelectorTerms: readonly NodeSelectorTerm[]): Partial<PodSpec> => ({
  affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
});
const expression = (key: string, operator: string, ...values: string[]): NodeSelectorTerm => ({
  matchExpressions: [{ key, operator, values }],
});
const taint = (key: string, effect: string): readonly Taint[] => [{ key, effect }];

describe('what a DaemonSet has to do with a node', () => {
  const cases: readonly {
    readonly name: string;
    readonly spec?: Partial<PodSpec>;
    readonly taints?: readonly Taint[];
    readonly want: string;
  }[] = [
    { name: 'DMN-2 any node', want: 'run' },
    { name: 'DMN-2 labels that it has', spec: { nodeSelector: { disk: 'ssd' } }, want: 'run' },
    { name: 'DMN-2 labels that it has not', spec: { nodeSelector: { disk: 'hdd' } }, want: 'leave' },
    { name: 'DMN-2 its name', spec: { nodeName: 'node-1' }, want: 'run' },
    { name: 'DMN-2 another name', spec: { nodeName: 'node-2' }, want: 'leave' },
    {
      name: 'DMN-2 one of two terms',
      spec: affinity(expression('disk', 'In', 'hdd'), expression('cores', 'Gt', '4')),
      want: 'run',
    },
    {
      name: 'DMN-2 none of two terms',
      spec: affinity(expression('disk', 'NotIn', 'ssd'), expression('cores', 'Lt', '8')),
      want: 'leave',
    },
    { name: 'DMN-2 a label that is not there', spec: affinity(expression('gpu', 'DoesNotExist')), want: 'run' },
    { name: 'DMN-2 a term that asks for nothing', spec: affinity({}), want: 'leave' },
    { name: 'DMN-2 an operator that there is not', spec: affinity(expression('disk', 'Near')), want: 'leave' },
    { name: 'DMN-3 NoSchedule', taints: taint('a', 'NoSchedule'), want: 'stay' },
    { name: 'DMN-3 NoExecute', taints: taint('a', 'NoExecute'), want: 'leave' },
    { name: 'DMN-3 PreferNoSchedule', taints: taint('a', 'PreferNoSchedule'), want: 'run' },
    {
      name: 'DMN-3 tolerated',
      spec: { tolerations: [{ operator: 'Exists' }] },
      taints: taint('a', 'NoExecute'),
      want: 'run',
    },
    { name: 'DMN-3 not ready', taints: taint('node.kubernetes.io/not-ready', 'NoExecute'), want: 'run' },
    { name: 'DMN-3 cordoned', taints: taint('node.kubernetes.io/unschedulable', 'NoSchedule'), want: 'run' },
    {
      name: 'DMN-3 without network',
      taints: taint('node.kubernetes.io/network-unavailable', 'NoSchedule'),
      want: 'stay',
    },
    {
      name: 'DMN-3 without network, on the network of the host',
      spec: { hostNetwork: true },
      taints: taint('node.kubernetes.io/network-unavailable', 'NoSchedule'),
      want: 'run',
    },
  ];
  for (const { name, spec, taints, want } of cases) {
    test(name, () => {
      const ds = daemonSet('agent', { template: { spec: { containers: [], ...spec } } });
      expect(eligibility(ds)(node(taints))).toBe(want);
    });
  }
});

test('DMN-1 a toleration of the template that ends after a while gives way to the one without end', () => {
  const key = 'node.kubernetes.io/not-ready';
  const own: Toleration = { key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 30 };
  const other: Toleration = { key: 'a', operator: 'Exists' };
  const all = daemonTolerations({ containers: [], tolerations: [own, other] });
  expect(all.slice(0, 2)).toEqual([{ key, operator: 'Exists', effect: 'NoExecute' }, other]);
  expect(all).toHaveLength(7);
});
