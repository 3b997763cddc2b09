import { expect, test } from 'vitest';
import { DEFAULT_SHAPE, labelsOf, labelsText, readShape, shapeOptions } from './node-shape.ts';

test('UI-20 labels of nodes are written as kubectl takes them; what is none is refused', () => {
  expect(labelsOf('disk=ssd, example.com/tier=front')).toEqual({ disk: 'ssd', 'example.com/tier': 'front' });
  expect(labelsOf('')).toEqual({});
  expect(labelsText({ disk: 'ssd', tier: '' })).toBe('disk=ssd, tier=');
  for (const text of ['disk', 'a b=c', '-x=1', 'a=b=c', 'node-role.kubernetes.io/edge=', 'kubernetes.io/x=1', 'a=é'])
    expect(labelsOf(text), text).toBeUndefined();
});

test('UI-20 a shape that was shared is checked when it is read', () => {
  expect(readShape({ cpu: 2, memory: 4 })).toEqual({ ...DEFAULT_SHAPE, cpu: 2, memory: 4 });
  for (const wrong of [
    { cpu: 0 },
    { memory: 1.5 },
    { pods: 251 },
    { zones: 10 },
    { labels: { a: 1 } },
    { labels: null },
  ])
    expect(readShape(wrong), JSON.stringify(wrong)).toBeUndefined();
});

test('UI-20 a cluster has nodes of the shape', () => {
  expect(shapeOptions({ ...DEFAULT_SHAPE, cpu: 2, zones: 2, labels: { disk: 'ssd' } })).toEqual({
    nodeCapacity: { cpu: '2', memory: '8Gi', pods: '110' },
    nodeLabels: { disk: 'ssd' },
    zones: ['zone-a', 'zone-b'],
  });
});
