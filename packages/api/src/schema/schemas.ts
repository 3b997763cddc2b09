import type { EmbeddedStruct, FieldSchema, GroupVersionKind, StructSchema } from '@tabernetes/apimachinery';
import { SCHEMA_TABLE } from '../generated/schema-table.ts';
import { lastSegment, type ReaderContext, TypeReader } from './table.ts';

/**
 * The schema of a built-in type by its OpenAPI name (`io.k8s.api.core.v1.Pod`). Types are read when something looks at
 * their fields, once.
 * @throws {Error} when there is no such type
 */
export function schemaOf(openapiName: string): StructSchema {
  const type = index().types.get(openapiName);
  if (type === undefined) throw new Error(`no built-in type ${openapiName}`);
  return type;
}

/** The schema of a built-in kind; lists have theirs. Undefined: no such kind, or one that every group has (DeleteOptions). */
export function schemaOfKind(gvk: GroupVersionKind): StructSchema | undefined {
  return index().kinds.get(`${gvk.group}/${gvk.version}/${gvk.kind}`);
}

/** OpenAPI names of every built-in type, sorted by package and name. */
export function allSchemaNames(): readonly string[] {
  return [...index().types.keys()];
}

interface Index {
  readonly types: ReadonlyMap<string, LazyStruct>;
  readonly kinds: ReadonlyMap<string, LazyStruct>;
}

let cached: Index | undefined;
const index = (): Index => {
  cached ??= readIndex();
  return cached;
};

function readIndex(): Index {
  const [enumLine = '', valueLine = '[]', ...lines] = SCHEMA_TABLE.split('\n');
  const types = new Map<string, LazyStruct>();
  const kinds = new Map<string, LazyStruct>();
  const packages = lines.filter((line) => line.startsWith('#')).map((line) => line.slice(1, line.indexOf(' ')));
  const shared = {
    enums: enumLine.split(';'),
    values: JSON.parse(valueLine) as readonly unknown[],
    packages,
    struct: (packageName: string, name: string) => schemaOf(`${packageName}.${name}`),
    granular: (struct: StructSchema) => new LazyStruct((struct as LazyStruct).source, 'granular'),
  };
  let context: ReaderContext = { ...shared, package: '', storedAsJson: false };
  let group = '';
  for (const line of lines) {
    if (line.startsWith('#')) {
      const space = line.indexOf(' ');
      group = line.slice(space + 1);
      context = { ...shared, package: line.slice(1, space), storedAsJson: STORED_AS_JSON.has(group) };
      continue;
    }
    const type = new LazyStruct({ line, context, group });
    types.set(type.openapi, type);
    const [only, ...others] = type.groupVersionKinds ?? [];
    if (only && others.length === 0) kinds.set(`${only.group}/${only.version}/${only.kind}`, type);
  }
  return { types, kinds };
}

const STORED_AS_JSON: ReadonlySet<string> = new Set(['apiextensions.k8s.io', 'apiregistration.k8s.io']);

interface TypeSource {
  readonly line: string;
  readonly context: ReaderContext;
  readonly group: string;
}

/** `Pod~@3%4>Inner,1,5`: name, atomic, kinds, unions, embedded structs. */
const HEAD = /^([^~@%>]+)(~?)(?:(@)(\d*))?(?:%(\d+))?((?:>\w+,\d+,\d+)*)$/;

/** A type whose fields are read on the first look: types refer to each other in circles. */
class LazyStruct implements StructSchema {
  readonly kind = 'struct';
  readonly goType: string;
  readonly openapi: string;
  readonly structType: 'atomic' | 'granular';
  readonly groupVersionKinds?: readonly GroupVersionKind[];
  readonly unions?: readonly unknown[];
  readonly embedded?: readonly EmbeddedStruct[];
  readonly source: TypeSource;
  #fields: readonly FieldSchema[] | undefined;
  #byName: ReadonlyMap<string, FieldSchema> | undefined;

  constructor(source: TypeSource, structType?: 'granular') {
    const { line, context, group } = source;
    const bar = line.indexOf('|');
    const head = HEAD.exec(bar < 0 ? line : line.slice(0, bar));
    if (head === null) throw new Error(`schema table: ${line}`);
    const [, name = '', atomic, kind, kindsAt, unionsAt, embedded] = head;
    const version = lastSegment(context.package);
    this.source = source;
    this.openapi = `${context.package}.${name}`;
    this.goType = `${version}.${name}`;
    this.structType = structType ?? (atomic ? 'atomic' : 'granular');
    if (kindsAt) this.groupVersionKinds = context.values[Number(kindsAt)] as readonly GroupVersionKind[];
    else if (kind) this.groupVersionKinds = [{ group, version, kind: name }];
    if (embedded) this.embedded = embedded.slice(1).split('>').map(readEmbedded);
    if (unionsAt) this.unions = context.values[Number(unionsAt)] as readonly unknown[];
  }

  get fields(): readonly FieldSchema[] {
    if (this.#fields === undefined) {
      const { line, context } = this.source;
      this.#fields = line
        .split('|')
        .slice(1)
        .map((text) => new TypeReader(text, context).field());
    }
    return this.#fields;
  }

  get byName(): ReadonlyMap<string, FieldSchema> {
    this.#byName ??= new Map(this.fields.map((field) => [field.name, field]));
    return this.#byName;
  }
}

function readEmbedded(text: string): EmbeddedStruct {
  const [goName = '', first, count] = text.split(',');
  return { goName, first: Number(first), count: Number(count) };
}
