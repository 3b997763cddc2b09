import { parseQuantity, type Schema, type StructSchema } from '@tabernetes/apimachinery';

/**
 * Equality as Go's apiequality.Semantic has it, along a schema: an absent value equals the zero value unless it is a
 * pointer, nil lists and maps equal empty ones, amounts are compared as amounts and times as instants. Subtrees shared
 * by reference cost nothing.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/api/equality/semantic.go
 */
export function semanticEqual(schema: Schema, a: unknown, b: unknown): boolean {
  return a === b || equal(schema, a, b, false);
}

/** The fields of a struct that differ, by name, in the schema's order. */
export function differingFields(schema: StructSchema, a: object, b: object): string[] {
  if (a === b) return [];
  return schema.fields
    .filter(({ name, schema: field, pointer }) => !equal(field, at(a, name), at(b, name), pointer))
    .map(({ name }) => name);
}

const at = (object: object, name: string): unknown => (object as Readonly<Record<string, unknown>>)[name];

function equal(schema: Schema, a: unknown, b: unknown, pointer: boolean): boolean {
  if (a === b) return true;
  const absent = a === undefined || a === null;
  if (absent || b === undefined || b === null) {
    const other = absent ? b : a;
    if (other === undefined || other === null) return true;
    return !pointer && isZero(schema, other);
  }
  switch (schema.kind) {
    case 'struct':
      return schema.fields.every(({ name, schema: field, pointer: p }) =>
        equal(field, at(a as object, name), at(b as object, name), p),
      );
    case 'list':
      return equalLists(schema.items, a as readonly unknown[], b as readonly unknown[]);
    case 'map':
      return equalMaps(schema.values, a as object, b as object);
    case 'quantity':
      return parseQuantity(String(a)).compare(parseQuantity(String(b))) === 0;
    case 'time':
    case 'microTime':
      return Date.parse(String(a)) === Date.parse(String(b));
    default:
      return typeof a === 'object' && typeof b === 'object' && JSON.stringify(a) === JSON.stringify(b);
  }
}

function equalLists(items: Schema, a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((item, i) => equal(items, item, b[i], false));
}

function equalMaps(values: Schema, a: object, b: object): boolean {
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(values, at(a, key), at(b, key), false))
  );
}

/** Nothing but zero values all the way down, as in a struct that nobody filled in. */
function isZero(schema: Schema, value: unknown): boolean {
  switch (schema.kind) {
    case 'struct':
      return schema.fields.every(({ name, schema: field, pointer }) =>
        equal(field, undefined, at(value as object, name), pointer),
      );
    case 'list':
      return Array.isArray(value) && value.length === 0;
    case 'map':
      return Object.keys(value as object).length === 0;
    case 'quantity':
      return parseQuantity(String(value)).isZero();
    default:
      return value === '' || value === 0 || value === false;
  }
}
