import { deepFreeze } from '@tabernetes/base';
import { describe, expect, it } from 'vitest';
import { applyJsonPatch } from './json-patch.ts';
import { PatchProblem } from './patch-problem.ts';

/** The message of the refusal; fails when the patch is accepted. */
function refusal(document: unknown, ...patch: unknown[]): string {
  try {
    applyJsonPatch(document, patch);
  } catch (error) {
    if (error instanceof PatchProblem && error.code === 422) return error.message;
    throw error;
  }
  throw new Error('accepted');
}

const document = deepFreeze({ a: { b: 1, n: null }, list: ['x', { y: 1 }], 'with/slash': { 'til~de': 1 } });

describe('applyJsonPatch', () => {
  it('PAT-3 adds, removes, replaces, moves and copies', () => {
    const apply = (...patch: unknown[]) => applyJsonPatch(document, patch);
    expect(apply({ op: 'add', path: '/a/c', value: [1] })).toEqual({ ...document, a: { ...document.a, c: [1] } });
    expect(apply({ op: 'add', path: '/list/1', value: 'z' })).toMatchObject({ list: ['x', 'z', { y: 1 }] });
    expect(apply({ op: 'add', path: '/list/-', value: 'z' })).toMatchObject({ list: ['x', { y: 1 }, 'z'] });
    expect(apply({ op: 'remove', path: '/with~1slash/til~0de' })).toMatchObject({ 'with/slash': {} });
    expect(apply({ op: 'replace', path: '/a/b', value: 2 })).toMatchObject({ a: { b: 2 } });
    expect(apply({ op: 'move', from: '/a/b', path: '/list/0' })).toMatchObject({
      a: { n: null },
      list: [1, 'x', { y: 1 }],
    });
    expect(apply({ op: 'copy', from: '/list/1', path: '/a/b' })).toMatchObject({ a: { b: { y: 1 } } });
    expect(apply({ op: 'replace', path: '', value: { whole: true } })).toEqual({ whole: true });
    expect(applyJsonPatch(document, null)).toBe(document);
  });

  it('PAT-3 tests values without regard to the order of keys', () => {
    const ok = { op: 'test', path: '/a', value: { n: null, b: 1 } };
    expect(applyJsonPatch(document, [ok])).toBe(document);
    expect(refusal(document, { op: 'test', path: '/a/b', value: 2 })).toBe('testing value /a/b failed: test failed');
    expect(refusal(document, { op: 'test', path: '/a/b', value: '1' })).toContain('test failed');
    expect(applyJsonPatch(document, [{ op: 'test', path: '/a/nothing', value: null }])).toBe(document);
    expect(applyJsonPatch(document, [{ op: 'test', path: '/a/n', value: null }])).toBe(document);
  });

  it("PAT-3 goes the Go library's ways where the RFC has others", () => {
    const a = (...patch: unknown[]) => (applyJsonPatch(document, patch) as { a: unknown }).a;
    expect(a({ op: 'replace', path: '/a/new', value: 1 })).toEqual({ b: 1, n: null, new: 1 });
    expect(a({ op: 'copy', from: '/a/nothing', path: '/a/b' })).toEqual({ b: null, n: null });
    expect(a({ op: 'add', path: '/a/b' })).toEqual({ b: null, n: null });
    expect(applyJsonPatch(document, [{ op: 'replace', path: '', value: 'text' }])).toBe(document);
    expect(applyJsonPatch(document, [{ op: 'add', path: '/list/-1', value: 'last' }])).toMatchObject({
      list: ['x', { y: 1 }, 'last'],
    });
    expect(applyJsonPatch(document, [{ op: 'remove', path: '/list/-2' }])).toMatchObject({ list: [{ y: 1 }] });
    expect(applyJsonPatch(document, [{ op: 'replace', path: '/list/+01/y', value: 2 }])).toMatchObject({
      list: ['x', { y: 2 }],
    });
  });

  it.each([
    [
      { op: 'remove', path: '/a/x' },
      "error in remove for path: '/a/x': Unable to remove nonexistent key: x: missing value",
    ],
    [{ op: 'remove', path: '/x/y' }, 'remove operation does not apply: doc is missing path: "/x/y": missing value'],
    [{ op: 'add', path: '/x/y', value: 1 }, 'add operation does not apply: doc is missing path: "/x/y": missing value'],
    [
      { op: 'add', path: '/a/b/c', value: 1 },
      'add operation does not apply: doc is missing path: "/a/b/c": missing value',
    ],
    [{ op: 'add', path: 'a', value: 1 }, 'add operation does not apply: doc is missing path: "a": missing value'],
    [
      { op: 'add', path: '/list/3', value: 1 },
      "error in add for path: '/list/3': Unable to access invalid index: 3: invalid index referenced",
    ],
    [
      { op: 'add', path: '/list/x', value: 1 },
      "error in add for path: '/list/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax",
    ],
    [
      { op: 'replace', path: '/list/2', value: 1 },
      'replace operation does not apply: doc is missing key: /list/2: missing value',
    ],
    [
      { op: 'replace', path: '/x/y', value: 1 },
      'replace operation does not apply: doc is missing path: /x/y: missing value',
    ],
    [
      { op: 'move', from: '/a/x', path: '/a/b' },
      "error in move for path: 'x': Unable to remove nonexistent key: x: missing value",
    ],
    [
      { op: 'move', from: '/a', path: '/a/b' },
      'move operation does not apply: doc is missing destination path: /a/b: missing value',
    ],
    [{ op: 'test', path: '/x/y', value: 1 }, 'test operation does not apply: is missing path: /x/y: missing value'],
    [{ op: 'bogus', path: '/a' }, 'Unexpected kind: bogus'],
    [{ path: '/a' }, 'Unexpected kind: unknown'],
    [{ op: 'add', value: 1 }, 'add operation failed to decode path: missing value'],
    [{ op: 'test' }, 'test operation failed to decode path: operation missing path field: missing value'],
    [
      { op: 'replace', path: 5 },
      'replace operation failed to decode path: json: cannot unmarshal number into Go value of type string',
    ],
  ])('PAT-3 refuses %j', (operation, message) => {
    expect(refusal(document, operation)).toBe(message);
  });

  it('PAT-3 refuses what is no list of operations', () => {
    const apply = (patch: unknown) => () => applyJsonPatch(document, patch);
    expect(apply({ op: 'remove' })).toThrow('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
    expect(apply([5])).toThrow('json: cannot unmarshal number into Go value of type jsonpatch.Operation');
  });

  it('PAT-4 refuses what makes the Go library panic', () => {
    const addNull = { op: 'add', path: '/a/b', value: null };
    const copyNull = { op: 'copy', from: '/a/b', path: '/a/c' };
    for (const patch of [
      [{ op: 'test', path: '/nothing' }],
      [{ op: 'test', path: '' }],
      [{ op: 'replace', path: '' }],
      [addNull, { op: 'add', path: '/a/b/c', value: 1 }],
      [addNull, copyNull, { op: 'add', path: '/a/c/d', value: 1 }],
      [
        { op: 'add', path: '/list', value: [null] },
        { op: 'test', path: '/list', value: [null] },
      ],
    ]) {
      expect(refusal(document, ...patch)).toMatch(/^the patch cannot be applied: /);
    }
    // Walked through, a null that was there is missing, and one that was copied is empty.
    expect(refusal(document, { op: 'add', path: '/a/n/c', value: 1 })).toContain('missing value');
    expect(refusal(document, addNull, copyNull, { op: 'remove', path: '/a/c/d' })).toContain('nonexistent key: d');
  });

  it('PAT-2 shares what it does not change, and changes neither document nor patch', () => {
    const value = deepFreeze({ deep: { er: 1 } });
    const patch = deepFreeze([
      { op: 'add', path: '/a/new', value },
      { op: 'add', path: '/a/new/deep/more', value: 2 },
      { op: 'copy', from: '/a/new', path: '/a/copy' },
      { op: 'replace', path: '/a/copy/deep/er', value: 3 },
    ]);
    const result = applyJsonPatch(document, patch) as typeof document;
    expect(result.a).toEqual({
      b: 1,
      n: null,
      new: { deep: { er: 1, more: 2 } },
      copy: { deep: { er: 3, more: 2 } },
    });
    expect(result.list).toBe(document.list);
    expect(value).toEqual({ deep: { er: 1 } });
    const undone = [
      { op: 'remove', path: '/a/b' },
      { op: 'add', path: '/a/b', value: 1 },
    ];
    expect(applyJsonPatch(document, undone)).toBe(document);
  });

  it('PAT-5 limits what copies add', () => {
    const doubling = Array.from({ length: 60 }, (_, i) => ({ op: 'copy', from: '/a', path: `/a/c${i}` }));
    expect(() => applyJsonPatch(document, doubling, { maxCopyBytes: 1000 })).toThrow(
      /accumulated size increase of copy is \d+, exceeding the limit 1000/,
    );
    expect(applyJsonPatch(document, doubling.slice(0, 3), { maxCopyBytes: 1000 })).toMatchObject({
      a: { c2: { b: 1 } },
    });
  });

  it('PAT-16 takes any key for what it is', () => {
    const result = applyJsonPatch(document, [
      { op: 'add', path: '/__proto__', value: { polluted: true } },
      { op: 'add', path: '/__proto__/more', value: 1 },
      { op: 'add', path: '/a/constructor', value: 1 },
    ]) as Record<string, unknown>;
    expect(Object.getOwnPropertyDescriptor(result, '__proto__')?.value).toEqual({ polluted: true, more: 1 });
    expect(Object.getPrototypeOf(result)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    expect(refusal(document, { op: 'remove', path: '/a/toString' })).toContain('nonexistent key');
    expect(refusal(document, { op: 'add', path: '/constructor/x', value: 1 })).toContain('missing path');
  });
});
