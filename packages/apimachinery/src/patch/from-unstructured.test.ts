import { describe, expect, it } from 'vitest';
import { gadgetSchema } from '../testing/gadget.ts';
import { ConversionProblem, fromUnstructured } from './from-unstructured.ts';

const schema = gadgetSchema();
const convert = (spec: unknown, known?: unknown) => fromUnstructured(schema, { spec }, known, () => undefined);

describe('fromUnstructured', () => {
  it.each([
    [{ replicas: 'two' }, 'unrecognized type: int32'],
    [{ replicas: true }, 'unrecognized type: int32'],
    [{ replicas: 1.5 }, 'cannot convert float64 to int32'],
    [{ paused: 'yes' }, 'unrecognized type: bool'],
    [{ ratio: 'x' }, 'unrecognized type: float64'],
    [{ selector: { a: 5 } }, 'cannot convert int64 to string'],
    [{ selector: { a: 1.5 } }, 'unrecognized type: string'],
    [{ selector: { a: {} } }, 'unrecognized type: string'],
    [{ rules: [{ protocol: 6 }] }, 'cannot convert int64 to v1.Protocol'],
    [{ selector: 'x' }, 'cannot restore map from string'],
    [{ parts: { a: 1 } }, 'cannot restore slice from map'],
    [{ parts: [5] }, 'cannot restore struct from: int64'],
    [{ strategy: [] }, 'cannot restore struct from: slice'],
    [{ secret: { a: 5 } }, 'cannot restore slice from int64'],
  ])('PAT-13 refuses %j', (spec, message) => {
    expect(() => convert(spec)).toThrow(new ConversionProblem(message));
  });

  it('PAT-13 tells of the first field in the order of the type', () => {
    expect(() => convert({ paused: 5, replicas: 'x' })).toThrow('unrecognized type: int32');
  });

  it('PAT-13 wraps integers that are too large, and takes null for anything', () => {
    expect(convert({ replicas: 2 ** 31, paused: null, parts: null, selector: { a: null } }).value).toEqual({
      spec: { replicas: -(2 ** 31), paused: null, parts: null, selector: { a: null } },
    });
    const value = { spec: { replicas: 3, ratio: 1 } };
    expect(fromUnstructured(schema, value, undefined, () => undefined).value).toBe(value);
  });

  it('PAT-14 lists members that no type has, without the keys of maps', () => {
    const spec = { z: 1, parts: [{ name: 'a' }, { nosuch: 1, $patch: 'delete' }], raw: { anything: { $patch: 1 } } };
    expect(convert(spec).unknownFields).toEqual(['spec.parts[1].$patch', 'spec.parts[1].nosuch', 'spec.z']);
    const known = { spec };
    expect(convert(spec, known).unknownFields).toEqual([]);
  });
});
