import { type FieldError, fieldErrorText, forbidden, invalid, required, semanticEqual } from '@tabernetes/apimachinery';
import { goRegexp, RegexpProblem } from './go-regexp.ts';
import {
  additionalOf,
  isEmbedded,
  itemListOf,
  itemsOf,
  type JsonSchema,
  preservesUnknown,
  propertiesOf,
  propertyOf,
} from './json-schema.ts';

/*
 * A structural schema names every field once, outside of `anyOf` and the like, so that there is one answer to what may
 * be pruned and defaulted.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/validation.go
 */

type Level = 'root' | 'item' | 'field';

/** What keeps a schema from being looked at as a structural one at all; undefined: nothing. */
export function structuralProblem(schema: JsonSchema): string | undefined {
  return unsupported(schema) ?? first([...clausesOf(schema), ...partsOf(schema)], structuralProblem);
}

/** What is wrong with a schema for which {@link structuralProblem} knows no problem, sorted by text. */
export function structuralErrors(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  validateInvariants(errors, schema, 'root', path);
  validateCompleteness(errors, schema, schema, path, path);
  return errors
    .map((error) => [fieldErrorText(error), error] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, error]) => error);
}

function unsupported(schema: JsonSchema): string | undefined {
  const found = (
    [
      ['id', schema.id],
      ['schema', schema.$schema],
      ['$ref', schema.$ref],
      ['patternProperties', Object.keys(schema.patternProperties ?? {}).length > 0],
      ['dependencies', Object.keys(schema.dependencies ?? {}).length > 0],
      ['additionalItems', schema.additionalItems !== undefined],
      ['definitions', Object.keys(schema.definitions ?? {}).length > 0],
    ] as const
  ).find(([, value]) => value);
  if (found) return `OpenAPIV3Schema '${found[0]}' is not supported`;
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  return itemListOf(schema).length > 0 ? "OpenAPIV3Schema 'items' must be a schema, but is an array" : undefined;
}

function first<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

const clausesOf = ({ not, allOf = [], anyOf = [], oneOf = [] }: JsonSchema): readonly JsonSchema[] => [
  ...(not ? [not] : []),
  ...allOf,
  ...anyOf,
  ...oneOf,
];

function partsOf(schema: JsonSchema): readonly JsonSchema[] {
  const items = itemsOf(schema);
  const additional = additionalOf(schema)?.schema;
  return [
    ...(items ? [items] : []),
    ...propertiesOf(schema).map(([, property]) => property),
    ...(additional ? [additional] : []),
  ];
}

function validateInvariants(errors: FieldError[], schema: JsonSchema, level: Level, path: string): void {
  const items = itemsOf(schema);
  if (schema.type === 'array' && items === undefined) errors.push(required(`${path}.items`, 'must be specified'));
  if (items) validateInvariants(errors, items, 'item', `${path}.items`);
  for (const [name, property] of propertiesOf(schema)) {
    validateInvariants(errors, property, 'field', `${path}.properties[${name}]`);
  }
  const additional = additionalOf(schema);
  if (additional) {
    if (level === 'root') errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
    if (additional.schema) {
      validateInvariants(errors, additional.schema, 'field', `${path}.additionalProperties`);
    }
  }
  validateExtensions(errors, schema, path);
  const isAnyOf = isIntOrString(schema.anyOf);
  const isAllOf = isIntOrString(schema.allOf?.[0]?.anyOf);
  validateClauses(errors, schema, path, isAnyOf, isAllOf);
  validateType(errors, schema, level, path);
  if (isEmbedded(schema) && additional) {
    errors.push(forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
  }
  if (level === 'root' && schema.type && schema.type !== 'object') {
    errors.push(invalid(`${path}.type`, schema.type, 'must be object at the root'));
  }
  validateMeta(errors, schema, level, path);
}

function validateExtensions(errors: FieldError[], schema: JsonSchema, path: string): void {
  if (!schema['x-kubernetes-int-or-string']) return;
  const detail = 'must be false if x-kubernetes-int-or-string is true';
  if (preservesUnknown(schema)) errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, true, detail));
  if (isEmbedded(schema)) errors.push(invalid(`${path}.x-kubernetes-embedded-resource`, true, detail));
}

function validateType(errors: FieldError[], schema: JsonSchema, level: Level, path: string): void {
  const { type = '' } = schema;
  if (isEmbedded(schema) && type !== 'object') {
    const detail = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(type === '' ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail));
  } else if (type === '' && !schema['x-kubernetes-int-or-string'] && !preservesUnknown(schema)) {
    errors.push(required(`${path}.type`, `must not be empty ${PLACES[level]}`));
  }
}

const PLACES: Record<Level, string> = {
  root: 'at the root',
  item: 'for specified array items',
  field: 'for specified object fields',
};

function validateMeta(errors: FieldError[], schema: JsonSchema, level: Level, path: string): void {
  const embedded = isEmbedded(schema);
  const checked = level === 'root' || embedded;
  for (const name of checked ? ['kind', 'apiVersion'] : []) {
    const property = propertyOf(schema, name);
    if (property && property.type !== 'string') {
      errors.push(invalid(`${path}.properties[${name}].type`, property.type ?? '', 'must be string'));
    }
  }
  const metadata = propertyOf(schema, 'metadata');
  const place = `${path}.properties[metadata]`;
  if (metadata && checked && metadata.type !== 'object') {
    errors.push(invalid(`${place}.type`, metadata.type ?? '', 'must be object'));
  }
  if (metadata && level === 'root' && !namesOnly(metadata)) {
    const detail = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(place, detail));
  }
  if (embedded && !preservesUnknown(schema) && Object.keys(schema.properties ?? {}).length === 0) {
    const detail =
      'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${path}.properties`, detail));
  }
}

/** Of the metadata of a whole resource only the names may be restricted. */
function namesOnly({ properties, ...rest }: JsonSchema): boolean {
  const names = Object.keys(properties ?? {});
  if (!names.every((name) => name === 'name' || name === 'generateName')) return false;
  return Object.entries(rest).every(([key, value]) => IGNORED.has(key) || !isSet(value));
}

const IGNORED: ReadonlySet<string> = new Set(['type', 'default', 'externalDocs', 'example']);

const isSet = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false && value !== '' && value !== null;

const INT_OR_STRING = [{ type: 'integer' }, { type: 'string' }];
const isIntOrString = (clauses: readonly JsonSchema[] | undefined): boolean =>
  clauses?.length === 2 && semanticEqual(clauses.map(withoutWords), INT_OR_STRING);

/** What says nothing about structure is not looked at. */
const withoutWords = ({ externalDocs: _, example: __, ...clause }: JsonSchema): JsonSchema => clause;

/** @param skipAnyOf the type is said in `anyOf`, which is how an int or string may say it */
function validateClauses(
  errors: FieldError[],
  schema: JsonSchema,
  path: string,
  skipAnyOf: boolean,
  skipFirstAllOf: boolean,
): void {
  const { anyOf = [], allOf = [], oneOf = [], not, pattern } = schema;
  if (!skipAnyOf) for (const [i, clause] of anyOf.entries()) validateNested(errors, clause, `${path}.anyOf[${i}]`);
  for (const [i, clause] of allOf.entries()) {
    validateNested(errors, clause, `${path}.allOf[${i}]`, skipFirstAllOf && i === 0);
  }
  for (const [i, clause] of oneOf.entries()) validateNested(errors, clause, `${path}.oneOf[${i}]`);
  if (not) validateNested(errors, not, `${path}.not`);
  const problem = pattern ? patternProblem(pattern) : undefined;
  if (problem !== undefined) {
    errors.push(invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${problem}`));
  }
}

function patternProblem(pattern: string): string | undefined {
  try {
    goRegexp(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RegexpProblem) return error.message;
    throw error;
  }
}

/** Inside of `anyOf` and the like, values may be restricted and nothing may be declared. */
function validateNested(errors: FieldError[], schema: JsonSchema, path: string, skipAnyOf = false): void {
  validateClauses(errors, schema, path, skipAnyOf, false);
  const items = itemsOf(schema);
  if (items) validateNested(errors, items, `${path}.items`);
  for (const [name, property] of propertiesOf(schema)) {
    validateNested(errors, property, `${path}.properties[${name}]`);
  }
  for (const [key, problem] of FORBIDDEN) {
    const value = schema[key];
    const set = key === 'default' ? value !== undefined && value !== null : isSet(value);
    if (set) errors.push(forbidden(`${path}.${key}`, `must be ${problem} to be structural`));
  }
  if (propertyOf(schema, 'metadata')) {
    errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
}

const FORBIDDEN: readonly (readonly [keyof JsonSchema, string])[] = [
  ['type', 'empty'],
  ['additionalProperties', 'undefined'],
  ['default', 'undefined'],
  ['title', 'empty'],
  ['description', 'empty'],
  ['nullable', 'false'],
  ['x-kubernetes-preserve-unknown-fields', 'false'],
  ['x-kubernetes-embedded-resource', 'false'],
  ['x-kubernetes-int-or-string', 'false'],
  ['x-kubernetes-list-map-keys', 'empty'],
  ['x-kubernetes-list-type', 'undefined'],
  ['x-kubernetes-map-type', 'undefined'],
  ['x-kubernetes-validations', 'empty'],
];

/** Whatever clauses restrict must be declared by the schema that they belong to. */
function validateCompleteness(
  errors: FieldError[],
  clause: JsonSchema,
  schema: JsonSchema | undefined,
  path: string,
  clausePath: string,
): void {
  const { not, allOf = [], anyOf = [], oneOf = [] } = clause;
  const check = (inner: JsonSchema, at: string): void => validateDeclared(errors, inner, schema, path, at);
  if (not) check(not, `${clausePath}.not`);
  for (const [i, inner] of allOf.entries()) check(inner, `${clausePath}.allOf[${i}]`);
  for (const [i, inner] of anyOf.entries()) check(inner, `${clausePath}.anyOf[${i}]`);
  for (const [i, inner] of oneOf.entries()) check(inner, `${clausePath}.oneOf[${i}]`);
}

function validateDeclared(
  errors: FieldError[],
  clause: JsonSchema,
  schema: JsonSchema | undefined,
  path: string,
  clausePath: string,
): void {
  if (schema === undefined) {
    errors.push(required(path, `because it is defined in ${clausePath}`));
    return;
  }
  validateCompleteness(errors, clause, schema, path, clausePath);
  const items = itemsOf(clause);
  if (items) validateDeclared(errors, items, itemsOf(schema), `${path}.items`, `${clausePath}.items`);
  for (const [name, property] of propertiesOf(clause)) {
    const declared = propertyOf(schema, name);
    const at = `${clausePath}.properties[${name}]`;
    validateDeclared(errors, property, declared, `${path}.properties[${name}]`, at);
  }
}
