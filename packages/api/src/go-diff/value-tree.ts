import { parseQuantity } from '@tabernetes/apimachinery';
import { type Edit, editScript, type Likeness } from './edit-script.ts';
import { fieldValue, type GoType } from './go-type.ts';

/** In place of an element that one side does not have. */
export const MISSING = Symbol('missing');

/** Two values of a type side by side, and all that is below them. */
export interface ValueNode {
  readonly type: GoType;
  readonly x: unknown;
  readonly y: unknown;
  /** Leaves below that are the same, and that are not. */
  readonly same: number;
  readonly different: number;
  /** Nodes below. */
  readonly children: number;
  /** Zero for a leaf. */
  readonly depth: number;
  /** Of structs, lists and maps. */
  readonly records: readonly ValueRecord[];
  /** What a pointer points to. */
  readonly target?: ValueNode;
}

export interface ValueRecord {
  /** Name of a field or key of a map; of lists empty. */
  readonly key: string;
  readonly node: ValueNode;
}

export function compareValues(type: GoType, x: unknown, y: unknown): ValueNode {
  if (x === MISSING || y === MISSING) return leaf(type, x, y, false);
  const absent = x === undefined || y === undefined;
  switch (type.kind) {
    case 'struct':
      return branch(type, x, y, structRecords(type, x, y));
    case 'list':
      if (absent) return leaf(type, x, y, x === y);
      return branch(type, x, y, listRecords(type, x as readonly unknown[], y as readonly unknown[]));
    case 'map':
      if (absent) return leaf(type, x, y, x === y);
      return branch(type, x, y, mapRecords(type, x as object, y as object));
    case 'pointer': {
      if (absent || type.item === undefined) return leaf(type, x, y, x === y);
      const target = compareValues(type.item, x, y);
      const { same, different, children, depth } = target;
      return { type, x, y, same, different, children: children + 1, depth: depth + 1, records: [], target };
    }
    case 'quantity':
      return leaf(type, x, y, parseQuantity(String(x ?? '0')).compare(parseQuantity(String(y ?? '0'))) === 0);
    case 'scalar':
      return leaf(type, x, y, (x ?? type.zero) === (y ?? type.zero));
  }
}

const leaf = (type: GoType, x: unknown, y: unknown, same: boolean): ValueNode => ({
  type,
  x,
  y,
  same: same ? 1 : 0,
  different: same ? 0 : 1,
  children: 0,
  depth: 0,
  records: [],
});

function branch(type: GoType, x: unknown, y: unknown, records: readonly ValueRecord[]): ValueNode {
  const sums = { same: 0, different: 0, children: 0, depth: 0 };
  for (const { node } of records) {
    sums.same += node.same;
    sums.different += node.different;
    sums.children += node.children + 1;
    sums.depth = Math.max(sums.depth, node.depth + 1);
  }
  return { type, x, y, ...sums, records };
}

const structRecords = (type: GoType, x: unknown, y: unknown): readonly ValueRecord[] =>
  (type.fields?.() ?? []).map((field) => ({
    key: field.name,
    node: compareValues(field.type, fieldValue(x, field), fieldValue(y, field)),
  }));

function listRecords({ item }: GoType, x: readonly unknown[], y: readonly unknown[]): readonly ValueRecord[] {
  if (item === undefined) return [];
  const likeness = (ix: number, iy: number): Likeness => {
    const { same, different } = compareValues(item, x[ix], y[iy]);
    return { same, different };
  };
  let [ix, iy] = [0, 0];
  return editScript(x.length, y.length, likeness).map((edit: Edit) => {
    const left = edit === 'right' ? MISSING : x[ix++];
    const right = edit === 'left' ? MISSING : y[iy++];
    return { key: '', node: compareValues(item, left, right) };
  });
}

function mapRecords({ item }: GoType, x: object, y: object): readonly ValueRecord[] {
  if (item === undefined) return [];
  const value = (map: object, key: string): unknown => (Object.hasOwn(map, key) ? Reflect.get(map, key) : MISSING);
  return [...new Set([...Object.keys(x), ...Object.keys(y)])]
    .sort()
    .map((key) => ({ key, node: compareValues(item, value(x, key), value(y, key)) }));
}
