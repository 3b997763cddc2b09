import { decodeObject, goQuote, jsonTypeName, type KubeObject } from '@tabernetes/apimachinery';
import { Aggregate, messageOf } from '../errors.ts';
import { goJson, inKeyOrder } from '../go-json.ts';
import { schemaOfObject } from '../writing/schema-of.ts';
import type { Document } from './documents.ts';
import { isList } from './info.ts';
import { metadataProblem } from './metadata-types.ts';

export interface ReadOptions {
  /** Objects must be of kinds that kubectl knows, with every field of its type. */
  readonly typed?: boolean;
  /** Lists come as their items. Default true. */
  readonly flatten?: boolean;
}

export interface ReadObjects {
  readonly objects: readonly KubeObject[];
  /** They are the items of one. */
  readonly isList: boolean;
}

/**
 * The objects of a document: itself, or those of a list.
 *
 * @throws {Error} when it is no object, or where types count, none of its type; `unable to decode "web.yaml": …`
 */
export function objectsOf(document: Document, options: ReadOptions): ReadObjects {
  const fail = (why: string): Error => new Error(`unable to decode ${JSON.stringify(document.source)}: ${why}`);
  // The server names mistakes in the order in which it meets them, and Go sends maps with their keys sorted.
  const object = inKeyOrder(options.typed ? headed(document, fail) : loose(document, fail)) as Loose;
  const whole: unknown = object['items'] !== undefined ? listOf(object, options, fail) : object;
  if (isList(whole) && options.flatten !== false) return { objects: flattened(whole, options), isList: true };
  const one = whole as KubeObject;
  if (!options.typed || isList(whole)) return { objects: [one], isList: false };
  try {
    return { objects: [typedObject(one)], isList: false };
  } catch (error) {
    throw fail(messageOf(error));
  }
}

type Loose = { readonly [field: string]: unknown };
type Fail = (why: string) => Error;

/** What is read without types: a map with a kind. Who asks for its type tells of a version that is missing. */
function loose({ value, json }: Document, fail: Fail): Loose {
  if (!isMap(value))
    throw fail(`json: cannot unmarshal ${jsonTypeName(value)} into Go value of type unstructured.detector`);
  const { kind, apiVersion } = value;
  if (typeof kind !== 'string' || kind === '') throw fail(`Object 'Kind' is missing in '${json}'`);
  if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2)
    throw fail(`Object 'Kind' is missing in '${json}'`);
  const problem = metadataProblem(value);
  if (problem !== undefined) throw fail(problem);
  return value;
}

const HEAD = String.raw`struct { APIVersion string "json:\"apiVersion,omitempty\""; Kind string "json:\"kind,omitempty\"" }`;

/** What is read as a type: a map with a version and a kind. */
function headed({ value, json }: Document, fail: Fail): Loose {
  const problem = headProblem(value, json);
  if (problem !== undefined) throw fail(problem);
  return value as Loose;
}

function headProblem(value: unknown, json: string): string | undefined {
  const unread = "couldn't get version/kind; json parse error: json: cannot unmarshal";
  if (!isMap(value)) return `${unread} ${jsonTypeName(value)} into Go value of type ${HEAD}`;
  const { kind, apiVersion } = value;
  for (const [name, word] of Object.entries({ apiVersion, kind })) {
    if (typeof word === 'string' || word === undefined || word === null) continue;
    return `${unread} ${jsonTypeName(word)} into Go struct field .${name} of type string`;
  }
  if (typeof apiVersion === 'string' && apiVersion.split('/').length > 2) {
    return `unexpected GroupVersion string: ${apiVersion}`;
  }
  if (!kind) return `Object 'Kind' is missing in '${json}'`;
  return apiVersion ? undefined : `Object 'apiVersion' is missing in '${json}'`;
}

const isMap = (value: unknown): value is Loose => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list whose items have the version and the kind of the list where they name neither. */
function listOf(list: Loose, { typed }: ReadOptions, fail: Fail): Loose {
  const { kind, apiVersion, items } = list;
  if (items === null) return { ...list, items: [] };
  if (!Array.isArray(items)) {
    const field = typed ? 'List.items of type []runtime.RawExtension' : 'decodeList.items of type []json.RawMessage';
    throw fail(`json: cannot unmarshal ${jsonTypeName(items)} into Go struct field ${field}`);
  }
  const read = items.map((item: unknown): unknown => {
    if (typed && (kind === 'List' || !isMap(item))) return item;
    if (item !== null && !isMap(item)) {
      throw fail(`json: cannot unmarshal ${jsonTypeName(item)} into Go value of type map[string]interface {}`);
    }
    const isBare = !item?.['kind'] && !item?.['apiVersion'];
    return isBare ? { apiVersion, kind: String(kind).replace(/List$/, ''), ...item } : item;
  });
  return { ...list, items: read };
}

function flattened({ items }: { readonly items: readonly KubeObject[] }, options: ReadOptions): readonly KubeObject[] {
  const errors: unknown[] = [];
  const found = items.flatMap((item): readonly KubeObject[] => {
    if (isList(item)) return flattened(item, options);
    if (!options.typed) return [item];
    const problem = headProblem(item, goJson(item));
    try {
      if (problem !== undefined) throw new Error(problem);
      return [typedObject(item)];
    } catch (error) {
      errors.push(error);
      return [];
    }
  });
  if (errors.length > 0) throw new Aggregate(errors);
  return found;
}

/** Groups of servers that kubectl has no types of. */
const FOREIGN = /^(?:apiextensions|apiregistration)\.k8s\.io\//;

/** The object as its type has it, quantities in their canonical form. @throws {Error} when it is not of its type */
function typedObject(object: KubeObject): KubeObject {
  const { apiVersion, kind } = object;
  const schema = FOREIGN.test(apiVersion) ? undefined : schemaOfObject(object);
  if (schema === undefined) {
    throw new Error(
      `no kind ${goQuote(kind)} is registered for version ${goQuote(apiVersion)} in scheme "pkg/scheme/scheme.go:28"`,
    );
  }
  return decodeObject(schema, object).draft;
}
