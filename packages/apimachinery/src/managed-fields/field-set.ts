import type { FieldsV1, ManagedFieldsEntry } from '../generated/meta-v1.ts';
import { compareElements, elementText, fieldElement, type PathElement } from './path-element.ts';
import { recentCache } from './recent-cache.ts';

/**
 * A set of field paths, as an immutable tree. Being a member and having members below are two things:
 *
 *   .spec.replicas                             f:spec ─► f:replicas ●
 *   .metadata.labels, .metadata.labels.app     f:metadata ─► f:labels ● ─► f:app ●
 *
 * Sets that are kept are {@link interned}: equal trees are (nearly always) one tree, which thousands of Pods of a ReplicaSet
 * share, and what is derived from a tree is kept with it.
 *
 * @see https://github.com/kubernetes-sigs/structured-merge-diff/blob/v4.4.2/fieldpath/set.go
 */
export interface FieldSet {
  /** Sorted by {@link compareElements}. */
  readonly entries: readonly FieldEntry[];
  /** Tells an interned tree from every other one; 0 for trees that are not. */
  readonly id: number;
  /** What has been derived from an interned tree; nothing is kept with others. */
  readonly kept: Derived;
}

/** Belongs to the set: a map beside it would cost more than what is kept. */
export interface Derived {
  /** FieldsV1, without and with the `.` of the tree's own element. */
  bare: FieldsV1 | undefined;
  member: FieldsV1 | undefined;
  /** The entry of managedFields that was made from it last. */
  entry: ManagedFieldsEntry | undefined;
}

export interface FieldEntry {
  readonly element: PathElement;
  readonly member: boolean;
  /** What lies below; never an empty set. */
  readonly child: FieldSet | undefined;
}

const nothing = (): Derived => ({ bare: undefined, member: undefined, entry: undefined });

export const emptySet: FieldSet = Object.freeze({ entries: Object.freeze([]), id: 1, kept: nothing() });

/** Of all trees that are not interned. */
const NOTHING: Derived = Object.freeze(nothing());

/** @param entries sorted, each a member or with a child; owned by the set from now on */
export const fieldSet = (entries: readonly FieldEntry[]): FieldSet =>
  entries.length === 0 ? emptySet : { entries, id: 0, kept: NOTHING };

/** Trees that were interned lately, by what is in them. Those that come again are few; those of one Pod, with its address in them, are not kept long. */
const known = recentCache<FieldSet>(4096);
const ids = { next: 2 };

/** The one tree that stands for all that are equal. Cost grows with the parts that are not interned yet. */
export function interned(set: FieldSet): FieldSet {
  if (set.id !== 0) return set;
  // In one piece: a text that grows is kept as a tree of its pieces.
  const parts: (string | number)[] = [];
  const entries = set.entries.map((entry) => {
    const { element, member } = entry;
    const child = entry.child && interned(entry.child);
    parts.push(element.text, member ? '\n+' : '\n-', child?.id ?? '', '\n');
    return child === entry.child ? entry : { element, member, child };
  });
  const key = parts.join('');
  const found = known.get(key);
  if (found !== undefined && sameEntries(found.entries, entries)) return found;
  const made: FieldSet = { entries, id: ids.next++, kept: nothing() };
  known.set(key, made);
  return made;
}

/** Names may hold any letter, so equal keys do not prove equal entries. */
function sameEntries(a: readonly FieldEntry[], b: readonly FieldEntry[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a[i];
    const y = b[i];
    if (x === undefined || y === undefined || x.element.text !== y.element.text) return false;
    if (x.member !== y.member || x.child !== y.child) return false;
  }
  return true;
}

/** A set of entries in any order; those of one element are united. */
export function fieldSetFrom(entries: FieldEntry[]): FieldSet {
  if (entries.length > 1 && !isSorted(entries)) {
    entries.sort((a, b) => compareElements(a.element, b.element));
    return fieldSet(entries.reduce<FieldEntry[]>(uniteInto, []));
  }
  return fieldSet(entries);
}

function isSorted(entries: readonly FieldEntry[]): boolean {
  for (let i = 1; i < entries.length; i++) {
    const before = entries[i - 1];
    const entry = entries[i];
    if (before && entry && compareElements(before.element, entry.element) >= 0) return false;
  }
  return true;
}

function uniteInto(out: FieldEntry[], entry: FieldEntry): FieldEntry[] {
  const last = out.at(-1);
  if (last !== undefined && last.element.text === entry.element.text) out[out.length - 1] = uniteEntries(last, entry);
  else out.push(entry);
  return out;
}

function uniteEntries(a: FieldEntry, b: FieldEntry): FieldEntry {
  const member = a.member || b.member;
  const child = a.child === undefined ? b.child : b.child === undefined ? a.child : union(a.child, b.child);
  if (member === a.member && child === a.child) return a;
  return { element: a.element, member, child };
}

/** The set of these paths, each given by dots: `metadata.labels`. */
export function fieldSetOfPaths(paths: readonly string[]): FieldSet {
  let set = emptySet;
  for (const path of paths) {
    let child: FieldSet | undefined;
    for (const name of path.split('.').reverse()) {
      child = fieldSet([{ element: fieldElement(name), member: child === undefined, child }]);
    }
    if (child !== undefined) set = union(set, child);
  }
  return set;
}

export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b || b.entries.length === 0) return a;
  if (a.entries.length === 0) return b;
  const out: FieldEntry[] = [];
  let fresh = false;
  let i = 0;
  let j = 0;
  for (;;) {
    const x = a.entries[i];
    const y = b.entries[j];
    if (x === undefined && y === undefined) break;
    const order = x === undefined ? 1 : y === undefined ? -1 : compareElements(x.element, y.element);
    if (x !== undefined && order < 0) out.push(x);
    else if (y !== undefined && (order > 0 || x === undefined)) out.push(y);
    else if (x !== undefined && y !== undefined) {
      const both = uniteEntries(x, y);
      if (both !== x) fresh = true;
      out.push(both);
    }
    if (order <= 0) i++;
    if (order >= 0) j++;
  }
  return fresh || out.length !== a.entries.length ? fieldSet(out) : a;
}

export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  if (a === b) return a;
  const out: FieldEntry[] = [];
  let j = 0;
  for (const x of a.entries) {
    let y = b.entries[j];
    while (y !== undefined && compareElements(y.element, x.element) < 0) y = b.entries[++j];
    if (y === undefined) break;
    if (y.element.text !== x.element.text) continue;
    const member = x.member && y.member;
    const below = x.child !== undefined && y.child !== undefined ? intersection(x.child, y.child) : emptySet;
    pushEntry(out, x, member, below);
  }
  return out.length === a.entries.length && out.every((entry, i) => entry === a.entries[i]) ? a : fieldSet(out);
}

/** Members of `a` that are not members of `b`. What lies below a member of `b` stays. */
export const difference = (a: FieldSet, b: FieldSet): FieldSet => subtract(a, b, false);

/** As {@link difference}, but a member of `b` takes all that lies below it along. */
export const recursiveDifference = (a: FieldSet, b: FieldSet): FieldSet => subtract(a, b, true);

function subtract(a: FieldSet, b: FieldSet, recursive: boolean): FieldSet {
  if (a === b && !recursive) return emptySet;
  if (a.entries.length === 0 || b.entries.length === 0) return a;
  let out: FieldEntry[] | undefined;
  let j = 0;
  for (let i = 0; i < a.entries.length; i++) {
    const x = a.entries[i];
    if (x === undefined) break;
    let y = b.entries[j];
    while (y !== undefined && compareElements(y.element, x.element) < 0) y = b.entries[++j];
    if (y === undefined || y.element.text !== x.element.text) {
      out?.push(x);
      continue;
    }
    const member = x.member && !y.member;
    let child = x.child;
    if (child !== undefined && recursive && y.member) child = undefined;
    else if (child !== undefined && y.child !== undefined) child = subtract(child, y.child, recursive);
    if (member === x.member && child === x.child) {
      out?.push(x);
      continue;
    }
    out ??= a.entries.slice(0, i);
    pushEntry(out, x, member, child ?? emptySet);
  }
  return out === undefined ? a : fieldSet(out);
}

/** Adds the entry, or `like` itself where it says the same; nothing if it would be without members. */
function pushEntry(out: FieldEntry[], like: FieldEntry, member: boolean, below: FieldSet): void {
  const child = below.entries.length === 0 ? undefined : below;
  if (!member && child === undefined) return;
  out.push(like.member === member && like.child === child ? like : { element: like.element, member, child });
}

/** The entry of an element, by its text. */
export function entryOf(set: FieldSet, text: string): FieldEntry | undefined {
  if (set.entries.length <= 8) return set.entries.find((entry) => entry.element.text === text);
  let index = indexes.get(set);
  if (index === undefined) {
    index = new Map(set.entries.map((entry) => [entry.element.text, entry]));
    indexes.set(set, index);
  }
  return index.get(text);
}

const indexes = new WeakMap<FieldSet, ReadonlyMap<string, FieldEntry>>();

export const isEmptySet = (set: FieldSet): boolean => set.entries.length === 0;

export function hasPath(set: FieldSet, path: readonly PathElement[]): boolean {
  let at: FieldSet | undefined = set;
  for (let i = 0; i < path.length; i++) {
    const entry: FieldEntry | undefined = at && entryOf(at, path[i]?.text ?? '');
    if (entry === undefined) return false;
    if (i === path.length - 1) return entry.member;
    at = entry.child;
  }
  return false;
}

export function equalSets(a: FieldSet, b: FieldSet): boolean {
  if (a === b) return true;
  if (a.entries.length !== b.entries.length) return false;
  return a.entries.every((x, i) => {
    const y = b.entries[i];
    if (y === undefined || x.element.text !== y.element.text || x.member !== y.member) return false;
    if (x.child === undefined || y.child === undefined) return x.child === y.child;
    return equalSets(x.child, y.child);
  });
}

/** Every member's path: those of one level first, then what lies below them, as conflicts are listed. */
export function* pathsOf(set: FieldSet, prefix: readonly PathElement[] = []): Generator<readonly PathElement[]> {
  for (const { element, member } of set.entries) if (member) yield [...prefix, element];
  for (const { element, child } of set.entries) if (child !== undefined) yield* pathsOf(child, [...prefix, element]);
}

/** `.spec.template.spec.containers[name="web"].image` */
export const pathText = (path: readonly PathElement[]): string => path.map(elementText).join('');
