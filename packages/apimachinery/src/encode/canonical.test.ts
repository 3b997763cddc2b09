import { describe, expect, test } from 'vitest';
import { decodeObject } from '../decode/decode-object.ts';
import { gadgetSchema } from '../testing/gadget.ts';
import { canonical } from './canonical.ts';

type Gadget = Readonly<Record<string, unknown>>;

const spec = {
  replicas: 2,
  ratio: 0.5,
  paused: true,
  selector: { a: 'b' },
  strategy: { type: 'x' },
  whole: { c: 'd' },
};

/** Every order of every choice of the fields. */
function* ordersOf(names: readonly string[]): Generator<readonly string[]> {
  yield [];
  for (const name of names) {
    for (const rest of ordersOf(names.filter((other) => other !== name))) yield [name, ...rest];
  }
}
const inOrder = (names: readonly string[]): Gadget =>
  Object.fromEntries(names.map((name) => [name, spec[name as keyof typeof spec]]));
const gadget = (of: Gadget): Gadget => ({ kind: 'Gadget', apiVersion: 'example.com/v1', metadata: {}, spec: of });

describe('the layout of values', () => {
  test('CAN-8 whatever was printed before, a value prints its own fields in the order of its type, and decodes to them', () => {
    const schema = gadgetSchema();
    const names = Object.keys(spec);
    // Nearly two thousand orders: more than are kept.
    for (const order of ordersOf(names)) {
      const given = gadget(inOrder(order));
      const sorted = gadget(inOrder(names.filter((name) => order.includes(name))));
      const { draft, strictErrors } = decodeObject<Gadget>(schema, given);
      expect(strictErrors).toEqual([]);
      expect(draft['spec']).toEqual(given['spec']);
      expect(JSON.stringify(canonical(schema, draft))).toBe(JSON.stringify({ ...sorted, metadata: {} }));
    }
  });

  test('CAN-8 what is not set any more is gone, what is set anew stands in its place', () => {
    const schema = gadgetSchema();
    const before = canonical(schema, gadget(inOrder(['replicas', 'paused', 'whole'])));
    const after = canonical(schema, gadget(inOrder(['whole', 'ratio', 'replicas'])), before);
    expect(JSON.stringify(after['spec'])).toBe('{"replicas":2,"ratio":0.5,"whole":{"c":"d"}}');
    expect((after['spec'] as typeof spec).whole).toBe((before['spec'] as typeof spec).whole);
    expect(canonical(schema, gadget(inOrder(['whole', 'paused', 'replicas'])), before)).toBe(before);
  });

  test('CAN-8 unknown fields are told of and left out, and fields that are null are filled in like absent ones', () => {
    const schema = gadgetSchema();
    for (let i = 0; i < 2; i++) {
      const { draft, strictErrors } = decodeObject(schema, { kind: 'Gadget', nobody: 1, metadata: null });
      expect(strictErrors).toEqual(['unknown field "nobody"']);
      expect(draft).toEqual({ kind: 'Gadget', metadata: {} });
    }
  });
});
