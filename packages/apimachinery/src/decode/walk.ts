import { firstLayout, nextLayout } from '../field-layout.ts';
import { isList, isMap, type JsonMap, type MutableMap, put } from '../patch/json-tree.ts';
import type {
  FieldSchema,
  ListSchema,
  MapSchema,
  ScalarSchema,
  ScalarVariants,
  Schema,
  StructSchema,
} from '../schema.ts';
import { mergeDuplicates } from './merge-duplicates.ts';
import { Mismatch } from './mismatch.ts';
import type { DecodeSource, Duplicate } from './number-texts.ts';
import { DecodeProblem } from './problems.ts';
import { decodeScalar } from './scalars.ts';
import { StrictErrors } from './strict-errors.ts';
import { fillAbsent, zeroOf } from './zero.ts';

/**
 * One decoding. Go goes on after a value of the wrong type and tells of the first one at the end; types with a decoder
 * of their own (times, quantities) end the decoding at once, and are told of even when something else came first.
 */
export class Walk {
  readonly strict = new StrictErrors();
  readonly #source: DecodeSource;
  /** Names of fields alone, without keys of maps and indexes: Go's path in type errors. */
  readonly #fields: string[] = [];
  #struct = '';
  #first: Mismatch | undefined;
  #firstText = '';

  constructor(source: DecodeSource) {
    this.#source = source;
  }

  /** @throws {DecodeProblem} */
  root(schema: Schema, raw: unknown): unknown {
    const { known } = this.#source;
    const draft = raw === null || raw === undefined ? zeroOf(schema) : this.#value(schema, raw, NO_PARENT, '', known);
    if (this.#first !== undefined) throw new DecodeProblem(this.#firstText);
    return draft;
  }

  /** The decoded value; undefined when its type is wrong, which is noted. Raw is neither null nor undefined. */
  #value(schema: Schema, raw: unknown, parent: object, key: string | number, known?: unknown): unknown {
    switch (schema.kind) {
      case 'struct':
        return isMap(raw) ? this.#structure(schema, raw, known) : this.#other(schema, raw);
      case 'list':
        return isList(raw) ? this.#list(schema, raw, known) : this.#other(schema, raw);
      case 'map':
        return isMap(raw) ? this.#map(schema, raw) : this.#other(schema, raw);
      case 'string':
        return typeof raw === 'string' ? raw : this.#wrong(schema, raw);
      case 'bool':
        return typeof raw === 'boolean' ? raw : this.#wrong(schema, raw);
      default:
        return this.#scalar(schema, raw, parent, key);
    }
  }

  #structure(schema: StructSchema, raw: JsonMap, known: unknown): MutableMap {
    const out: MutableMap = {};
    const before = isMap(known) ? known : undefined;
    const { strict } = this;
    const outer = this.#struct;
    const duplicates = this.#source.duplicates?.get(raw);
    let layout = firstLayout(schema);
    let isAllSet = true;
    let count = 0;
    for (const key in raw) {
      count++;
      const value = raw[key];
      const old = before?.[key];
      const next = nextLayout(layout, key);
      const field = next?.field;
      layout = next ?? layout;
      if (old !== undefined && isShared(key, value, old)) out[key] = value;
      else if (field !== undefined) {
        if (duplicates === undefined && isText(field.schema, value)) {
          out[key] = value;
          continue;
        }
        // What a custom resource holds is decoded by itself.
        this.#struct = schema.untyped ? '' : schema.goType;
        if (!schema.untyped) this.#fields.push(key);
        strict.path.push(key);
        const given = duplicates === undefined ? value : this.#merged(field, value, raw, duplicates);
        const decoded =
          given === null || given === undefined ? undefined : this.#value(field.schema, given, raw, key, old);
        if (decoded !== undefined) out[key] = decoded;
        else if (schema.untyped && given === null) out[key] = null;
        else isAllSet = false;
        strict.path.pop();
        if (!schema.untyped) this.#fields.pop();
        this.#struct = outer;
      } else if (schema.preserveUnknownFields) put(out, key, value);
      else if (value !== undefined) strict.add('unknown', key);
      if (duplicates !== undefined) this.#tellRepeated(duplicates, count, schema.byName);
    }
    // What was given as null is as absent as what was not given.
    return fillAbsent(isAllSet ? layout : firstLayout(schema), out);
  }

  /** Fields that were repeated after so many different ones; unknown fields are told of as such alone. */
  #tellRepeated(duplicates: readonly Duplicate[], after: number, known?: ReadonlyMap<string, FieldSchema>): void {
    for (const twice of duplicates) {
      if (twice.after === after && known?.has(twice.key) !== false) this.strict.add('duplicate', twice.key);
    }
  }

  /** The value with what it leaves out of earlier ones, which are decoded for their problems. */
  #merged(field: FieldSchema, last: unknown, parent: JsonMap, duplicates: readonly Duplicate[]): unknown {
    let held: unknown;
    for (const { key, earlier } of duplicates) {
      if (key !== field.name) continue;
      if (earlier !== null) this.#value(field.schema, earlier, parent, key);
      held = held === undefined || held === null ? earlier : mergeDuplicates(field.schema, held, earlier);
    }
    return held === undefined || held === null ? last : mergeDuplicates(field.schema, held, last);
  }

  #list(schema: ListSchema, raw: readonly unknown[], known: unknown): unknown[] {
    const { items } = schema;
    const before = isList(known) ? known : undefined;
    const { path } = this.strict;
    const out: unknown[] = [];
    for (let i = 0; i < raw.length; i++) {
      const item = raw[i];
      path.push(i);
      const decoded = item === null || item === undefined ? undefined : this.#value(items, item, raw, i, before?.[i]);
      out.push(decoded === undefined ? (schema.untyped ? null : zeroOf(items)) : decoded);
      path.pop();
    }
    return out;
  }

  #map(schema: MapSchema, raw: JsonMap): MutableMap {
    const { values } = schema;
    const { strict } = this;
    const out: MutableMap = {};
    const duplicates = this.#source.duplicates?.get(raw);
    let count = 0;
    for (const key in raw) {
      count++;
      const item = raw[key];
      strict.path.push(key);
      const decoded = item === null || item === undefined ? undefined : this.#value(values, item, raw, key);
      put(out, key, decoded === undefined ? (schema.untyped ? null : zeroOf(values)) : decoded);
      strict.path.pop();
      if (duplicates !== undefined) this.#tellRepeated(duplicates, count);
    }
    return out;
  }

  #scalar(schema: ScalarSchema, raw: unknown, parent: object, key: string | number): unknown {
    if (schema.variants !== undefined) return this.#variant(schema.variants, raw);
    const decoded = decodeScalar(schema, raw, this.#source.numbers, parent, key);
    if (decoded instanceof Mismatch) return decoded.ends ? this.#end(decoded) : this.#note(decoded);
    return schema.closed && typeof decoded === 'object' ? this.#undeclared(decoded) : decoded;
  }

  /** Such types decode themselves: what they hold is not strictly checked, and their problems end everything. */
  #variant(variants: ScalarVariants, raw: unknown): unknown {
    const schema = isMap(raw) ? variants.object : isList(raw) ? variants.list : undefined;
    if (schema === undefined) {
      if (!variants.bool) return undefined;
      return typeof raw === 'boolean' ? raw : this.#end(new Mismatch('boolean or JSON schema expected'));
    }
    const inner = new Walk({ ...this.#source, duplicates: undefined });
    const decoded = inner.#value(schema, raw, NO_PARENT, '');
    return inner.#first ? this.#end(inner.#first) : decoded;
  }

  /** A value of another shape than its schema's. */
  #other(schema: StructSchema | ListSchema | MapSchema, raw: unknown): unknown {
    if (!schema.untyped) return this.#wrong(schema, raw);
    return schema.kind === 'struct' && schema.preserveUnknownFields ? raw : this.#undeclared(raw);
  }

  /** What stands where nothing of its shape is declared: of objects, nothing is left. */
  #undeclared(raw: unknown): unknown {
    const { strict } = this;
    if (isList(raw)) {
      return raw.map((item, i) => {
        strict.path.push(i);
        const kept = this.#undeclared(item);
        strict.path.pop();
        return kept;
      });
    }
    if (!isMap(raw)) return raw;
    for (const key of Object.keys(raw).sort()) strict.add('unknown', key);
    return {};
  }

  #wrong(schema: Schema, raw: unknown): undefined {
    return this.#note(Mismatch.ofType(raw, schema.goType));
  }

  #note(problem: Mismatch): undefined {
    if (this.#first !== undefined) return undefined;
    this.#first = problem;
    this.#firstText = problem.text(this.#struct, this.#fields);
    return undefined;
  }

  #end(problem: Mismatch): never {
    throw new DecodeProblem(problem.text(this.#struct, this.#fields));
  }
}

const NO_PARENT = {};

/** What can be taken without a look, and without a path to tell of it: most fields hold texts. */
const isText = (schema: Schema, value: unknown): boolean => schema.kind === 'string' && typeof value === 'string';

/** Whether the value of a field may stand in the draft as it is. Metadata is what the server itself writes to. */
const isShared = (field: string, value: unknown, known: unknown): boolean =>
  value === known &&
  typeof value === 'object' &&
  field !== 'metadata' &&
  Object.isFrozen(value) &&
  isKnownNullFree(value);

/** Parts that updates have left as they were; they are met again at the next one. */
const nullFree = new WeakSet<object>();

function isKnownNullFree(value: object | null): boolean {
  if (value === null) return false;
  if (nullFree.has(value)) return true;
  const found = holdsNoNull(value);
  if (found) nullFree.add(value);
  return found;
}

/** Nil lists and times print as null, which drafts leave out. */
function holdsNoNull(value: unknown): boolean {
  if (typeof value !== 'object') return true;
  if (value === null) return false;
  if (isList(value)) return value.every(holdsNoNull);
  for (const key in value) if (!holdsNoNull((value as JsonMap)[key])) return false;
  return true;
}
