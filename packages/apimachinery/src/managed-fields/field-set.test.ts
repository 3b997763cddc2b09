import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  difference,
  emptySet,
  equalSets,
  type FieldSet,
  fieldSetOfPaths,
  interned,
  intersection,
  pathsOf,
  pathText,
  recursiveDifference,
  union,
} from './field-set.ts';
import { fromFieldsV1, toFieldsV1 } from './fields-v1.ts';
import { setFor } from './testing/arbitraries.ts';
import { appSchema } from './testing/schemas.ts';

const options = { seed: 20_260_101, numRuns: 100 };
const set = setFor(appSchema);
const json = (value: FieldSet): string => JSON.stringify(toFieldsV1(value));
const texts = (value: FieldSet): string[] => [...pathsOf(value)].map(pathText);
const read = (value: unknown): FieldSet => fromFieldsV1(value);

describe('field sets', () => {
  it('MF-1 print as FieldsV1: fields, keys by their values, values, indexes', () => {
    const value = {
      'i:2': {},
      'v:"b<"': {},
      'v:9': {},
      'v:10': {},
      'k:{"protocol":"TCP","port":443}': { 'f:name': {}, '.': {} },
      'k:{"port":80,"protocol":"TCP"}': {},
      'f:z': { 'f:y': {} },
      'f:a': { '.': {}, 'f:b': {} },
    };
    expect(json(read(value))).toBe(
      '{"f:a":{".":{},"f:b":{}},"f:z":{"f:y":{}},"k:{\\"port\\":80,\\"protocol\\":\\"TCP\\"}":{},' +
        '"k:{\\"port\\":443,\\"protocol\\":\\"TCP\\"}":{".":{},"f:name":{}},"v:9":{},"v:10":{},"v:\\"b\\\\u003c\\"":{},"i:2":{}}',
    );
  });

  it('MF-1 leave out kinds of elements that are not known, and refuse what are none', () => {
    expect(json(read({ 'x:1': { 'f:a': {} }, 'f:b': { 'x:2': {} } }))).toBe('{"f:b":{}}');
    for (const bad of [
      { f: {} },
      { 'ff:a': {} },
      { 'k:[1]': {} },
      { 'v:': {} },
      { 'i:x': {} },
      { 'f:a': 1 },
      [],
      'x',
    ]) {
      expect(() => read(bad)).toThrow(TypeError);
    }
  });

  it('MF-1 list their paths level by level, as conflicts do', () => {
    const value = read({
      'f:spec': { 'f:c': { 'k:{"name":"web","port":1000000}': { '.': {}, 'f:image': {} } }, 'f:replicas': {} },
      'f:data': { 'v:true': {}, 'v:"q\\"\\u0001"': {}, 'i:3': {} },
      'f:kind': {},
    });
    expect(texts(value)).toEqual([
      '.kind',
      '.data[="q\\"\\x01"]',
      '.data[=true]',
      '.data[3]',
      '.spec.replicas',
      '.spec.c[name="web",port=1e+06]',
      '.spec.c[name="web",port=1e+06].image',
    ]);
  });

  it('MF-1 that are kept are one tree with one JSON', () => {
    const one = read({ 'f:a': { '.': {}, 'f:b': {} } });
    const other = union(read({ 'f:a': {} }), read({ 'f:a': { 'f:b': {} } }));
    expect(interned(other)).toBe(one);
    expect(toFieldsV1(other)).toBe(toFieldsV1(one));
    expect(Object.isFrozen(toFieldsV1(one))).toBe(true);
  });

  it('MF-1 do not take for equal what only prints alike', () => {
    const odd = read({ 'f:a\n+\nf:b': {} });
    expect(equalSets(interned(odd), interned(read({ 'f:a': {}, 'f:b': {} })))).toBe(false);
  });

  it('MF-2 keep parent and child apart in a difference, unless it is recursive', () => {
    const both = fieldSetOfPaths(['a', 'a.b', 'c']);
    expect(texts(difference(both, fieldSetOfPaths(['a'])))).toEqual(['.c', '.a.b']);
    expect(texts(recursiveDifference(both, fieldSetOfPaths(['a'])))).toEqual(['.c']);
    expect(texts(recursiveDifference(both, fieldSetOfPaths(['a.b'])))).toEqual(['.a', '.c']);
  });

  it('MF-2 follow the laws of sets', () => {
    fc.assert(
      fc.property(set, set, set, (a, b, c) => {
        const same = (x: FieldSet, y: FieldSet): void => expect(json(x)).toBe(json(y));
        same(union(a, b), union(b, a));
        same(union(union(a, b), c), union(a, union(b, c)));
        same(intersection(a, b), intersection(b, a));
        same(intersection(a, union(a, b)), a);
        same(difference(a, union(b, c)), difference(difference(a, b), c));
        same(difference(a, difference(a, b)), intersection(a, b));
        same(union(difference(a, b), intersection(a, b)), a);
        same(difference(a, a), emptySet);
        same(intersection(recursiveDifference(a, b), b), emptySet);
        const members = new Set([...texts(a), ...texts(b)]);
        expect(new Set(texts(union(a, b)))).toEqual(members);
      }),
      options,
    );
  });

  it('MF-2 give back an operand that is the result', () => {
    fc.assert(
      fc.property(set, set, (a, b) => {
        expect(union(a, intersection(a, b))).toBe(a);
        expect(difference(a, emptySet)).toBe(a);
        expect(difference(difference(a, b), b)).toEqual(difference(a, b));
        expect(intersection(a, union(a, b))).toBe(a);
      }),
      options,
    );
  });

  it('MF-1 survive being printed and read', () => {
    fc.assert(
      fc.property(set, (a) => {
        expect(equalSets(read(JSON.parse(json(a))), a)).toBe(true);
        expect(read(toFieldsV1(a))).toBe(interned(a));
      }),
      options,
    );
  });
});
