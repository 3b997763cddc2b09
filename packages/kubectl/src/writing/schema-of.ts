import { builtinKinds } from '@tabernetes/api';
import { canonical, type KubeObject, type StructSchema } from '@tabernetes/apimachinery';
import { isList } from '../resources/info.ts';

/** The schema of a kind that kubectl knows by itself; undefined of custom resources, which have no strategic patches. */
export function builtinSchema(group: string, version: string, kind: string): StructSchema | undefined {
  return builtinKinds.find((each) => each.group === group && each.version === version && each.kind === kind)?.schema;
}

/** The same by the object's own words. */
export function schemaOfObject({ apiVersion = '', kind }: Partial<KubeObject>): StructSchema | undefined {
  const slash = apiVersion.indexOf('/');
  const [group, version] = slash < 0 ? ['', apiVersion] : [apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
  return kind === undefined ? undefined : builtinSchema(group, version, kind);
}

/**
 * An object as Go's type prints it: fields in order, with what is printed though it is empty. Lists are those of their
 * items. Unknown kinds stay as they are.
 */
export function typed<T extends KubeObject>(object: T): T {
  if (isList(object)) return typedList(object);
  const schema = schemaOfObject(object);
  return schema === undefined ? object : (withEmptyLists(canonical(schema, object), object) as T);
}

/** What is printed, with the lists that are empty and not nil: what is stored does not tell them apart, what is held does. */
function withEmptyLists(printed: unknown, held: unknown): unknown {
  if (Array.isArray(held)) {
    if (held.length === 0) return printed === null ? [] : printed;
    return Array.isArray(printed) ? eachOf(printed, (item, at) => withEmptyLists(item, held[at])) : printed;
  }
  if (typeof held !== 'object' || held === null || typeof printed !== 'object' || printed === null) return printed;
  const members = Object.entries(printed);
  const values = members.map(([, value]) => value as unknown);
  const kept = eachOf(values, (value, at) =>
    withEmptyLists(value, held[(members[at]?.[0] ?? '') as keyof typeof held]),
  );
  return kept === values ? printed : Object.fromEntries(members.map(([key], at) => [key, kept[at]]));
}

/** The same list, unless something in it changes. */
function eachOf(list: readonly unknown[], change: (item: unknown, at: number) => unknown): readonly unknown[] {
  const changed = list.map(change);
  return changed.every((item, at) => item === list[at]) ? list : changed;
}

function typedList<T extends KubeObject & { readonly items: readonly KubeObject[] }>(list: T): T {
  const { kind, apiVersion, metadata, items } = list;
  const schema = schemaOfObject({ apiVersion, kind: kind.replace(/List$/, ''), metadata: {} });
  const inOrder = schema === undefined ? items : items.map((item) => canonical(schema, item));
  // The types' client reads protobuf, where a list that is empty is not there.
  return Object.assign({ kind, apiVersion, metadata }, list, { items: items.length === 0 ? null : inOrder });
}
