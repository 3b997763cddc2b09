import { readFileSync } from 'node:fs';
import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { bestNodes, createProfile, PodInfo, Snapshot, schedulePod } from '@tabernetes/scheduler';
import { describe, expect, test } from 'vitest';

/** A small cluster, and the Pods that a real scheduler was given one after another. */
interface Recording {
  readonly seed: number;
  readonly nodes: readonly Node[];
  readonly existing: readonly Pod[];
  readonly steps: readonly { readonly pod: Pod; readonly result: Result }[];
}

type Result = { readonly node: string } | { readonly reason: string; readonly message: string };

const lines = readFileSync(new URL('../golden/facts/scheduling.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const recordings = lines.map((line) => JSON.parse(line) as Recording);
const profile = createProfile();

/** What the server had made of the posted Pods; both priority classes of the recordings were of the polite kind. */
function admitted(pod: Pod): Pod {
  const { priorityClassName } = pod.spec ?? {};
  const priority = priorityClassName === 'high' ? 1000 : priorityClassName === 'low' ? 10 : 0;
  return {
    ...pod,
    metadata: { namespace: 'default', ...pod.metadata },
    spec: {
      containers: [],
      ...pod.spec,
      priority,
      preemptionPolicy: priorityClassName === undefined ? 'PreemptLowerPriority' : 'Never',
    },
  };
}

/** Decisions that differ from the real ones. */
function differences({ seed, nodes, existing, steps }: Recording): string[] {
  const snapshot = new Snapshot();
  for (const node of nodes) snapshot.setNode(node);
  for (const pod of existing) snapshot.addPod(new PodInfo(admitted(pod)), pod.spec?.nodeName ?? '');
  const found: string[] = [];
  for (const { pod, result } of steps) {
    const info = new PodInfo(admitted(pod));
    const decision = schedulePod(snapshot, info, profile);
    const best = bestNodes(decision.trace);
    const ours = decision.outcome === 'scheduled' ? best.join(' or ') : decision.message;
    const right =
      'node' in result
        ? decision.outcome === 'scheduled' && best.includes(result.node)
        : decision.outcome === 'unschedulable' && decision.message === result.message;
    if (!right)
      found.push(`${seed}/${pod.metadata.name}: ${'node' in result ? result.node : result.message} | ${ours}`);
    // Where scores are equal the real one draws: go on from what it drew.
    if ('node' in result) snapshot.addPod(info, result.node);
  }
  return found;
}

describe('recorded decisions of kube-scheduler 1.32', () => {
  test('SCH-1 every Pod goes where the real one could, or is refused in the same words', () => {
    expect(recordings.flatMap(differences)).toEqual([]);
  });

  test('SCH-1 no recording has got lost', () => {
    expect(recordings).toHaveLength(325);
    expect(recordings.reduce((sum, { steps }) => sum + steps.length, 0)).toBe(1146);
  });
});
