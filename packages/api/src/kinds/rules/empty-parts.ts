import type { Schema } from '@tabernetes/apimachinery';

/**
 * Whether a list or a map in the value is there and empty, which Go's `reflect.DeepEqual` tells from one that is not there. What is
 * stored has no such parts.
 */
export function hasEmptyPart(schema: Schema, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const members = Object.entries(value);
  switch (schema.kind) {
    case 'list':
      return members.length === 0 || members.some(([, item]) => hasEmptyPart(schema.items, item));
    case 'map':
      return members.length === 0;
    case 'struct':
      return members.some(([name, member]) => {
        const field = schema.byName.get(name);
        return field !== undefined && hasEmptyPart(field.schema, member);
      });
    default:
      return false;
  }
}
