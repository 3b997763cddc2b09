import { type Document, isMap, isPair, isScalar, isSeq, type Node, type Pair } from 'yaml';

/** A name, the place in a list, or the values that an entry of a list is known by. */
export type PathPart = string | number | Readonly<Record<string, string>>;

/**
 * Reads the paths of refusals: `spec.containers[0].image`, `.spec.containers[name="a"].ports[containerPort=80,protocol="TCP"]`,
 * `metadata.labels[example.com/x]`.
 */
export function fieldPath(text: string): readonly PathPart[] {
  const parts: PathPart[] = [];
  for (const [, name, bracketed] of text.matchAll(/([^.[\]]+)|\[((?:"(?:[^"\\]|\\.)*"|[^\]"])*)\]/g)) {
    if (name !== undefined) parts.push(name);
    else if (bracketed !== undefined) parts.push(bracketPart(bracketed));
  }
  return parts;
}

function bracketPart(text: string): PathPart {
  if (/^\d+$/.test(text)) return Number(text);
  const keys = [...text.matchAll(/([\w.-]+)=("(?:[^"\\]|\\.)*"|[^,]*)(?:,|$)/g)];
  if (keys.length === 0) return text.replace(/^"(.*)"$/, '$1');
  return Object.fromEntries(keys.map(([, key = '', value = '']) => [key, value.replace(/^"(.*)"$/, '$1')]));
}

/** What stands at a path of a document, or at the longest beginning of the path at which anything stands. */
export interface Found {
  /** The key, where the path ends at one. */
  readonly key: Node | undefined;
  readonly value: Node | undefined;
  /** How many parts of the path there are in the document. */
  readonly depth: number;
}

export function findPath(document: Document, path: readonly PathPart[]): Found {
  let key: Node | undefined;
  let value = (document.contents ?? undefined) as Node | undefined;
  let depth = 0;
  for (const part of path) {
    const pair = typeof part === 'object' ? undefined : pairOf(value, String(part));
    const entry = isSeq(value) ? entryOf(value.items, part) : undefined;
    if (pair === undefined && entry === undefined) break;
    key = pair === undefined ? undefined : (pair.key as Node);
    value = pair === undefined ? entry : ((pair.value ?? undefined) as Node | undefined);
    depth++;
  }
  return { key, value, depth };
}

function pairOf(node: Node | undefined, name: string): Pair | undefined {
  if (!isMap(node)) return undefined;
  return node.items.find((pair) => isPair(pair) && isScalar(pair.key) && String(pair.key.value) === name);
}

function entryOf(items: readonly unknown[], part: PathPart): Node | undefined {
  if (typeof part === 'number') return items[part] as Node | undefined;
  const has = (item: unknown, name: string, wanted: string): boolean => {
    const value = pairOf(item as Node, name)?.value;
    // What is not written has its default, which nobody knows here.
    return value === undefined || (isScalar(value) && String(value.value) === wanted);
  };
  if (typeof part === 'string')
    return items.find((item) => isScalar(item) && String(item.value) === part) as Node | undefined;
  return items.find((item) => Object.entries(part).every(([name, wanted]) => has(item, name, wanted))) as
    | Node
    | undefined;
}
