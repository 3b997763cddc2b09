import {
  canonical,
  DecodeProblem,
  decodeObject,
  type FieldError,
  fieldErrorText,
  invalid,
  isDns1035Label,
  type ObjectMeta,
  required,
  sameJson,
  validateObjectMeta,
  validatePathSegmentName,
} from '@tabernetes/apimachinery';
import { schemaOf } from '../schema/schemas.ts';
import { additionalOf, isEmbedded, isObject, itemsOf, type JsonSchema, propertyOf } from './json-schema.ts';
import { jsonShown } from './validate-value.ts';

const META = schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta');

/**
 * Objects inside of an object are named as objects are.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go
 */
export function embeddedErrors(schema: JsonSchema | undefined, value: unknown, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  visit(errors, schema, value, path);
  return errors;
}

/**
 * Takes metadata of objects inside of a draft through its type, which prints nothing that is empty.
 * @returns the paths of fields that metadata does not have, sorted; they are gone
 * @throws {DecodeProblem}
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta/algorithm.go
 */
export function coerceEmbedded(schema: JsonSchema | undefined, draft: unknown): readonly string[] {
  const unknown: string[] = [];
  coerce(unknown, schema, draft, '');
  return unknown.sort();
}

function coerce(unknown: string[], schema: JsonSchema | undefined, value: unknown, path: string): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    for (const [i, item] of value.entries()) coerce(unknown, items, item, `${path}[${i}]`);
    return;
  }
  if (!isObject(value)) return;
  if (isEmbedded(schema)) coerceObject(unknown, value, path);
  const additional = additionalOf(schema)?.schema;
  for (const key of Object.keys(value)) {
    const property = propertyOf(schema, key);
    coerce(unknown, property ?? additional, value[key], property ? child(path, key) : `${path}[${key}]`);
  }
}

function coerceObject(unknown: string[], value: Record<string, unknown>, path: string): void {
  for (const name of ['apiVersion', 'kind']) {
    const text = value[name];
    if (text === undefined || typeof text === 'string') continue;
    throw new DecodeProblem(fieldErrorText(invalid(child(path, name), jsonShown(text), 'must be a string')));
  }
  const { metadata } = value;
  if (metadata === undefined) return;
  const at = child(path, 'metadata');
  try {
    const { draft, unknownFields } = decodeObject<ObjectMeta>(META, metadata ?? {});
    const printed = canonical(META, draft as ObjectMeta, undefined, { freeze: false });
    if (!printed.creationTimestamp) Reflect.deleteProperty(printed, 'creationTimestamp');
    // What is shared with the stored object is so already.
    if (!sameJson(printed, metadata)) value['metadata'] = printed;
    for (const field of unknownFields) unknown.push(`${at}.${field}`);
  } catch (error) {
    if (!(error instanceof DecodeProblem)) throw error;
    throw new DecodeProblem(fieldErrorText(invalid(at, jsonShown(metadata), error.message)));
  }
}

function visit(errors: FieldError[], schema: JsonSchema | undefined, value: unknown, path: string): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    const items = itemsOf(schema);
    for (const [i, item] of value.entries()) visit(errors, items, item, `${path}[${i}]`);
    return;
  }
  if (!isObject(value)) return;
  if (isEmbedded(schema)) validateEmbedded(errors, value, path);
  const additional = additionalOf(schema)?.schema;
  for (const key of Object.keys(value).sort()) {
    const property = propertyOf(schema, key);
    if (property) visit(errors, property, value[key], child(path, key));
    else if (additional) visit(errors, additional, value[key], `${path}[${key}]`);
  }
}

const child = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

function validateEmbedded(errors: FieldError[], value: Readonly<Record<string, unknown>>, path: string): void {
  const { apiVersion, kind, metadata } = value;
  if (apiVersion === undefined) errors.push(required(child(path, 'apiVersion'), 'must not be empty'));
  if (kind === undefined) errors.push(required(child(path, 'kind'), 'must not be empty'));
  refuse(errors, child(path, 'apiVersion'), apiVersion, (text) =>
    text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : undefined,
  );
  refuse(errors, child(path, 'kind'), kind, (text) => {
    const problems = isDns1035Label(text.toLowerCase());
    return problems.length > 0 ? `may have mixed case, but should otherwise match: ${problems.join(',')}` : undefined;
  });
  if (metadata === undefined) return;
  const at = child(path, 'metadata');
  try {
    const meta = decodeObject<ObjectMeta>(META, metadata).draft as ObjectMeta;
    errors.push(
      ...validateObjectMeta(
        { ...meta, name: meta.name || 'fakename' },
        { namespaced: Boolean(meta.namespace), validateName: validatePathSegmentName },
        at,
      ),
    );
  } catch (error) {
    if (!(error instanceof DecodeProblem)) throw error;
    errors.push(invalid(at, jsonShown(metadata), error.message));
  }
}

function refuse(errors: FieldError[], at: string, value: unknown, problem: (text: string) => string | undefined): void {
  if (value === undefined) return;
  if (typeof value !== 'string') errors.push(invalid(at, jsonShown(value), 'must be a string'));
  else if (value === '') errors.push(invalid(at, value, 'must not be empty'));
  else {
    const text = problem(value);
    if (text !== undefined) errors.push(invalid(at, value, text));
  }
}
