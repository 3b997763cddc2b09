import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { canvasLayout, objectAt, POD, placeOf } from './canvas-layout.ts';
import { placed } from './placement.ts';

const nodes = Array.from({ length: 50 }, (_, at) => ({ kind: 'Node', metadata: { name: `node-${at}` } }) as Node);
const pods = Array.from(
  { length: 500 },
  (_, at) =>
    ({
      kind: 'Pod',
      metadata: { name: `web-${at}`, namespace: 'default' },
      spec: { containers: [], ...(at % 7 === 0 ? {} : { nodeName: `node-${at % 50}` }) },
    }) as unknown as Pod,
);

test('UI-12 every node and Pod has a place of its own, and is found at it', () => {
  const layout = canvasLayout(nodes, placed(pods, nodes, '', ''), 1.6);
  const places = new Set<string>();
  for (const box of layout.boxes) {
    box.pods.forEach((pod, at) => {
      const { x, y } = placeOf(box, at);
      places.add(`${x} ${y}`);
      expect(objectAt(layout, x + POD / 2, y + POD / 2)).toBe(pod);
    });
    if (box.node !== undefined) expect(objectAt(layout, box.x + 1, box.y + 1)).toBe(box.node);
  }
  expect(places.size).toBe(500);
  expect(layout.boxes[0]?.pods.length).toBe(72);
});

test('UI-12 Pods of a node that is not there wait', () => {
  expect(placed(pods, [], '', '').waiting).toHaveLength(500);
  expect(placed(pods, nodes, 'other', '').waiting).toHaveLength(0);
  expect(placed(pods, nodes, 'default', 'web-70').waiting.map(({ metadata }) => metadata.name)).toEqual(['web-70']);
});

test('UI-18 boxes and lists whose Pods are as they were stay the same objects', () => {
  const before = placed(pods, nodes, '', '');
  const drawn = canvasLayout(nodes, before, 1.6);
  const changed = pods.map((pod, at) => (at === 1 ? { ...pod } : pod));
  const after = placed(changed, nodes, '', '', before);
  const next = canvasLayout(nodes, after, 1.6, drawn);
  expect(after.waiting).toBe(before.waiting);
  const others = next.boxes.filter((box, at) => box !== drawn.boxes[at]);
  expect(others.map(({ node }) => node?.metadata.name)).toEqual(['node-1']);
});

test('UI-18 Pods that are as they were are not looked at again, whatever comes and goes between them', () => {
  let looks = 0;
  const watched = (name: string, node: number): Pod => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    status: { phase: 'Pending' },
    get spec() {
      looks++;
      return { nodeName: `node-${node}`, containers: [] };
    },
  });
  const some = (from: number, step: number, count: number): readonly Pod[] =>
    Array.from({ length: count }, (_, at) => watched(`web-${1_000 + from + at * step}`, (from + at) % 50));
  const byName = (a: Pod, b: Pod): number => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1);
  const old = some(0, 2, 200);
  const before = placed(old, nodes, '', '');
  const fresh = some(1, 60, 5);
  const now = [...old.filter((_, at) => at % 9 !== 4), ...fresh].sort(byName);
  looks = 0;
  const after = placed(now, nodes, '', '', before);
  expect(looks).toBeLessThanOrEqual(3 * fresh.length);
  expect({ ...after, made: undefined }).toEqual({ ...placed(now, nodes, '', ''), made: undefined });
  expect(after.signs).toEqual([['waiting', now.length]]);
  const ofOne = placed(now, nodes.slice(0, 1), '', '', after);
  expect({ ...ofOne, made: undefined }).toEqual({ ...placed(now, nodes.slice(0, 1), '', ''), made: undefined });
});
