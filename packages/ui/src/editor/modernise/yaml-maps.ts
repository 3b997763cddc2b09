import { isMap, isPair, isScalar, isSeq, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';

/** Maps of a YAML document, changed where they stand: comments and order of what is not touched stay. */
export type YamlMap = YAMLMap<unknown, unknown>;

export const mapAt = (map: YamlMap | undefined, ...path: readonly string[]): YamlMap | undefined => {
  const value = nodeAt(map, ...path);
  return isMap(value) ? value : undefined;
};

/** Maps in the list at a path; none when there is no list. */
export function mapsAt(map: YamlMap | undefined, ...path: readonly string[]): readonly YamlMap[] {
  const value = nodeAt(map, ...path);
  return isSeq(value) ? value.items.filter((item): item is YamlMap => isMap(item)) : [];
}

export const textAt = (map: YamlMap | undefined, ...path: readonly string[]): string | undefined => {
  const value = nodeAt(map, ...path);
  return isScalar(value) && value.value !== null && value.value !== undefined ? String(value.value) : undefined;
};

export function nodeAt(map: YamlMap | undefined, ...path: readonly string[]): Node | undefined {
  let node: unknown = map;
  for (const name of path) node = isMap(node) ? pairOf(node, name)?.value : undefined;
  return (node ?? undefined) as Node | undefined;
}

const pairOf = (map: YamlMap, name: string): Pair | undefined =>
  map.items.find((pair): pair is Pair => isPair(pair) && isScalar(pair.key) && pair.key.value === name);

export const has = (map: YamlMap | undefined, name: string): boolean =>
  map !== undefined && pairOf(map, name) !== undefined;

/** Gives a key another name; its value and comments stay. */
export function rename(map: YamlMap | undefined, from: string, to: string): void {
  const pair = map === undefined ? undefined : pairOf(map, from);
  if (pair !== undefined) (pair.key as Scalar).value = to;
}

/** Takes a key away; gives what it had. */
export function take(map: YamlMap | undefined, name: string): Node | undefined {
  const pair = map === undefined ? undefined : pairOf(map, name);
  if (map === undefined || pair === undefined) return undefined;
  const at = map.items.indexOf(pair);
  map.items.splice(at, 1);
  // A comment over the first entry belongs to what is first now.
  return (pair.value ?? undefined) as Node | undefined;
}

/** Sets a plain value, keeping what stood behind it. */
export function setText(map: YamlMap, name: string, value: string): void {
  const pair = pairOf(map, name);
  if (pair !== undefined && isScalar(pair.value)) pair.value.value = value;
  else put(map, name, value);
}

/** Puts a key in front of another one, at the end when that is not there. */
export function put(map: YamlMap, name: string, value: unknown, before?: string): void {
  const pair = new Pair(new Scalar(name), asNode(value));
  const known = pairOf(map, name);
  if (known !== undefined) {
    known.value = pair.value;
    return;
  }
  const next = before === undefined ? undefined : pairOf(map, before);
  if (next === undefined) map.items.push(pair);
  else map.items.splice(map.items.indexOf(next), 0, pair);
}

/** Nodes stay what they are; plain values become nodes in block style. */
export function asNode(value: unknown): Node {
  if (value instanceof YAMLMap || value instanceof YAMLSeq || value instanceof Scalar) return value;
  if (Array.isArray(value)) {
    const seq = new YAMLSeq();
    for (const item of value) seq.items.push(asNode(item));
    return seq;
  }
  if (typeof value === 'object' && value !== null) {
    const map = new YAMLMap();
    for (const [key, each] of Object.entries(value)) {
      if (each !== undefined) map.items.push(new Pair(new Scalar(key), asNode(each)));
    }
    return map;
  }
  return new Scalar(value);
}
