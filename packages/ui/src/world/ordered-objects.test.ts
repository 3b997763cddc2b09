import type { KubeObject } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { OrderedObjects } from './ordered-objects.ts';

const named = (name: string): KubeObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });

test('UI-18 objects stand in order of their keys however they come, and the list stays the same until one of them changes', () => {
  const objects = new OrderedObjects();
  for (const name of ['m', 'c', 'x', 'a', 'd']) objects.set(`/pods/default/${name}`, named(name));
  const names = () => objects.list.map(({ metadata }) => metadata.name).join('');
  expect(names()).toBe('acdmx');
  const before = objects.list;
  expect(objects.list).toBe(before);
  objects.delete('/pods/default/none');
  expect(objects.list).toBe(before);
  objects.set('/pods/default/d', named('D'));
  objects.delete('/pods/default/a');
  expect(names()).toBe('cDmx');
  expect(before).toHaveLength(5);
  expect(objects.get('/pods/default/d')?.metadata.name).toBe('D');
  expect(objects.get('/pods/default/a')).toBeUndefined();
});

test('UI-18 what comes and goes again before somebody looks leaves no trace, and what comes again is there', () => {
  const objects = new OrderedObjects();
  for (const name of ['a', 'c']) objects.set(name, named(name));
  expect(objects.list).toHaveLength(2);
  objects.set('b', named('b'));
  objects.delete('b');
  objects.delete('c');
  objects.delete('a');
  objects.set('a', named('A'));
  objects.set('z', named('z'));
  expect(objects.get('c')).toBeUndefined();
  expect(objects.get('z')?.metadata.name).toBe('z');
  expect(objects.list.map(({ metadata }) => metadata.name)).toEqual(['A', 'z']);
});
