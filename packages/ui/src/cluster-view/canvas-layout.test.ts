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
      spec: at % 7 === 0 ? {} : { nodeName: `node-${at % 50}` },
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
