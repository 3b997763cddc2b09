import { type FieldError, forbidden, invalid, notSupported, required } from '@tabernetes/apimachinery';
import type { ValidationRule } from '../generated/apiextensions-v1.ts';
import { FieldPathProblem, fieldOf } from './field-path.ts';
import {
  additionalOf,
  isEmbedded,
  isObject,
  itemListOf,
  itemsOf,
  type JsonSchema,
  propertiesOf,
  propertyOf,
} from './json-schema.ts';
import { SchemaCost } from './rule-costs.ts';
import { expressionErrors } from './rule-expressions.ts';
import { structuralProblem } from './structural-rules.ts';

const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];
const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];
const META: ReadonlySet<string> = new Set(['metadata', 'kind', 'apiVersion']);

/**
 * What is wrong with the schema of a version, node by node: fields that OpenAPI v3 or Kubernetes do not know, list types
 * without keys, expressions.
 * @param checkExpressions false when the schema is not structural: expressions need to know their types
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go ValidateCustomResourceDefinitionOpenAPISchema
 */
export function openApiErrors(schema: JsonSchema, path: string, checkExpressions: boolean): FieldError[] {
  const total = new SchemaCost();
  const place: Place = { root: true, whole: true, typed: checkExpressions, count: 1, total };
  const { errors, expressions } = validateNode(schema, path, place);
  return [...errors, ...expressions, ...total.errors(path)];
}

interface Place {
  readonly root?: boolean;
  /** Why defaults may not be set here. */
  readonly noDefaults?: string;
  readonly insideMeta?: boolean;
  /** The first place above which one object cannot be told to be the same as an older one. */
  readonly uncorrelated?: string;
  /** Whether expressions can be looked at: not inside of `anyOf` and the like. */
  readonly typed: boolean;
  /** Whether this is a whole object, which has a kind and a name. */
  readonly whole?: boolean;
  /** How often what the schema describes can be there; undefined: nobody says. */
  readonly count: number | undefined;
  readonly total: SchemaCost;
}

interface Found {
  readonly errors: FieldError[];
  readonly expressions: FieldError[];
}

function validateNode(schema: JsonSchema, path: string, place: Place): Found {
  const found: Found = { errors: [], expressions: [] };
  const { errors } = found;
  const each = countOf(schema);
  const visit = (inner: JsonSchema | undefined, at: string, change: Partial<Place> = {}): void => {
    if (inner === undefined) return;
    const deeper = validateNode(inner, at, {
      ...place,
      root: false,
      whole: isEmbedded(inner),
      count: place.count === undefined || each === undefined ? undefined : place.count * each,
      ...change,
    });
    errors.push(...deeper.errors);
    found.expressions.push(...deeper.expressions);
  };
  validateSupported(errors, schema, path, place);
  if (schema.uniqueItems) {
    const detail = 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic';
    errors.push(forbidden(`${path}.uniqueItems`, detail));
  }
  visitParts(errors, schema, path, place, visit);
  validateExtensions(errors, schema, path);
  const rules = schema['x-kubernetes-validations'] ?? [];
  for (const [i, rule] of rules.entries()) {
    validateRuleTexts(errors, schema, rule, `${path}.x-kubernetes-validations[${i}]`);
  }
  if (errors.length === 0 && place.typed && rules.length > 0) {
    found.expressions.push(
      ...expressionErrors(schema, path, { ...place, root: place.whole ?? false, uncorrelated: place.uncorrelated }),
    );
  }
  return found;
}

/** How many parts of its kind a value can have; undefined: any number. */
function countOf({ type, additionalProperties, maxProperties, maxItems }: JsonSchema): number | undefined {
  if (type === 'array') return maxItems === undefined ? undefined : Math.max(0, maxItems);
  if (type !== 'object' || additionalProperties === undefined) return 1;
  return maxProperties === undefined ? undefined : Math.max(0, maxProperties);
}

type Visit = (inner: JsonSchema | undefined, at: string, change?: Partial<Place>) => void;

function visitParts(errors: FieldError[], schema: JsonSchema, path: string, place: Place, visit: Visit): void {
  const properties = propertiesOf(schema);
  const additional = additionalOf(schema);
  if (additional) {
    if (properties.length > 0 && (!additional.allows || additional.schema)) {
      const detail = 'additionalProperties and properties are mutual exclusive';
      errors.push(forbidden(`${path}.additionalProperties`, detail));
    }
    const noDefaults = place.insideMeta ? 'inside additionalProperties applying to object metadata' : place.noDefaults;
    visit(additional.schema, `${path}.additionalProperties`, noDefaults === undefined ? {} : { noDefaults });
  }
  const mapType = schema['x-kubernetes-map-type'];
  const correlates = mapType === undefined || mapType === 'granular' || mapType === 'atomic';
  for (const [name, property] of properties) {
    const insideMeta = (place.root || isEmbedded(schema)) && META.has(name);
    visit(property, `${path}.properties[${name}]`, {
      ...(correlates ? {} : { uncorrelated: place.uncorrelated ?? path }),
      ...(insideMeta && { insideMeta }),
      ...(insideMeta && place.root && { noDefaults: `in top-level ${name}` }),
    });
  }
  const untyped = { typed: false };
  visit(schema.not, `${path}.not`, untyped);
  for (const key of ['allOf', 'oneOf', 'anyOf'] as const) {
    for (const [i, clause] of (schema[key] ?? []).entries()) visit(clause, `${path}.${key}[${i}]`, untyped);
  }
  for (const [name, inner] of Object.entries(schema.definitions ?? {})) {
    visit(inner, `${path}.definitions[${name}]`, untyped);
  }
  const items = schema['x-kubernetes-list-type'] === 'map' ? {} : { uncorrelated: place.uncorrelated ?? path };
  visit(itemsOf(schema), `${path}.items`, items);
  for (const [i, inner] of itemListOf(schema).entries()) visit(inner, `${path}.items[${i}]`, items);
  for (const [name, inner] of Object.entries(schema.dependencies ?? {})) {
    visit(isObject(inner) ? (inner as JsonSchema) : undefined, `${path}.dependencies[${name}]`, untyped);
  }
}

function validateSupported(errors: FieldError[], schema: JsonSchema, path: string, place: Place): void {
  const { type = '' } = schema;
  if (type !== '' && !TYPES.includes(type)) errors.push(notSupported(`${path}.type`, type, TYPES));
  const refuse = (field: string, detail: string): void => {
    errors.push(forbidden(`${path}.${field}`, detail));
  };
  if (schema.default !== undefined && schema.default !== null && place.noDefaults !== undefined) {
    refuse('default', `must not be set ${place.noDefaults}`);
  }
  const given: readonly (readonly [string, boolean])[] = [
    ['id', Boolean(schema.id)],
    ['additionalItems', schema.additionalItems !== undefined],
    ['patternProperties', Object.keys(schema.patternProperties ?? {}).length > 0],
    ['definitions', Object.keys(schema.definitions ?? {}).length > 0],
    ['dependencies', schema.dependencies !== undefined],
    ['$ref', schema.$ref !== undefined],
  ];
  for (const [field, set] of given) if (set) refuse(field, `${field} is not supported`);
  if (type === 'null') refuse('type', 'type cannot be set to null, use nullable as an alternative');
  if (itemListOf(schema).length > 0) refuse('items', 'items must be a schema object and not an array');
  if (place.insideMeta && isEmbedded(schema)) {
    refuse('x-kubernetes-embedded-resource', 'must not be used inside of resource meta');
  }
}

function validateExtensions(errors: FieldError[], schema: JsonSchema, path: string): void {
  const { type = '' } = schema;
  const { 'x-kubernetes-map-type': mapType, 'x-kubernetes-list-type': listType } = schema;
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    errors.push(invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, 'must be true or undefined'));
  }
  const mustBe = (wanted: string, extension: string): void => {
    const detail = `must be ${wanted} if ${extension} is specified`;
    errors.push(type === '' ? required(`${path}.type`, detail) : invalid(`${path}.type`, type, detail));
  };
  if (mapType !== undefined && type !== 'object') mustBe('object', 'x-kubernetes-map-type');
  if (mapType !== undefined && !MAP_TYPES.includes(mapType)) {
    errors.push(notSupported(`${path}.x-kubernetes-map-type`, mapType, MAP_TYPES));
  }
  if (listType !== undefined && type !== 'array') mustBe('array', 'x-kubernetes-list-type');
  else if (listType === 'set') validateSetItems(errors, itemsOf(schema), path);
  if (listType !== undefined && !LIST_TYPES.includes(listType)) {
    errors.push(notSupported(`${path}.x-kubernetes-list-type`, listType, LIST_TYPES));
  }
  validateMapList(errors, schema, path);
}

const MAP_TYPES = ['atomic', 'granular'];
const LIST_TYPES = ['atomic', 'set', 'map'];

function validateSetItems(errors: FieldError[], items: JsonSchema | undefined, path: string): void {
  const detail = 'must be atomic as item of a list with x-kubernetes-list-type=set';
  const listType = items?.['x-kubernetes-list-type'];
  if (items?.type === 'array' && listType !== undefined && listType !== 'atomic') {
    errors.push(invalid(`${path}.items.x-kubernetes-list-type`, listType, detail));
  } else if (items?.type === 'object' && items['x-kubernetes-map-type'] !== 'atomic') {
    // Upstream shows the type of a list here, which an object has not.
    errors.push(invalid(`${path}.items.x-kubernetes-map-type`, listType, detail));
  }
}

function validateMapList(errors: FieldError[], schema: JsonSchema, path: string): void {
  const { 'x-kubernetes-list-type': listType, 'x-kubernetes-list-map-keys': keys = [] } = schema;
  const items = itemsOf(schema);
  if (keys.length > 0 && listType !== 'map') {
    const detail = 'must be map if x-kubernetes-list-map-keys is non-empty';
    const at = `${path}.x-kubernetes-list-type`;
    errors.push(listType === undefined ? required(at, detail) : invalid(at, listType, detail));
  }
  if (listType === 'map') {
    if (keys.length === 0) {
      const detail = 'must not be empty if x-kubernetes-list-type is map';
      errors.push(required(`${path}.x-kubernetes-list-map-keys`, detail));
    }
    if (schema.items === undefined) {
      errors.push(required(`${path}.items`, 'must have a schema if x-kubernetes-list-type is map'));
    }
    if (items) validateKeys(errors, items, keys, path);
  }
  if (items === undefined || (listType !== 'map' && listType !== 'set')) return;
  if (items.nullable) {
    errors.push(forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  }
  for (const key of listType === 'map' ? keys : []) validateKey(errors, items, key, path);
}

function validateKeys(errors: FieldError[], items: JsonSchema, keys: readonly string[], path: string): void {
  if (items.type !== 'object') {
    const detail = "must be object if parent array's x-kubernetes-list-type is map";
    errors.push(invalid(`${path}.items.type`, items.type ?? '', detail));
    return;
  }
  const seen = new Set<string>();
  const refuse = (detail: string): void => {
    errors.push(invalid(`${path}.x-kubernetes-list-map-keys`, keys, detail));
  };
  for (const key of keys) {
    const property = propertyOf(items, key);
    if (property === undefined) refuse('entries must all be names of item properties');
    else if (property.type === 'array' || property.type === 'object') {
      const detail = "must be a scalar type if parent array's x-kubernetes-list-type is map";
      errors.push(invalid(`${path}.items.properties[${key}].type`, items.type, detail));
    }
    if (seen.has(key)) refuse('must not contain duplicate entries');
    seen.add(key);
  }
}

function validateKey(errors: FieldError[], items: JsonSchema, key: string, path: string): void {
  const property = propertyOf(items, key);
  if (property === undefined) return;
  const at = `${path}.items.properties[${key}]`;
  if (!items.required?.includes(key) && (property.default === undefined || property.default === null)) {
    const detail =
      'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property';
    errors.push(required(`${at}.default`, detail));
  }
  if (property.nullable) {
    errors.push(
      forbidden(`${at}.nullable`, 'this property is in x-kubernetes-list-map-keys, so it cannot be nullable'),
    );
  }
}

const BREAK = /[\n\r]/;

function validateRuleTexts(errors: FieldError[], schema: JsonSchema, rule: ValidationRule, path: string): void {
  const { rule: expression = '', message = '', messageExpression = '', reason, fieldPath = '' } = rule;
  const text = message.trim();
  if (expression.trim() === '') errors.push(required(`${path}.rule`, 'rule is not specified'));
  else if (message !== '' && text === '') {
    errors.push(invalid(`${path}.message`, message, 'message must be non-empty if specified'));
  } else if (BREAK.test(text)) {
    errors.push(invalid(`${path}.message`, message, 'message must not contain line breaks'));
  } else if (BREAK.test(expression.trim()) && text === '') {
    errors.push(required(`${path}.message`, 'message must be specified if rule contains line breaks'));
  }
  if (messageExpression !== '' && messageExpression.trim() === '') {
    errors.push(required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified'));
  }
  if (reason !== undefined && !REASONS.includes(reason)) {
    errors.push(notSupported(`${path}.reason`, reason, REASONS));
  }
  if (fieldPath === '') return;
  const refuse = (detail: string): void => {
    errors.push(invalid(`${path}.fieldPath`, fieldPath, detail));
  };
  if (fieldPath.trim() === '') refuse('fieldPath must be non-empty if specified');
  if (BREAK.test(fieldPath)) refuse('fieldPath must not contain line breaks');
  if (!isFieldPath(schema, fieldPath)) refuse('fieldPath must be a valid path');
}

function isFieldPath(schema: JsonSchema, fieldPath: string): boolean {
  if (structuralProblem(schema) !== undefined) return true;
  try {
    fieldOf(fieldPath, schema, { brackets: true });
    return true;
  } catch (error) {
    if (error instanceof FieldPathProblem) return false;
    throw error;
  }
}
