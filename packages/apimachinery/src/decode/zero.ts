import { absentFields, type FieldLayout, firstLayout } from '../field-layout.ts';
import type { Schema } from '../schema.ts';
import { zeroScalar } from '../zero-scalar.ts';

/** Go's zero value of a type where JSON has null: an element of a list, a value of a map. */
export function zeroOf(schema: Schema): unknown {
  switch (schema.kind) {
    case 'struct':
      return fillAbsent(firstLayout(schema), {});
    case 'list':
      return [];
    case 'map':
      return {};
    case 'bytes':
      return '';
    default:
      return zeroScalar(schema.kind);
  }
}

/** Sets what is required and absent to its zero value, of fields that the layout does not have. Returns `draft`. */
export function fillAbsent(layout: FieldLayout, draft: Record<string, unknown>): Record<string, unknown> {
  for (const { name, schema } of absentFields(layout)) draft[name] ??= zeroOf(schema);
  return draft;
}
