import { parseQuantityParts, QuantityProblem } from '@tabernetes/apimachinery';
import { compileJsonPath } from '../../jsonpath/evaluate.ts';
import { relaxedPath } from '../../printers/custom-columns.ts';
import type { Table, TableRow } from '../../printers/table.ts';

/** None of the objects has the field. */
export class NoSuchField extends Error {
  override readonly name = 'NoSuchField';
}

/** Positions of objects in order of a field. Objects without it come first. @throws {Error} when none has it */
export function sortObjects(objects: readonly unknown[], path: string): readonly number[] {
  const field = relaxedPath(path);
  const values = valuesOf(objects, field);
  if (objects.length > 0 && values.every((value) => value === undefined)) {
    throw new NoSuchField(`couldn't find any field with path ${JSON.stringify(field)} in the list of objects`);
  }
  return objects.map((_, at) => at).toSorted((a, b) => compare(values[a], values[b]));
}

/** The table with its rows in order of a field of their objects. @throws {Error} when none has it */
export function sortTable(table: Table, path: string): Table {
  const rows = table.rows ?? [];
  const order = sortObjects(
    rows.map(({ object }) => object),
    path,
  );
  return { ...table, rows: order.map((at) => rows[at] as TableRow) };
}

function valuesOf(objects: readonly unknown[], field: string): readonly unknown[] {
  const path = compileJsonPath(field);
  return objects.map((object) => path.find(object)[0]?.[0]);
}

function compare(a: unknown, b: unknown): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? -1 : 1;
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  if (typeof a === 'string' && typeof b === 'string') {
    const [left, right] = [amount(a), amount(b)];
    if (left !== undefined && right !== undefined) return left - right;
    return a < b ? -1 : a > b ? 1 : 0;
  }
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  throw new Error(`unsortable type: ${typeof a === 'boolean' ? 'bool' : typeof a}`);
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
