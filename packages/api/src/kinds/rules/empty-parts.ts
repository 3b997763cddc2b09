import type { Draft, KubeObject, Schema } from '@tabernetes/apimachinery';

/**
 * A preparation of updates of kinds whose parts upstream compares by `reflect.DeepEqual`: one that is there and empty counts as a
 * change.
 *
 * @param part the member that generations count the changes of
 */
export const countsEmptyParts =
  <T extends KubeObject>(schema: Schema, part: keyof T & string) =>
  (draft: Draft<T>, old: T): void => {
    const { metadata } = draft as Draft<KubeObject>;
    const value = (draft as Readonly<Record<string, unknown>>)[part];
    if (hasEmptyPart(schema, { [part]: value })) metadata.generation = (old.metadata.generation ?? 0) + 1;
  };

/**
 * Whether a list or a map in the value is there and empty, which Go's `reflect.DeepEqual` tells from one that is not there. What is
 * stored has no such parts.
 */
function hasEmptyPart(schema: Schema, value: unknown): boolean {
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
