import { labelSelectorAsSelector } from '@tabernetes/apimachinery';
import { seededRng } from '@tabernetes/base';
import { describe, expect, test } from 'vitest';
import { makeNode, makePod, place } from '../testing/objects.ts';
import { requiredLabel } from './pod-counter.ts';
import { PodInfo } from './pod-info.ts';
import { Snapshot } from './snapshot.ts';

const question = (app: string, label = 'app') => {
  const selector = labelSelectorAsSelector({ matchLabels: { [label]: app } });
  return {
    namespaces: new Set(['default']),
    label: requiredLabel(selector),
    matches: (pod: PodInfo) => !pod.terminating && selector.matches(pod.labels),
  };
};

describe('the snapshot', () => {
  test('SCH-20 nodes are listed one of each zone in turn', () => {
    const snapshot = new Snapshot();
    for (const [name, zone] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['a3', 'a'],
      ['b1', 'b'],
      ['b2', 'b'],
    ] as const)
      snapshot.setNode(makeNode(name, { labels: { 'topology.kubernetes.io/zone': zone } }));
    expect(snapshot.nodes.map(({ name }) => name)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  test('SCH-21 Pods that are known before their node count when it comes', () => {
    const snapshot = new Snapshot();
    place(snapshot, makePod('early', { requests: { cpu: '1' } }), 'node-1');
    expect(snapshot.nodes).toEqual([]);
    snapshot.setNode(makeNode('node-1'));
    expect(snapshot.node('node-1')?.requested.amount('cpu')).toBe(1000);
    snapshot.removeNode('node-1');
    snapshot.removePod('default/early');
    expect(snapshot.node('node-1')).toBeUndefined();
  });

  test('SCH-22 counts kept through changes equal counts made anew', () => {
    const rng = seededRng('snapshot');
    const snapshot = new Snapshot();
    const zoned = (i: number) => makeNode(`n${i}`, { labels: rng.int(4) === 0 ? {} : { zone: `z${rng.int(3)}` } });
    const term = (app: string) => ({ labelSelector: { matchLabels: { app } }, topologyKey: 'zone' });
    const describeAll = (s: Snapshot) => ({
      apps: ['x', 'y'].map((app) => {
        const counter = s.counter(app, () => question(app));
        const domains = s.inDomains(counter, 'zone');
        return s.nodes
          .map(({ name, slot }) => `${name} ${counter.onNode(slot)} ${domains.at(slot)} ${domains.total}`)
          .sort();
      }),
      terms: [...s.termGroups('requiredAntiAffinity')]
        .map(
          ([key, { pods, counts }]) =>
            `${key} ${pods} ${counts.total} ${s.nodes.map(({ name, slot }) => `${name}${counts.at(slot)}`).sort()}`,
        )
        .sort(),
      nodes: s.nodes
        .map(({ name, pods, requested }) => `${name} ${[...pods.keys()].sort()} ${requested.amount('cpu')}`)
        .sort(),
    });
    // Questions that nobody has asked before, of more labels than there are groups for.
    const asked = (s: Snapshot, step: number) =>
      ['app', 'tier', `label-${step}`].map((label) => {
        const counter = s.counter(`${label} at ${step}`, () => question('x', label));
        return s.nodes.map(({ name, slot }) => `${name} ${counter.onNode(slot)}`).sort();
      });
    const live = new Map<string, { pod: PodInfo; node: string }>();
    const nodes = new Map<string, ReturnType<typeof makeNode>>();
    for (let step = 0; step < 2000; step++) {
      const dice = rng.int(10);
      const n = `n${rng.int(6)}`;
      const key = `default/p${rng.int(20)}`;
      if (dice === 0) {
        const node = zoned(Number(n.slice(1)));
        nodes.set(n, node);
        snapshot.setNode(node);
      } else if (dice === 1) {
        nodes.delete(n);
        snapshot.removeNode(n);
      } else if (dice < 4) {
        live.delete(key);
        snapshot.removePod(key);
      } else {
        const pod = makePod(key.slice(8), {
          labels: { app: rng.int(2) === 0 ? 'x' : 'y', ...(rng.int(2) === 0 && { tier: 'x' }) },
          requests: { cpu: '100m' },
          ...(rng.int(4) === 0 && { metadata: { deletionTimestamp: '2025-01-01T00:00:00Z' } }),
          ...(rng.int(2) === 0 && {
            spec: { affinity: { podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term('x')] } } },
          }),
        });
        const info = new PodInfo(pod, live.get(key)?.pod);
        live.set(key, { pod: info, node: n });
        snapshot.addPod(info, n);
      }
      if (step % 100 !== 0) continue;
      const fresh = new Snapshot();
      for (const node of nodes.values()) fresh.setNode(node);
      for (const { pod, node } of live.values()) fresh.addPod(pod, node);
      expect(describeAll(snapshot)).toEqual(describeAll(fresh));
      expect(asked(snapshot, step)).toEqual(asked(fresh, step));
    }
  });

  test('SCH-23 nominations are kept by Pod and by node', () => {
    const snapshot = new Snapshot();
    const info = new PodInfo(makePod('p'));
    snapshot.nominate(info, 'a');
    snapshot.nominate(info, 'b');
    expect([...snapshot.nominatedPods('a')]).toEqual([]);
    expect([...snapshot.nominatedPods('b')]).toEqual([info]);
    snapshot.nominate(info, undefined);
    expect(snapshot.hasNominations).toBe(false);
  });
});
