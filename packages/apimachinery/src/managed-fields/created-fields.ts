import type { StructSchema } from '../schema.ts';
import { compareSets } from './compare-sets.ts';
import { type FieldSet, interned, recursiveDifference, union } from './field-set.ts';
import { withoutServerFields } from './ownership.ts';
import { type ShapeTrees, shapeOfCreated } from './shapes.ts';
import { planOf } from './struct-plan.ts';

/** What the creator of an object owns, by what the request cannot change. */
type Owned = WeakMap<FieldSet, FieldSet>;
const shapes: ShapeTrees<Owned> = new WeakMap();

/**
 * What the creator of an object owns: all in which it differs from the zero object of its type, but for `reset` and what is the server's
 * own. Creating is the most frequent of writes: objects of one shape share their set.
 *
 * @param next typed, printed or not @param reset what the request cannot change @throws {TypeError} an item of a map list has no key
 */
export function createdFields(schema: StructSchema, next: unknown, reset: FieldSet): FieldSet {
  const shape = shapeOfCreated(shapes, schema, next);
  shape.result ??= new WeakMap();
  let owned = shape.result.get(reset);
  if (owned === undefined) {
    const { modified, added } = compareSets(schema, planOf(schema).zero, next, { draft: true });
    owned = interned(withoutServerFields(recursiveDifference(union(modified, added), reset)));
    shape.result.set(reset, owned);
  }
  return owned;
}
