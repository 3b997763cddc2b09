import type { KubeObject, ManagedFieldsEntry } from '@tabernetes/apimachinery';
import { createCluster } from '@tabernetes/cluster';
import { expect, test } from 'vitest';
import { writerOf } from './writer-of.ts';

interface Given {
  readonly manager: string;
  readonly fields: NonNullable<ManagedFieldsEntry['fieldsV1']>;
  readonly time?: string;
  readonly subresource?: string;
}

const object = (...entries: readonly Given[]): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: 'a',
    managedFields: entries.map(({ fields, time = '2026-01-01T00:00:00Z', ...entry }) => ({
      ...entry,
      operation: 'Update' as const,
      apiVersion: 'v1',
      time,
      fieldsV1: fields,
    })),
  },
});
const user = { manager: 'user', fields: { a: {}, b: {} } };

const cases: readonly {
  readonly name: string;
  readonly before?: KubeObject;
  readonly after: KubeObject;
  readonly changed?: readonly string[];
  readonly writer: string;
}[] = [
  { name: 'who made it', after: object(user), writer: 'user' },
  {
    name: 'a new entry of the same second, wherever it stands',
    before: object(user),
    after: object({ manager: 'controller', fields: { c: {} } }, user),
    writer: 'controller',
  },
  {
    name: 'who took fields from another',
    before: object(user, { manager: 'controller', fields: { c: {} } }),
    after: object({ manager: 'user', fields: { a: {} } }, { manager: 'controller', fields: { b: {}, c: {} } }),
    writer: 'controller',
  },
  {
    name: 'who wrote the same fields again, later',
    before: object(user, { manager: 'controller', fields: { c: {} } }),
    after: object({ ...user, time: '2026-01-01T00:00:09Z' }, { manager: 'controller', fields: { c: {} } }),
    writer: 'user',
  },
  {
    name: 'who wrote the same fields again within a second, when there is one only',
    before: object(user, { manager: 'kubelet', fields: { d: {} }, subresource: 'status' }),
    after: object(user, { manager: 'kubelet', fields: { d: {} }, subresource: 'status' }),
    changed: ['status.phase'],
    writer: 'kubelet',
  },
  {
    name: 'nobody: one of two within a second',
    before: object(user, { manager: 'other', fields: { d: {} } }),
    after: object(user, { manager: 'other', fields: { d: {} } }),
    changed: ['spec.replicas'],
    writer: '',
  },
  { name: 'nobody: a binding', before: object(user), after: object(user), changed: ['spec.nodeName'], writer: '' },
];
for (const { name, before, after, changed = [], writer } of cases) {
  test(`WRK-16 writer of a change: ${name}`, () => {
    expect(writerOf(after, before, changed)).toBe(writer);
  });
}

test('WRK-16 in the second in which a Deployment is made, what its controller writes is the controller’s', async () => {
  const writers: string[] = [];
  const cluster = await createCluster({
    seed: 1,
    clock: 'virtual',
    onStore(changes) {
      for (const { type, kv, previous } of changes) {
        if (type !== 'put' || kv.value.kind !== 'Deployment') continue;
        writers.push(writerOf(kv.value, previous?.value, ['metadata.annotations']));
      }
    },
  });
  await cluster.kubectl('kubectl create deployment web --image=nginx:1.27');
  await cluster.idle();
  expect(writers[0]).toBe('kubectl-create');
  expect(new Set(writers.slice(1))).toEqual(new Set(['kube-controller-manager']));
  await cluster.stop();
});
