import { describe, expect, test } from 'vitest';
import type { Secret } from '../generated/core-v1.ts';
import { createObject, testContext, updateObject } from '../testing/index.ts';
import { secret as kind } from './secret.ts';

const raw = (fields: object): unknown => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', resourceVersion: '1' },
  ...fields,
});
const create = (fields: object): Secret | undefined => createObject(kind, raw(fields), testContext());

describe('Secret', () => {
  test('KND-8 texts of stringData become data, over what is there, and are not kept', () => {
    const { data, stringData } = create({ data: { a: 'QQ==', b: 'Qg==' }, stringData: { b: 'hé' } }) ?? {};
    expect(data).toEqual({ a: 'QQ==', b: 'aMOp' });
    expect(stringData).toBeUndefined();
  });

  test('KND-8 an immutable one does not change, nor become mutable again', () => {
    const old = create({ immutable: true, data: { a: 'QQ==' } });
    const update = (fields: object) => updateObject(kind, raw(fields), old, testContext());
    expect(() => update({ immutable: true, data: { a: 'Qg==' } })).toThrow(
      'Secret "s" is invalid: data: Forbidden: field is immutable when `immutable` is set',
    );
    expect(() => update({ data: { a: 'QQ==' } })).toThrow(
      'immutable: Forbidden: field is immutable when `immutable` is set',
    );
    expect(update({ immutable: true, data: { a: 'QQ==' }, metadata: { name: 's', labels: { a: 'b' } } })).toBeDefined();
  });

  test('KND-20 a certificate and a key that do not belong together are warned of', () => {
    const tls = create({ type: 'kubernetes.io/tls', data: { 'tls.crt': 'ZmFrZQ==', 'tls.key': 'ZmFrZQ==' } });
    expect(tls && kind.warnings?.(tls, undefined)).toEqual(['tls: failed to find any PEM data in certificate input']);
    const opaque = create({ data: { 'tls.crt': 'ZmFrZQ==' } });
    expect(opaque && kind.warnings?.(opaque, undefined)).toEqual([]);
  });

  test('KND-8 contents are not shown in refusals', () => {
    const data = { '.dockerconfigjson': 'bm9wZQ==' };
    expect(() => create({ type: 'kubernetes.io/dockerconfigjson', data })).toThrow('<secret contents redacted>');
  });
});
