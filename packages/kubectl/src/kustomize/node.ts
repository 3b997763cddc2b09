/** JSON that a build owns and changes in place. */
export type Node = Record<string, unknown>;

export const isMap = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The map in a field, which is made when there is none. */
export function mapIn(node: Node, key: string): Node {
  const { [key]: current } = node;
  if (isMap(current)) return current;
  const made: Node = {};
  node[key] = made;
  return made;
}
