import { readFileSync } from 'node:fs';
import { type Draft, type KubeObject, semanticEqual } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import { createObject, testContext, wholeKinds } from '../testing/index.ts';

/* The least that every kind asks for, as it was posted to a real server. */
const bodies = readFileSync(new URL('../../../../e2e/golden/facts/defaults.jsonl', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => (JSON.parse(line) as { readonly in: KubeObject }).in);

const withStatus = (await wholeKinds()).flatMap((kind) => {
  const status = kind.subresources?.find(({ name }) => name === 'status');
  const apiVersion = kind.group ? `${kind.group}/${kind.version}` : kind.version;
  const body = bodies.find((candidate) => candidate.apiVersion === apiVersion && candidate.kind === kind.kind);
  return status?.type === 'update' && body ? [{ name: `${kind.kind}.${kind.group}`, kind, status, body }] : [];
});

const part = (object: object | undefined, name: string): unknown => object && Reflect.get(object, name);

describe('status', () => {
  test.each(withStatus)('KND-15 of a $name is not changed by a write to the object', ({ kind, body }) => {
    const old = createObject(kind, body, testContext()) as KubeObject;
    const draft = { ...structuredClone(old), status: { phase: 'Hacked', replicas: 77 } } as Draft<KubeObject>;
    kind.prepareForUpdate?.(draft, old, testContext());
    expect(semanticEqual(part(draft, 'status'), part(old, 'status'))).toBe(true);
  });

  test.each(withStatus)(
    'KND-15 a write to the status of a $name does not change its spec',
    ({ kind, status, body }) => {
      const old = createObject(kind, body, testContext()) as KubeObject;
      const draft = { ...structuredClone(old), spec: { hacked: true } } as Draft<KubeObject>;
      status.prepareForUpdate(draft, old, testContext());
      expect(part(draft, 'spec')).toEqual(part(old, 'spec'));
    },
  );

  test.each(withStatus)('KND-16 defaults of a $name are idempotent', ({ kind, body }) => {
    const draft = structuredClone(createObject(kind, body, testContext())) as Draft<KubeObject>;
    const before = structuredClone(draft);
    kind.defaults?.(draft);
    expect(draft).toEqual(before);
  });
});
