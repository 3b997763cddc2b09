import { goQuote, parseQuantityParts, QuantityProblem } from '@tabernetes/apimachinery';
import { goTypeName } from '../../go-json.ts';
import { compileJsonPath } from '../../jsonpath/evaluate.ts';
import { relaxedPath } from '../../printers/custom-columns.ts';
import type { Table, TableRow } from '../../printers/table.ts';

/** Values of the field cannot be compared: kubectl ends there, with a log line. The message is that line's. */
export class Unsortable extends Error {
  override readonly name = 'Unsortable';
}

/** Positions of objects in order of a field. Objects without it come first. @throws {Error} when none has it, {@link Unsortable} */
export function sortObjects(objects: readonly unknown[], path: string): readonly number[] {
  return orderOf(objects, relaxedPath(path), '*unstructured.Unstructured');
}

/** The table with its rows in order of a field of their objects. @throws {Error} when none has it, {@link Unsortable} */
export function sortTable(table: Table, path: string): Table {
  const rows = table.rows ?? [];
  const order = orderOf(
    rows.map(({ object }) => object),
    rowPath(path),
    '[][][]reflect.Value',
  );
  return { ...table, rows: order.map((at) => rows[at] as TableRow) };
}

/** What is no path of one field is taken as it stands. */
function rowPath(path: string): string {
  try {
    return relaxedPath(path);
  } catch {
    // Whether it is one at all shows when it is compiled.
    return path;
  }
}

/** `type` is what Go calls that which is sorted. */
function orderOf(objects: readonly unknown[], field: string, type: string): readonly number[] {
  const path = compileJsonPath(field);
  const values = objects.map((object) => path.find(object)[0]?.[0]);
  if (objects.length > 0 && values.every((value) => value === undefined)) {
    throw new Error(`couldn't find any field with path ${goQuote(field)} in the list of objects`);
  }
  const isLess = (a: number, b: number): boolean => {
    try {
      return comesFirst(values[a], values[b]);
    } catch (error) {
      if (!(error instanceof Unsortable)) throw error;
      // The object itself is a map to Go; what is in it may be anything.
      const isWhole = values[a] === objects[a];
      const [kind, why] = isWhole ? ['map', 'unsortable type: map'] : ['interface', error.message];
      throw new Unsortable(`Field ${field} in ${type} is an unsortable type: ${kind}, err: ${why}`);
    }
  };
  return goSorted(
    objects.map((_, at) => at),
    isLess,
  );
}

/** Up to this many, Go sorts by insertion. */
const INSERTED = 12;

/** Objects without the field are each said to come before the other, so that the way of sorting shows: short lists turn around. */
function goSorted(order: readonly number[], isLess: (a: number, b: number) => boolean): readonly number[] {
  if (order.length > INSERTED) return order.toSorted((a, b) => Number(isLess(b, a)) - Number(isLess(a, b)));
  const sorted: number[] = [];
  for (const item of order) {
    const before = sorted.findLastIndex((other) => !isLess(item, other));
    sorted.splice(before + 1, 0, item);
  }
  return sorted;
}

function comesFirst(a: unknown, b: unknown): boolean {
  if (a === undefined) return true;
  if (b === undefined) return false;
  if (a === null || b === null) return a === null && b !== null;
  if (typeof a === 'string' && typeof b === 'string') {
    const [left, right] = [amount(a), amount(b)];
    return left !== undefined && right !== undefined ? left < right : a < b;
  }
  if (typeof a === 'number' && typeof b === 'number') return a < b;
  if (typeof a === 'string' || typeof a === 'number') throw new Unsortable('unsortable interface: interface');
  throw new Unsortable(`unsortable type: ${goTypeName(a)}`);
}

/** Texts that are quantities are sorted by what they amount to. */
function amount(text: string): number | undefined {
  try {
    const { mantissa, exponent } = parseQuantityParts(text);
    return Number(mantissa) * 10 ** exponent;
  } catch (error) {
    if (error instanceof QuantityProblem) return undefined;
    throw error;
  }
}
