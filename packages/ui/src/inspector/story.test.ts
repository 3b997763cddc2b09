import type { WorldWrite } from '@tabernetes/worker/connect';
import { expect, test } from 'vitest';
import { story } from './story.ts';

const object = (kind: string, name: string, owner?: readonly [string, string]) => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    name,
    namespace: 'default',
    ...(owner && { ownerReferences: [{ apiVersion: 'apps/v1', kind: owner[0], name: owner[1], uid: 'u' }] }),
  },
});
const write = (revision: number, verb: WorldWrite['verb'], kind: string, name: string): WorldWrite => ({
  revision,
  timeMs: revision,
  verb,
  key: name,
  apiVersion: 'v1',
  kind,
  namespace: 'default',
  name,
  manager: 'm',
  changed: [],
  isMaking: false,
});

test('UI-2 the story of a Pod begins with what its owners did before it was made', () => {
  const objects = [
    object('Deployment', 'web'),
    object('ReplicaSet', 'web-1', ['Deployment', 'web']),
    object('Pod', 'web-1-a', ['ReplicaSet', 'web-1']),
  ];
  const writes = [
    write(1, 'create', 'Deployment', 'web'),
    write(2, 'create', 'ReplicaSet', 'web-1'),
    write(3, 'create', 'Pod', 'web-1-b'),
    write(4, 'create', 'Pod', 'web-1-a'),
    write(5, 'update', 'ReplicaSet', 'web-1'),
    write(6, 'update', 'Pod', 'web-1-a'),
  ];
  const find = (kind: string, _: string, name: string) =>
    objects.find((each) => each.kind === kind && each.metadata.name === name);
  const [, , pod] = objects;
  if (pod === undefined) throw new Error('no Pod');
  expect(story(pod, find, writes).map(({ revision }) => revision)).toEqual([1, 2, 4, 6]);
});
