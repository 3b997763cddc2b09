import { goQuote, goValue } from '@tabernetes/apimachinery';
import { Exit } from '../../errors.ts';
import { wordWrap } from './word-wrap.ts';

/** As much of a schema of OpenAPI 3 as is explained. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly allOf?: readonly Schema[];
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

export interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

export interface OpenApiDocument {
  readonly paths?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, Schema>> };
}

export interface Explained {
  readonly group: string;
  readonly version: string;
  /** Plural. */
  readonly resource: string;
  readonly path: readonly string[];
  readonly recursive: boolean;
}

/** How many values of an enumeration a list of fields shows. */
const ENUM_SHOWN = 4;
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/**
 * Writes what a document says of a resource or of one of its fields. What was written before a mistake stays.
 *
 * @throws {Exit} with kubectl's text when there is no such field
 */
export function explainPlainly(document: OpenApiDocument, what: Explained, write: (text: string) => void): void {
  const kind = kindOf(document, what);
  if (kind === undefined) {
    const gvr = `${what.group}/${what.version}, Resource=${what.resource}`;
    throw new Exit(1, `error: GVR (${gvr}) not found in OpenAPI schema`);
  }
  if (kind.group !== '') write(`GROUP:      ${kind.group}\n`);
  write(`KIND:       ${kind.kind}\nVERSION:    ${kind.version}\n\n`);
  const schemas = Object.entries(document.components?.schemas ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const schema = schemas.find(([, each]) =>
    each['x-kubernetes-group-version-kind']?.some((gvk) => isSame(gvk, kind)),
  )?.[1];
  if (schema === undefined) throw new Exit(1, `error: GVK ${goValue(kind)} not found in OpenAPI schema`);
  const text = new Explanation(document, what.recursive).output(schema, what.path, new Set());
  if (text === '') throw new Exit(1, `error: field ${goQuote(what.path.at(-1) ?? '')} does not exist`);
  write(`${text}\n`);
}

const isSame = (a: GroupVersionKind, b: GroupVersionKind): boolean =>
  a.group === b.group && a.version === b.version && a.kind === b.kind;

/** The kind that the operations of a resource are about. */
function kindOf(
  { paths = {} }: OpenApiDocument,
  { group, version, resource }: Explained,
): GroupVersionKind | undefined {
  const root = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  const spaced = `${root}/namespaces/{namespace}/${resource}`;
  let found: GroupVersionKind | undefined;
  for (const path of [`${root}/${resource}`, `${root}/${resource}/{name}`, spaced, `${spaced}/{name}`]) {
    for (const method of METHODS) {
      const operation = paths[path]?.[method] as
        | { readonly 'x-kubernetes-group-version-kind'?: GroupVersionKind }
        | undefined;
      const kind = operation?.['x-kubernetes-group-version-kind'];
      if (kind === undefined) continue;
      found = kind;
      break;
    }
  }
  return found;
}

class Explanation {
  readonly #document: OpenApiDocument;
  readonly #recursive: boolean;

  constructor(document: OpenApiDocument, recursive: boolean) {
    this.#document = document;
    this.#recursive = recursive;
  }

  /** Follows the path and describes what is at its end; empty when it leads nowhere. `seen`: references on the way. */
  output(schema: Schema, path: readonly string[], seen: ReadonlySet<string>): string {
    const { $ref = '' } = schema;
    const resolved = this.#resolve(schema);
    const [first, ...rest] = path;
    if (first === undefined) {
      const about = this.#description(resolved) || '<empty>';
      const fields = this.#fields(resolved, 1, new Set());
      return `DESCRIPTION:\n${indent(wordWrap(about, 76), 4)}\n${fields === '' ? '' : `FIELDS:\n${fields}`}`;
    }
    if ($ref !== '' && seen.has($ref)) return '';
    const next = $ref === '' ? seen : new Set([...seen, $ref]);
    const property = own(resolved.properties, first);
    if (property !== undefined) {
      const head = rest.length > 0 ? '' : `FIELD: ${first} <${this.#type(property)}>\n${enumList(property)}\n\n`;
      return head + this.output(property, rest, new Set());
    }
    if (resolved.items) return this.output(resolved.items, path, next);
    if (typeof resolved.additionalProperties === 'object')
      return this.output(resolved.additionalProperties, path, next);
    for (const part of resolved.allOf ?? []) {
      const text = this.output(part, path, next);
      if (text !== '') return text;
    }
    return '';
  }

  #resolve(schema: Schema): Schema {
    const { $ref } = schema;
    if ($ref === undefined) return schema;
    return own(this.#document.components?.schemas, $ref.slice($ref.lastIndexOf('/') + 1)) ?? schema;
  }

  #description(schema: Schema): string {
    const resolved = this.#resolve(schema);
    let text = resolved.description ? `${resolved.description}\n` : '';
    for (const part of resolved.allOf ?? []) text += this.#description(part);
    if (resolved.items) text += this.#description(resolved.items);
    if (typeof resolved.additionalProperties === 'object') text += this.#description(resolved.additionalProperties);
    return text;
  }

  #fields(schema: Schema, level: number, seen: ReadonlySet<string>): string {
    const { $ref = '' } = schema;
    if ($ref !== '' && seen.has($ref)) return '';
    const next = $ref === '' ? seen : new Set([...seen, $ref]);
    const resolved = this.#resolve(schema);
    const parts: string[] = [];
    for (const name of Object.keys(resolved.properties ?? {}).sort()) {
      const property = resolved.properties?.[name] ?? {};
      parts.push(this.#field(name, property, resolved.required?.includes(name) === true, level));
      if (this.#recursive) parts.push(this.#fields(property, level + 1, next));
    }
    for (const part of resolved.allOf ?? []) parts.push(this.#fields(part, level, next));
    if (resolved.items) parts.push(this.#fields(resolved.items, level, next));
    if (typeof resolved.additionalProperties === 'object') {
      parts.push(this.#fields(resolved.additionalProperties, level, next));
    }
    return parts.join('');
  }

  #field(name: string, schema: Schema, isRequired: boolean, level: number): string {
    const width = level * 2;
    const required = isRequired ? ' -required-' : '';
    const line = `${' '.repeat(width)}${name}\t<${this.#type(schema)}>${required}${enumLine(schema, width)}\n`;
    if (this.#recursive) return line;
    const about = schema.description || '<no description>';
    return `${line}${indent(wordWrap(about, 78 - width), width + 2)}\n\n`;
  }

  /** `string`, `[]Container`, `map[string]string` */
  #type(schema: Schema): string {
    const { items, additionalProperties, allOf, properties, $ref, type } = schema;
    if (items) return `[]${this.#type(items)}`;
    if (typeof additionalProperties === 'object') return `map[string]${this.#type(additionalProperties)}`;
    const [only] = allOf ?? [];
    if (only !== undefined && allOf?.length === 1 && properties === undefined) return this.#type(only);
    if ($ref === undefined) return type === undefined || type === 'object' ? 'Object' : type;
    const target = this.#resolve(schema);
    if (target !== schema && target.type !== undefined && target.type !== 'object') return target.type;
    return $ref.slice(Math.max($ref.lastIndexOf('/'), $ref.lastIndexOf('.')) + 1) || 'Object';
  }
}

const own = <T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;

const indent = (text: string, width: number): string => {
  const pad = ' '.repeat(width);
  return pad + text.replaceAll('\n', `\n${pad}`);
};

const enumText = (value: unknown): string => (value === '' ? '""' : String(value));

function enumLine({ enum: values = [] }: Schema, width: number): string {
  if (values.length === 0) return '';
  const more = values.length > ENUM_SHOWN ? ', ....' : '';
  return `\n${' '.repeat(width)}enum: ${values.slice(0, ENUM_SHOWN).map(enumText).join(', ')}${more}`;
}

const enumList = ({ enum: values = [] }: Schema): string =>
  values.length === 0 ? '' : `ENUM:${values.map((value) => `\n    ${enumText(value)}`).join('')}`;
