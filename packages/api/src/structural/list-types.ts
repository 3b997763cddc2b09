import { duplicate, type FieldError, invalid, sameJson } from '@tabernetes/apimachinery';
import { additionalOf, isObject, itemsOf, type JsonSchema, propertyOf } from './json-schema.ts';
import { jsonShown } from './validate-value.ts';

/**
 * Lists that are sets hold nothing twice, lists that are maps no key twice.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype/validation.go
 */
export function listTypeErrors(schema: JsonSchema | undefined, value: unknown, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  visit(errors, schema, value, path);
  return errors;
}

function visit(errors: FieldError[], schema: JsonSchema | undefined, value: unknown, path: string): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    if (schema['x-kubernetes-list-type'] === 'set') refuseTwice(errors, value, path);
    else if (schema['x-kubernetes-list-type'] === 'map') validateMap(errors, schema, value, path);
    const items = itemsOf(schema);
    for (const [i, item] of value.entries()) visit(errors, items, item, `${path}[${i}]`);
    return;
  }
  if (!isObject(value)) return;
  const additional = additionalOf(schema)?.schema;
  for (const key of Object.keys(value).sort()) {
    if (additional) visit(errors, additional, value[key], `${path}[${key}]`);
    const property = propertyOf(schema, key);
    if (property) visit(errors, property, value[key], path === '' ? key : `${path}.${key}`);
  }
}

function validateMap(errors: FieldError[], schema: JsonSchema, value: readonly unknown[], path: string): void {
  const wrong = value.findIndex((item) => item !== null && !isObject(item));
  if (wrong >= 0) {
    const detail = 'must be an object for an array of list-type map';
    errors.push(invalid(`${path}[${wrong}]`, jsonShown(value[wrong]), detail));
    return;
  }
  const names = schema['x-kubernetes-list-map-keys'] ?? [];
  const keys = value.map((item) =>
    Object.fromEntries(
      names.flatMap((name) => (isObject(item) && Object.hasOwn(item, name) ? [[name, item[name]]] : [])),
    ),
  );
  refuseTwice(errors, keys, path);
}

/** Tells of the second of equals, and not of the third. */
function refuseTwice(errors: FieldError[], values: readonly unknown[], path: string): void {
  for (const [i, value] of values.entries()) {
    let earlier = 0;
    for (let j = 0; j < i; j += 1) if (sameJson(values[j], value)) earlier += 1;
    if (earlier === 1) errors.push(duplicate(`${path}[${i}]`, jsonShown(value)));
  }
}
