import type { StructSchema } from '../schema.ts';
import { compareSets } from './compare-sets.ts';
import { type FieldSet, interned, union } from './field-set.ts';
import { type ShapeTrees, shapeOfCreated } from './shapes.ts';
import { planOf } from './struct-plan.ts';

const shapes: ShapeTrees<FieldSet> = new WeakMap();

/**
 * What the creator of an object owns: all in which it differs from the zero object of its type. Creating is the most frequent of writes:
 * objects of one shape share their set.
 *
 * @param next typed, printed or not @throws {TypeError} an item of a map list has no key
 */
export function createdFields(schema: StructSchema, next: unknown): FieldSet {
  const shape = shapeOfCreated(shapes, schema, next);
  if (shape.result === undefined) {
    const { modified, added } = compareSets(schema, planOf(schema).zero, next, { draft: true });
    shape.result = interned(union(modified, added));
  }
  return shape.result;
}
