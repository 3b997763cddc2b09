import type { Node, Pod } from '@tabernetes/api/types/core-v1';
import { expect, test } from 'vitest';
import { nameOf } from '../app/selection.tsx';
import { type Cursor, found, moved } from './canvas-cursor.ts';
import { canvasLayout } from './canvas-layout.ts';
import { placed } from './placement.ts';

const nodes = ['a', 'b'].map((name) => ({ kind: 'Node', metadata: { name } }) as Node);
const pod = (name: string, nodeName: string): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'default' },
  spec: { nodeName, containers: [] },
});
const pods = [pod('1', 'a'), pod('2', 'a'), pod('3', 'b'), pod('4', 'b')];
const layout = canvasLayout(nodes, placed(pods, nodes, '', ''), 8);

/** Names of where keys lead, one after the other. */
function walk(keys: readonly string[]): string {
  let at: Cursor | undefined;
  const names = keys.map((key) => {
    at = moved(layout, at, key);
    return at?.object.metadata.name ?? '';
  });
  return names.join(' ');
}

test('UI-19 arrows go from node to node and from Pod to Pod, and stop at the edge', () => {
  expect(walk(['ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowRight'])).toBe('a 1 2 a 3 4');
  expect(walk(['ArrowDown', 'ArrowUp', 'ArrowLeft'])).toBe('a a a');
  expect(moved(layout, undefined, 'Enter')).toBeUndefined();
});

test('UI-19 the keys stay with their object wherever it goes, and are lost with it', () => {
  const first = moved(layout, moved(layout, undefined, 'ArrowDown'), 'ArrowDown');
  const name = first && nameOf(first.object);
  const later = canvasLayout(nodes, placed([pod('0', 'a'), ...pods], nodes, '', ''), 8);
  expect(found(later, name, first)).toMatchObject({ object: pods[0], x: (found(layout, name, first)?.x ?? 0) + 12 });
  expect(found(canvasLayout(nodes, placed([], nodes, '', ''), 8), name, first)).toBeUndefined();
});
