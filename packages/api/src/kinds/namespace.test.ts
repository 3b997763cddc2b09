import type { Draft } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { Namespace } from '../generated/core-v1.ts';
import { createObject, testContext, updateObject } from '../testing/index.ts';
import { namespace as kind } from './namespace.ts';

const create = (metadata: object, spec = {}): Namespace | undefined =>
  createObject(kind, { apiVersion: 'v1', kind: 'Namespace', metadata, spec }, testContext());

describe('Namespace', () => {
  test('KND-7 a new one is active, labelled with its name, and held by the finalizer that empties it', () => {
    expect(create({ name: 'demo' })).toMatchObject({
      metadata: { labels: { 'kubernetes.io/metadata.name': 'demo' } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
  });

  test('KND-7 a status that names no phase says that it is active', () => {
    const draft = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo' } } as Draft<Namespace>;
    kind.defaults?.(draft);
    expect(draft.status).toEqual({ phase: 'Active' });
  });

  test('KND-7 its label cannot be taken off, its finalizers only through finalize', () => {
    const old = create({ name: 'demo' });
    const now = updateObject(
      kind,
      { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'demo', resourceVersion: '1' }, spec: {} },
      { ...old, metadata: { ...old?.metadata, resourceVersion: '1' } },
      testContext(),
    );
    expect(now?.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'demo' });
    expect(now?.spec?.finalizers).toEqual(['kubernetes']);
    const finalize = kind.subresources?.find(({ name }) => name === 'finalize');
    const draft = { ...now, spec: {} } as Draft<Namespace>;
    if (finalize?.type === 'update' && now) finalize.prepareForUpdate(draft, now, testContext());
    expect(draft.spec).toEqual({});
  });

  test('KND-7 deleted, it is Terminating until nothing holds it', () => {
    const draft = structuredClone(create({ name: 'demo' })) as Draft<Namespace>;
    kind.prepareForDelete?.(draft);
    expect(draft.status?.phase).toBe('Terminating');
    expect(kind.holdsDeletion?.(draft as Namespace)).toBe(true);
    expect(kind.holdsDeletion?.({ ...draft, spec: {} } as Namespace)).toBe(false);
  });

  test.each(['default', 'kube-system', 'kube-public'])('KND-7 %s cannot be deleted', (name) => {
    expect(() => kind.validateDelete?.(create({ name }) as Namespace)).toThrow(
      `namespaces "${name}" is forbidden: this namespace may not be deleted`,
    );
  });

  test('KND-7 others can', () => {
    expect(() => kind.validateDelete?.(create({ name: 'kube-node-lease' }) as Namespace)).not.toThrow();
  });
});
