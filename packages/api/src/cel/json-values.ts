import { parseGoDuration, parseTimestamp } from './time.ts';
import { type CelType, DYN, fieldNamed } from './types.ts';
import { CelError, CelList, CelMap, type CelValue, JsonList, JsonObject, mapKey } from './values.ts';

/** A value of an object of the API, as its type says; of unknown type, as it looks. */
export function fromJson(json: unknown, type: CelType): CelValue {
  if (json === null || json === undefined) return null;
  switch (typeof json) {
    case 'boolean':
      return json;
    case 'string':
      return fromText(json, type);
    case 'number':
      if (type.kind === 'double') return json;
      return Number.isInteger(json) ? BigInt(json) : json;
    case 'bigint':
      return json;
    case 'object':
      return Array.isArray(json)
        ? new JsonList(json, type.kind === 'list' ? type : DYN)
        : new JsonObject(json as Readonly<Record<string, unknown>>, type);
    default:
      throw new CelError(`unsupported value of type ${typeof json}`);
  }
}

function fromText(text: string, type: CelType): CelValue {
  switch (type.kind) {
    case 'timestamp': {
      const found = parseTimestamp(text);
      if (found === undefined) throw new CelError(`invalid date "${text}"`);
      return found;
    }
    case 'duration': {
      const found = parseGoDuration(text);
      if (found === undefined) throw new CelError(`invalid duration "${text}"`);
      return found;
    }
    case 'bytes':
      try {
        return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
      } catch {
        throw new CelError(`invalid byte format "${text}"`);
      }
    default:
      return text;
  }
}

/** The type of what stands in a list or under a key. */
const itemType = ({ kind, params }: CelType): CelType => (kind === 'list' ? params[0] : undefined) ?? DYN;
const valueType = ({ kind, params }: CelType): CelType => (kind === 'map' ? params[1] : undefined) ?? DYN;

export type ListValue = CelList | JsonList;
export type MapValue = CelMap | JsonObject;

export const isList = (value: CelValue): value is ListValue => value instanceof JsonList || value instanceof CelList;
export const isMap = (value: CelValue): value is MapValue => value instanceof JsonObject || value instanceof CelMap;

export const lengthOf = (list: ListValue): number => (list instanceof JsonList ? list.json : list.items).length;

export function itemAt(list: ListValue, index: number): CelValue | undefined {
  if (list instanceof CelList) return list.items[index];
  return index < list.json.length && index >= 0 ? fromJson(list.json[index], itemType(list.type)) : undefined;
}

export function itemsOf(list: ListValue): readonly CelValue[] {
  if (list instanceof CelList) return list.items;
  const type = itemType(list.type);
  return list.json.map((each) => fromJson(each, type));
}

/** Undefined: there is no such field; null is a value. */
export function fieldOf(object: MapValue, name: string): CelValue | undefined {
  if (object instanceof CelMap) return object.entries.get(`s${name}`)?.[1];
  const { json, type } = object;
  if (type.fields) {
    const field = fieldNamed(type, name);
    if (field === undefined || !Object.hasOwn(json, field.name)) return undefined;
    return fromJson(json[field.name], field.type);
  }
  return Object.hasOwn(json, name) && json[name] !== undefined ? fromJson(json[name], valueType(type)) : undefined;
}

export function valueAt(map: MapValue, key: CelValue): CelValue | undefined {
  if (map instanceof JsonObject) return typeof key === 'string' ? fieldOf(map, key) : undefined;
  const text = mapKey(key);
  return text === undefined ? undefined : map.entries.get(text)?.[1];
}

export function keysOf(map: MapValue): readonly CelValue[] {
  if (map instanceof CelMap) return [...map.entries.values()].map(([key]) => key);
  const { json, type } = map;
  const { fields } = type;
  if (fields) return [...fields].filter(([, { name }]) => json[name] !== undefined).map(([name]) => name);
  return Object.keys(json).filter((name) => json[name] !== undefined);
}

export const sizeOfMap = (map: MapValue): number =>
  map instanceof CelMap ? map.entries.size : map.type.fields ? keysOf(map).length : Object.keys(map.json).length;
