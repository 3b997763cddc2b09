import type {
  FieldSchema,
  ListSchema,
  MapSchema,
  ScalarKind,
  ScalarSchema,
  Schema,
  StructSchema,
} from '@tabernetes/apimachinery';

/**
 * Reader of the compact table in `generated/schema-table.ts`. The text, line by line:
 *
 *   Enum,Values;More,Values                enums, referred to as ^0, ^1
 *   [...]                                  JSON values, referred to by index: kinds of a type, unions, extensions
 *   #io.k8s.api.core.v1 <group>            a package; its types follow
 *   Pod@|kind:s|...                        a type: name, marks, fields
 *
 * Marks of a type: `~` atomic, `@` is a kind of the package's group (`@3` has the kinds of JSON value 3), `%4` unions,
 * `>Inner,1,5` an embedded Go struct of that name that gave the fields 1 to 5.
 *
 * A field is `name.GoName:*!~type^enum&patch:key+extensions=default`: `*` pointer, `!` not omitempty, `~` required
 * differs from `!`. The Go name is left out when it is the capitalised name, the default when it is Go's zero value.
 *
 * A type in prefix notation: `s` string, `b` bool, `i` int32, `l` int64, `d` float64, `B` bytes, `t` time, `u` micro
 * time, `q` quantity, `x` int or string, `f` FieldsV1, `a` RawExtension, `j` JSON, `r12.Name;` a struct of package 12
 * (of this package without the number), `[a` atomic list of, `[s` set, `[m(key=default,…)` map list, `[u` list without
 * a type, `{g` map of, `{a` atomic map of. `<Name>` behind the letter is a Go type of that name.
 */
export class TypeReader {
  readonly #text: string;
  readonly #at: ReaderContext;
  #pos = 0;

  constructor(text: string, at: ReaderContext) {
    this.#text = text;
    this.#at = at;
  }

  field(): FieldSchema {
    const name = this.#until(':.');
    let goName = name.charAt(0).toUpperCase() + name.slice(1);
    if (this.#take('.')) goName = this.#until(':');
    this.#pos++;
    const pointer = this.#take('*');
    const omitEmpty = !this.#take('!');
    const required = this.#take('~') ? omitEmpty : !omitEmpty;
    const schema = this.type();
    const structLike = STRUCT_LIKE.has(schema.kind);
    const enumeration = this.#enum();
    const patch = this.#take('&') ? this.#until('+=') : undefined;
    const extensions = this.#take('+') ? (this.#at.values[this.#number()] as Record<string, string>) : undefined;
    let implied = pointer ? undefined : impliedDefault(schema, omitEmpty);
    if (this.#take('=')) {
      const text = this.#text.slice(this.#pos);
      implied = text === '' ? undefined : JSON.parse(text);
    }
    const [strategies, mergeKey] = patch?.split(':') ?? [];
    return {
      name,
      goName,
      schema:
        extensions?.['x-kubernetes-map-type'] === 'granular' && schema.kind === 'struct'
          ? this.#at.granular(schema)
          : schema,
      // Go's omitempty never drops a struct, and times, quantities and the like are structs.
      omitEmpty: omitEmpty && (pointer || !structLike),
      pointer,
      required,
      // Absent facts are set to undefined, so that every field has one hidden class: walks read these in tight loops.
      default: implied,
      enum: enumeration,
      patchStrategy: strategies?.split(',') as FieldSchema['patchStrategy'],
      patchMergeKey: mergeKey,
      extensions,
    };
  }

  type(): Schema {
    const letter = this.#text.charAt(this.#pos++);
    const named = this.#take('<') ? this.#goName(this.#until('>', 1)) : undefined;
    switch (letter) {
      case 'r':
        return this.#struct();
      case '[':
        return this.#list(named);
      case '{':
        return this.#map(named);
    }
    return scalarOf(letter, named, this.#at);
  }

  #struct(): Schema {
    const text = this.#until(';', 1);
    const dot = text.indexOf('.');
    return dot < 0
      ? this.#at.struct(this.#at.package, text)
      : this.#at.struct(this.#at.packages[Number(text.slice(0, dot))] ?? '', text.slice(dot + 1));
  }

  #list(named: string | undefined): ListSchema {
    const mark = this.#text.charAt(this.#pos++);
    const mapKeys = this.#take('(') ? readKeys(this.#until(')', 1)) : undefined;
    const items = this.#enumerated(this.type());
    const goType = named ?? `[]${items.goType}`;
    const listType = mark === 's' ? 'set' : mark === 'm' ? 'map' : 'atomic';
    return {
      kind: 'list',
      items,
      listType,
      untagged: mark === 'u',
      keepsEmpty: this.#at.storedAsJson,
      mapKeys,
      goType,
    };
  }

  #map(named: string | undefined): MapSchema {
    const mapType = this.#text.charAt(this.#pos++) === 'a' ? 'atomic' : 'granular';
    const values = this.#enumerated(this.type());
    return { kind: 'map', values, mapType, goType: named ?? `map[string]${values.goType}` };
  }

  #enumerated(schema: Schema): Schema {
    const values = this.#enum();
    return values ? { ...(schema as ScalarSchema), enum: values } : schema;
  }

  #enum(): readonly string[] | undefined {
    return this.#take('^') ? this.#at.enums[this.#number()]?.split(',') : undefined;
  }

  #goName(name: string): string {
    if (name.includes('.') || name.startsWith('[')) return name;
    return `${lastSegment(this.#at.package)}.${name}`;
  }

  #take(char: string): boolean {
    if (this.#text.charAt(this.#pos) !== char) return false;
    this.#pos++;
    return true;
  }

  #number(): number {
    const start = this.#pos;
    while (isDigit(this.#text.charCodeAt(this.#pos))) this.#pos++;
    return Number(this.#text.slice(start, this.#pos));
  }

  /** Text up to one of the characters, which `skip` passes over. */
  #until(chars: string, skip = 0): string {
    const start = this.#pos;
    let end = start;
    while (end < this.#text.length && !chars.includes(this.#text.charAt(end))) end++;
    this.#pos = end + skip;
    return this.#text.slice(start, end);
  }
}

/** What a type's text refers to. */
export interface ReaderContext {
  readonly package: string;
  readonly packages: readonly string[];
  readonly enums: readonly string[];
  readonly values: readonly unknown[];
  /** Kubernetes stores the package's kinds as JSON, not as protobuf. */
  readonly storedAsJson: boolean;
  /** The type of a package by its short name. */
  struct(packageName: string, name: string): StructSchema;
  /** The same struct, whose parts have owners of their own. */
  granular(struct: StructSchema): StructSchema;
}

/** `v1` of `io.k8s.api.core.v1`. */
export const lastSegment = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

const STRUCT_LIKE: ReadonlySet<Schema['kind']> = new Set([
  'struct',
  'time',
  'microTime',
  'quantity',
  'intOrString',
  'duration',
  'fieldsV1',
  'any',
]);

const SCALARS: Readonly<Record<string, readonly [ScalarKind, string]>> = {
  s: ['string', 'string'],
  b: ['bool', 'bool'],
  i: ['int32', 'int32'],
  l: ['int64', 'int64'],
  d: ['float64', 'float64'],
  B: ['bytes', '[]uint8'],
  t: ['time', 'v1.Time'],
  u: ['microTime', 'v1.MicroTime'],
  q: ['quantity', 'resource.Quantity'],
  x: ['intOrString', 'intstr.IntOrString'],
  f: ['fieldsV1', 'v1.FieldsV1'],
  a: ['any', 'runtime.RawExtension'],
  j: ['any', 'v1.JSON'],
  A: ['any', 'v1.JSONSchemaPropsOrArray'],
  O: ['any', 'v1.JSONSchemaPropsOrBool'],
  S: ['any', 'v1.JSONSchemaPropsOrStringArray'],
};

const SHARED = new Map(Object.entries(SCALARS).map(([letter, [kind, goType]]) => [letter, { kind, goType }]));

function scalarOf(letter: string, named: string | undefined, at: ReaderContext): ScalarSchema {
  const shared = SHARED.get(letter);
  if (shared === undefined) throw new Error(`schema table: no type ${letter}`);
  if (named !== undefined) return { kind: shared.kind, goType: named };
  if (letter !== 'A' && letter !== 'O' && letter !== 'S') return shared;
  const object = at.struct(at.package, 'JSONSchemaProps');
  const items: Schema = letter === 'A' ? object : { kind: 'string', goType: 'string' };
  const list: ListSchema = { kind: 'list', items, listType: 'atomic', goType: `[]${items.goType}` };
  return { ...shared, variants: { object, ...(letter === 'O' ? { bool: true } : { list }) } };
}

function readKeys(text: string): NonNullable<ListSchema['mapKeys']> {
  return text.split(',').map((key) => {
    const [name = '', value] = key.split('=');
    return value === undefined ? { name } : { name, default: value };
  });
}

function impliedDefault(schema: Schema, omitEmpty: boolean): unknown {
  if (schema.kind === 'struct') return {};
  if (omitEmpty) return undefined;
  switch (schema.kind) {
    case 'string':
      return '';
    case 'bool':
      return false;
    case 'int32':
    case 'int64':
      return 0;
    default:
      return undefined;
  }
}
