import { settle } from '../encode/settled.ts';
import type { FieldsV1 } from '../generated/meta-v1.ts';
import { emptySet, type FieldEntry, type FieldSet, fieldSetFrom, interned } from './field-set.ts';
import { parsePathElement } from './path-element.ts';

/**
 * FieldsV1, the JSON form of a field set: `.` marks a member that has members below it.
 *
 *   {"f:metadata": {"f:labels": {".": {}, "f:app": {}}}}
 *
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/fieldpath/serialize.go
 */
type Json = { readonly [key: string]: Json };

const NOTHING: Json = Object.freeze({});
/** Printed trees, without and with the `.` of their own element. */
const printed = new WeakMap<FieldSet, { bare?: Json; member?: Json }>();
const read = new WeakMap<object, FieldSet>();

/** The JSON of a set: frozen, and the same object for the same tree. */
export function toFieldsV1(set: FieldSet): FieldsV1 {
  const tree = interned(set);
  const json = print(tree, false);
  if (!read.has(json)) read.set(settle(json), tree);
  return json as FieldsV1;
}

function print(set: FieldSet, member: boolean): Json {
  let forms = printed.get(set);
  if (forms === undefined) {
    forms = {};
    printed.set(set, forms);
  }
  const done = member ? forms.member : forms.bare;
  if (done !== undefined) return done;
  const json: Record<string, Json> = member ? { '.': NOTHING } : {};
  for (const { element, member: isMember, child } of set.entries) {
    json[element.text] = child === undefined ? NOTHING : print(child, isMember);
  }
  Object.freeze(json);
  if (member) forms.member = json;
  else forms.bare = json;
  return json;
}

/**
 * Reads a set, interned. Elements of unknown kinds are left out, as upstream does.
 * @throws {TypeError} not FieldsV1
 */
export function fromFieldsV1(json: unknown): FieldSet {
  if (json === undefined || json === null) return emptySet;
  if (typeof json !== 'object' || Array.isArray(json)) throw new TypeError('expect { or n');
  const known = read.get(json);
  if (known !== undefined) return known;
  const entries: FieldEntry[] = [];
  for (const [key, below] of Object.entries(json) as [string, unknown][]) {
    if (key === '.') continue;
    const element = parsePathElement(key);
    if (element === undefined) continue;
    const child = fromFieldsV1(below);
    const leaf = child.entries.length === 0;
    const member = leaf || Object.hasOwn(below as object, '.');
    entries.push({ element, member, child: leaf ? undefined : child });
  }
  const set = interned(fieldSetFrom(entries));
  // A draft may still change; what is frozen may not.
  if (Object.isFrozen(json)) read.set(json, set);
  return set;
}
