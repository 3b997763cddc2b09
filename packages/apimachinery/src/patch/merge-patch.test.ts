import { deepFreeze } from '@tabernetes/base';
import { describe, expect, it } from 'vitest';
import { createMergePatch, createThreeWayMergePatch } from './merge-diff.ts';
import { applyMergePatch } from './merge-patch.ts';

describe('applyMergePatch', () => {
  it.each([
    // The examples of RFC 7386, without those whose patch is a scalar.
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('PAT-6 %j patched by %j', (document, patch, result) => {
    expect(applyMergePatch(deepFreeze(document), deepFreeze(patch))).toEqual(result);
  });

  it('PAT-6 drops nulls of maps in new lists, but not in lists that replace a map', () => {
    expect(applyMergePatch({}, { l: [{ a: null, b: 1 }, null] })).toEqual({ l: [{ b: 1 }, null] });
    expect(applyMergePatch({ l: { x: 1 } }, { l: [{ a: null }] })).toEqual({ l: [{ a: null }] });
  });

  it('PAT-6 refuses what is neither a map nor a list', () => {
    for (const patch of [null, 'x', 5, true]) expect(() => applyMergePatch({}, patch)).toThrow('Invalid JSON Patch');
  });

  it('PAT-2 shares what it does not change', () => {
    const document = deepFreeze({ a: { b: { c: 1 } }, l: [{ x: 1 }, { y: 2 }] });
    expect(applyMergePatch(document, {})).toBe(document);
    expect(applyMergePatch(document, { a: { b: { c: 1 }, d: null }, l: [{ x: 1 }, { y: 2 }] })).toBe(document);
    const changed = applyMergePatch(document, { l: [{ x: 1 }, { y: 3 }] }) as typeof document;
    expect(changed.a).toBe(document.a);
    expect(changed.l[0]).toBe(document.l[0]);
  });

  it('PAT-16 takes any key for what it is', () => {
    const patch = JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"x": 1}}');
    const result = applyMergePatch({}, patch) as object;
    expect(Object.keys(result)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('createMergePatch', () => {
  it('PAT-17 tells what differs, and applied makes it so', () => {
    const original = { a: 1, m: { x: 1, y: { z: [1] } }, gone: true, l: [1, 2] };
    const modified = { a: 1, m: { x: 2, y: { z: [1] } }, l: [2], added: {} };
    const patch = createMergePatch(original, modified);
    expect(patch).toEqual({ m: { x: 2 }, gone: null, l: [2], added: {} });
    expect(applyMergePatch(original, patch)).toEqual(modified);
    expect(createMergePatch(original, original)).toEqual({});
  });

  it('PAT-17 in three ways deletes only what was applied before', () => {
    const original = { a: 1, m: { x: 1 }, gone: true };
    const modified = { a: 2, m: { y: 1 } };
    const current = { a: 1, m: { x: 1, others: 1 }, gone: true, theirs: 1 };
    expect(createThreeWayMergePatch(original, modified, current)).toEqual({ a: 2, gone: null, m: { x: null, y: 1 } });
  });
});
