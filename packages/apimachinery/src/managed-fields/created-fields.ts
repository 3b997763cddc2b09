import { compareKeys } from '../encode/compare-keys.ts';
import { isMap } from '../patch/json-tree.ts';
import type { ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts';
import { equalTyped, isEmpty } from './equal-values.ts';
import type { FieldSet } from './field-set.ts';
import { fieldSetOfText } from './fields-v1.ts';
import { knownElement } from './list-elements.ts';
import { compareElements, type PathElement } from './path-element.ts';
import {
  DEDUCED,
  DEDUCED_MAP,
  type FieldPlan,
  fieldValue,
  isAtomic,
  isRaw,
  memberSchema,
  planOf,
} from './struct-plan.ts';

/**
 * What the creator of an object owns: all in which it differs from the zero object of its type. The same as comparing with that
 * object, but made for the most frequent of writes: the walk prints FieldsV1 as text, and objects of one shape (the Pods of a
 * ReplicaSet) find their set by that text.
 *
 *   body of a place: `"f:image":{},"f:name":{}`, empty for a leaf, undefined for nothing
 *
 * @param next typed, printed or not @throws {TypeError} an item of a map list has no key
 */
export function createdFields(schema: StructSchema, next: unknown): FieldSet {
  return fieldSetOfText(`{${changedAt(schema, planOf(schema).zero, next)?.body ?? ''}}`);
}

/** What differs below a place; `self`: the place is owned too. */
interface Changed {
  readonly self: boolean;
  readonly body: string;
}

const LEAF: Changed = Object.freeze({ self: true, body: '' });

/** Compares with the zero value of a type: null, a scalar, or a struct of such. */
function changedAt(schema: Schema, zero: unknown, value: unknown): Changed | undefined {
  if (value === zero || value === undefined) return undefined;
  const whole =
    (schema.kind !== 'struct' && schema.kind !== 'map' && schema.kind !== 'list') ||
    isAtomic(schema) ||
    (isEmpty(schema, zero, false) && isEmpty(schema, value, true));
  if (whole) {
    if (isDeducedMap(schema, value)) return { self: false, body: membersBody(DEDUCED_MAP, value) };
    return equalTyped(schema, zero, value, true) ? undefined : LEAF;
  }
  if (schema.kind === 'struct' && isMap(zero) && isMap(value)) {
    const body = structBody(schema, value, zero);
    return body === '' ? undefined : { self: false, body };
  }
  return { self: false, body: addedBody(schema, value) };
}

const isDeducedMap = (schema: Schema, value: unknown): value is Readonly<Record<string, unknown>> =>
  (schema.kind === 'any' || schema.kind === 'fieldsV1') &&
  !isRaw(schema as ScalarSchema) &&
  isMap(value) &&
  hasMembers(value);

function hasMembers(value: Readonly<Record<string, unknown>>): boolean {
  for (const key in value) if (value[key] !== undefined) return true;
  return false;
}

/** The body of a place that was not there before: everything in it is owned, and it too. */
function addedBody(schema: Schema, value: unknown): string {
  switch (schema.kind) {
    case 'struct':
      if (!isMap(value) || isAtomic(schema)) return '';
      return structBody(schema, value, undefined);
    case 'map':
      if (!isMap(value) || schema.mapType === 'atomic') return '';
      return membersBody(schema, value);
    case 'list':
      if (!Array.isArray(value) || schema.listType === 'atomic') return '';
      return itemsBody(schema, value);
    default:
      return isDeducedMap(schema, value) ? membersBody(DEDUCED_MAP, value) : '';
  }
}

/** One member as text. A dot marks a place that is owned and has members. */
const memberText = (key: string, self: boolean, body: string): string =>
  body === '' ? `${key}{}` : self ? `${key}{".":{},${body}}` : `${key}{${body}}`;

/** The fields of a struct by name; against `zero`, or all as added. */
function structBody(schema: StructSchema, value: Members, zero: Members | undefined): string {
  const plan = planOf(schema);
  // Few of many fields are set: sort those, by their known places.
  const fields: FieldPlan[] = [];
  const undeclared: string[] = [];
  for (const name in value) {
    const field = plan.byName.get(name);
    if (field !== undefined) insert(fields, field);
    else if (plan.others !== undefined && value[name] !== undefined) undeclared.push(name);
  }
  if (plan.typed && zero === undefined) {
    for (const field of plan.always) if (!Object.hasOwn(value, field.name)) insert(fields, field);
  }
  if (undeclared.length > 0) return mixedBody(schema, fields, undeclared, value);
  let text = '';
  for (const field of fields) {
    const set = plan.typed ? fieldValue(field, value[field.name]) : value[field.name];
    if (set === undefined) continue;
    let member: string;
    const before = zero?.[field.name];
    if (before === undefined) member = memberText(field.key, true, addedBody(field.schema, set));
    else {
      const changed = changedAt(field.schema, before, set);
      if (changed === undefined) continue;
      member = memberText(field.key, changed.self, changed.body);
    }
    text = text === '' ? member : `${text},${member}`;
  }
  return text;
}

type Members = Readonly<Record<string, unknown>>;

function insert(fields: FieldPlan[], field: FieldPlan): void {
  let i = fields.length;
  for (; i > 0; i--) {
    const before = fields[i - 1];
    if (before === undefined || before.order < field.order) break;
    fields[i] = before;
  }
  fields[i] = field;
}

/** A struct of a custom resource that keeps fields nobody declared. */
function mixedBody(
  schema: StructSchema,
  fields: readonly FieldPlan[],
  undeclared: readonly string[],
  value: Members,
): string {
  const names = [...fields.map((field) => field.name).filter((name) => value[name] !== undefined), ...undeclared];
  return namedBody(schema, names, value);
}

const membersBody = (schema: MapSchema, value: Members): string =>
  namedBody(
    schema,
    Object.keys(value).filter((name) => value[name] !== undefined),
    value,
  );

function namedBody(schema: StructSchema | MapSchema, names: string[], value: Members): string {
  if (names.length > 1) names.sort(compareKeys);
  let text = '';
  for (const name of names) {
    const body = addedBody(memberSchema(schema, name) ?? DEDUCED, value[name]);
    const member = memberText(`${JSON.stringify(`f:${name}`)}:`, true, body);
    text = text === '' ? member : `${text},${member}`;
  }
  return text;
}

interface ItemText {
  readonly element: PathElement;
  text: string;
}

function itemsBody(schema: ListSchema, items: readonly unknown[]): string {
  const known = new Map<string, ItemText>();
  for (const item of items) {
    const element = knownElement(schema, item);
    const key = `${JSON.stringify(element.text)}:`;
    const twin = known.get(element.text);
    // Items that share a name are owned together, as one.
    if (twin !== undefined) twin.text = `${key}{}`;
    else known.set(element.text, { element, text: memberText(key, true, addedBody(schema.items, item)) });
  }
  const texts = [...known.values()];
  if (texts.length > 1) texts.sort((a, b) => compareElements(a.element, b.element));
  let text = '';
  for (const item of texts) text = text === '' ? item.text : `${text},${item.text}`;
  return text;
}
