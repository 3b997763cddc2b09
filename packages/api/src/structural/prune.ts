import {
  additionalOf,
  isEmbedded,
  isObject,
  itemsOf,
  type JsonSchema,
  preservesUnknown,
  propertyOf,
} from './json-schema.ts';

/** A value under construction. */
type Value = Record<string, unknown>;

const META: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/**
 * Takes out of a draft whatever its schema does not name. Returns the paths of what was taken, sorted.
 * @param root the value is a whole object: its apiVersion, kind and metadata stay
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning/algorithm.go
 */
export function prune(draft: unknown, schema: JsonSchema | undefined, root = false): readonly string[] {
  const pruned: string[] = [];
  pruneValue(draft, schema, '', pruned, root);
  return pruned.sort();
}

function pruneValue(
  value: unknown,
  schema: JsonSchema | undefined,
  path: string,
  pruned: string[],
  root = false,
): void {
  if (Array.isArray(value)) {
    const items = schema && itemsOf(schema);
    const keeps = schema !== undefined && preservesUnknown(schema);
    for (const [i, item] of value.entries()) {
      // Unknown fields are kept further down, until a schema says otherwise.
      if (keeps) pruneKept(item, items, `${path}[${i}]`, pruned);
      else pruneValue(item, items, `${path}[${i}]`, pruned);
    }
    return;
  }
  if (!isObject(value)) return;
  const keeps = schema !== undefined && preservesUnknown(schema);
  const additional = schema && additionalOf(schema);
  const resource = root || (schema !== undefined && isEmbedded(schema));
  for (const key of Object.keys(value)) {
    if (resource && META.has(key)) continue;
    const property = schema && propertyOf(schema, key);
    const at = path === '' ? key : `${path}.${key}`;
    if (property) pruneValue(value[key], property, at, pruned);
    else if (additional) pruneValue(value[key], additional.schema, at, pruned);
    else if (!keeps) {
      if (!META.has(key) || path !== '') pruned.push(at);
      delete (value as Value)[key];
    }
  }
}

function pruneKept(value: unknown, schema: JsonSchema | undefined, path: string, pruned: string[]): void {
  if (schema !== undefined) {
    pruneValue(value, { ...schema, 'x-kubernetes-preserve-unknown-fields': true }, path, pruned);
  }
}

/**
 * Takes out of a draft what is null where null is no value, and nothing else will take its place.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/prunenulls.go
 */
export function pruneNulls(draft: unknown, schema: JsonSchema | undefined): void {
  if (schema === undefined || typeof draft !== 'object' || draft === null) return;
  if (Array.isArray(draft)) {
    for (const item of draft) pruneNulls(item, itemsOf(schema));
    return;
  }
  const additional = additionalOf(schema)?.schema;
  for (const [key, item] of Object.entries(draft)) {
    const property = propertyOf(schema, key) ?? additional;
    if (property && isEmptyNull(item, property) && !hasDefault(property)) delete (draft as Value)[key];
    else pruneNulls(item, property);
  }
}

/**
 * Fills in the defaults of a schema, also where null is no value.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting/algorithm.go
 */
export function fillDefaults(draft: unknown, schema: JsonSchema | undefined): void {
  if (Array.isArray(draft)) {
    const items = schema && itemsOf(schema);
    for (const i of draft.keys()) {
      if (items && isEmptyNull(draft[i], items)) draft[i] = copy(items.default) ?? null;
      fillDefaults(draft[i], items);
    }
    return;
  }
  if (!isObject(draft)) return;
  const value = draft as Value;
  const additional = schema && additionalOf(schema)?.schema;
  for (const [key, property] of Object.entries(schema?.properties ?? {})) {
    if (!hasDefault(property)) continue;
    if (!Object.hasOwn(value, key) || value[key] === undefined || isEmptyNull(value[key], property)) {
      value[key] = copy(property.default);
    }
  }
  for (const key of Object.keys(value)) {
    const property = (schema && propertyOf(schema, key)) ?? additional;
    if (property && isEmptyNull(value[key], property)) value[key] = copy(property.default) ?? null;
    if (property) fillDefaults(value[key], property);
  }
}

const hasDefault = ({ default: value }: JsonSchema): boolean => value !== undefined && value !== null;
const isEmptyNull = (value: unknown, { nullable }: JsonSchema): boolean => value === null && !nullable;

/** A default is shared by all objects; what a draft holds is its own. */
function copy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copy);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copy(item)]));
}
