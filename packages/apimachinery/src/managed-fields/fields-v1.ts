import { Given, settle } from '../encode/settled.ts';
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
const NOTHING: FieldsV1 = Object.freeze({});
/** Of what was sent to us, and frozen before we read it. */
const read = new WeakMap<object, FieldSet>();

/** FieldsV1 that we have printed, and so need not read: they carry the set as a private member, see {@link settle}. */
class Printed extends Given {
  readonly #set: FieldSet;

  constructor(json: object, set: FieldSet) {
    super(json);
    this.#set = set;
  }

  static setOf(json: object): FieldSet | undefined {
    return #set in json ? json.#set : undefined;
  }
}

/** The JSON of a set: frozen, and the same object for the same tree. */
export const toFieldsV1 = (set: FieldSet): FieldsV1 => print(interned(set), false);

/** @param set interned */
function print(set: FieldSet, member: boolean): FieldsV1 {
  const { kept } = set;
  const done = member ? kept.member : kept.bare;
  if (done !== undefined) return done;
  const json: Record<string, FieldsV1> = member ? { '.': NOTHING } : {};
  for (const { element, member: isMember, child } of set.entries) {
    json[element.text] = child === undefined ? NOTHING : print(child, isMember);
  }
  if (member) kept.member = Object.freeze(json);
  else {
    new Printed(json, set);
    kept.bare = settle(json);
  }
  return json;
}

/**
 * Reads a set, interned. Elements of unknown kinds are left out, as upstream does.
 * @throws {TypeError} not FieldsV1
 */
export function fromFieldsV1(json: unknown): FieldSet {
  if (json === undefined || json === null) return emptySet;
  if (typeof json !== 'object' || Array.isArray(json)) throw new TypeError('expect { or n');
  const known = Printed.setOf(json) ?? read.get(json);
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
