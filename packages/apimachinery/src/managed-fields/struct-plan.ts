import { compareKeys } from '../encode/compare-keys.ts';
import { isMap } from '../patch/json-tree.ts';
import type { FieldSchema, ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts';
import { zeroScalar } from '../zero-scalar.ts';
import { type FieldElement, fieldElement } from './path-element.ts';

/** What the walks of this folder want to know of a struct, worked out once. */
export interface StructPlan {
  readonly byName: ReadonlyMap<string, FieldPlan>;
  /** Fields that Go prints even when nobody set them. */
  readonly always: readonly FieldPlan[];
  /** The schema of fields that are not declared; undefined: there may be none. */
  readonly others: Schema | undefined;
  readonly atomic: boolean;
  /** A Go type: absent, null and zero are one. Structs of CustomResourceDefinitions keep what was written. */
  readonly typed: boolean;
  /** What Go prints of the type's zero value. */
  readonly zero: Readonly<Record<string, unknown>>;
}

export interface FieldPlan {
  readonly name: string;
  /** Place among its fellows by name. */
  readonly order: number;
  readonly schema: Schema;
  readonly element: FieldElement;
  /** The key as FieldsV1 text: `"f:name":`. */
  readonly key: string;
  readonly omitEmpty: boolean;
  readonly pointer: boolean;
  /** What Go prints when nobody set it; undefined: nothing. */
  readonly zero: unknown;
}

/** A value of any shape whose maps are owned key by key and whose lists are owned whole. */
export const DEDUCED: ScalarSchema = Object.freeze({ kind: 'any', goType: 'interface {}' });
export const DEDUCED_MAP: MapSchema = Object.freeze({
  kind: 'map',
  values: DEDUCED,
  mapType: 'granular',
  goType: 'map[string]interface {}',
});

const plans = new WeakMap<StructSchema, StructPlan>();

export function planOf(schema: StructSchema): StructPlan {
  const known = plans.get(schema);
  if (known !== undefined) return known;
  const typed = isTyped(schema);
  const byName = new Map<string, FieldPlan>();
  const always: FieldPlan[] = [];
  const zero: Record<string, unknown> = {};
  const sorted = [...schema.fields].sort((a, b) => compareKeys(a.name, b.name));
  for (const [order, field] of sorted.entries()) byName.set(field.name, fieldPlan(field, order));
  for (const { name } of schema.fields) {
    const plan = byName.get(name);
    if (!typed || plan === undefined || plan.zero === undefined) continue;
    always.push(plan);
    zero[name] = plan.zero;
  }
  const plan: StructPlan = {
    byName,
    always,
    others: schema.preserveUnknownFields || schema.fields.length === 0 ? DEDUCED : undefined,
    atomic: schema.structType === 'atomic',
    typed,
    zero: Object.freeze(zero),
  };
  plans.set(schema, plan);
  return plan;
}

/** Of a Go type, whose objects hold nothing that the type does not allow. */
export const isTyped = (schema: StructSchema): boolean => schema.openapi !== undefined && !schema.untyped;

function fieldPlan(field: FieldSchema, order: number): FieldPlan {
  const { name, omitEmpty, pointer } = field;
  const element = fieldElement(name);
  return {
    name,
    order,
    schema: withRelationship(field),
    element,
    key: `${JSON.stringify(element.text)}:`,
    omitEmpty,
    pointer,
    // Ends, although types are recursive: no Go struct holds itself by value.
    zero: omitEmpty ? undefined : pointer ? null : zeroOf(field.schema),
  };
}

/**
 * A field may say that what its type is owned as a whole (or not) differs here: `claimRef` of a PersistentVolume. What is decoded
 * without a type may have one all the same: metadata of objects inside of custom resources.
 */
function withRelationship({ schema, extensions }: FieldSchema): Schema {
  if (schema.kind === 'any' && schema.typed) return schema.typed;
  const wanted = extensions?.['x-kubernetes-map-type'];
  if (wanted !== 'atomic' && wanted !== 'granular') return schema;
  if (schema.kind === 'map' && schema.mapType !== wanted) return { ...schema, mapType: wanted };
  if (schema.kind !== 'struct' || (schema.structType ?? 'granular') === wanted) return schema;
  const { goType, openapi, fields, byName, preserveUnknownFields } = schema;
  return {
    kind: 'struct',
    goType,
    ...(openapi !== undefined && { openapi }),
    fields,
    byName,
    ...(preserveUnknownFields && { preserveUnknownFields }),
    structType: wanted,
  };
}

/** What Go prints of a type's zero value. */
function zeroOf(schema: Schema): unknown {
  switch (schema.kind) {
    case 'struct':
      return planOf(schema).zero;
    case 'list':
    case 'map':
      return null;
    default:
      return zeroScalar(schema.kind);
  }
}

/** The schema of what a map or struct holds under a name; undefined: not declared. */
export function memberSchema(schema: StructSchema | MapSchema, name: string): Schema | undefined {
  if (schema.kind === 'map') return schema.values;
  const plan = planOf(schema);
  return plan.byName.get(name)?.schema ?? plan.others;
}

/** Owned as one value. */
export function isAtomic(schema: StructSchema | MapSchema | ListSchema): boolean {
  if (schema.kind === 'struct') return planOf(schema).atomic;
  return schema.kind === 'map' ? schema.mapType === 'atomic' : schema.listType === 'atomic';
}

/** True of the JSON that Kubernetes keeps as it is and owns as a whole, such as a ControllerRevision's data. */
export const isRaw = (schema: ScalarSchema): boolean => schema.goType.endsWith('RawExtension');

/**
 * The value of a field as Go would print it: undefined where `omitempty` leaves it out, zero where nobody set it.
 */
export function fieldValue(plan: FieldPlan, raw: unknown): unknown {
  if (raw === undefined || raw === null) return plan.zero;
  if (plan.omitEmpty && !plan.pointer && isZeroOrEmpty(raw, plan.schema)) return undefined;
  return raw;
}

function isZeroOrEmpty(value: unknown, schema: Schema): boolean {
  if (value === '' || value === 0 || value === false) return schema.kind !== 'intOrString' && schema.kind !== 'any';
  if (schema.kind === 'list') return Array.isArray(value) && value.length === 0;
  if (schema.kind === 'map') return isMap(value) && isEmptyObject(value);
  return false;
}

export function isEmptyObject(value: object): boolean {
  for (const key in value) if (Object.hasOwn(value, key)) return false;
  return true;
}
