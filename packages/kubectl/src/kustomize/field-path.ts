/** JSON that a build owns and changes in place. */
export type Node = Record<string, unknown>;

export const isMap = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Calls back for every place that a path (`spec/template/spec/containers/image`) leads to, lists on the way taken apart.
 * `create` makes maps that are missing. `[]` behind a step says that there is a list.
 */
export function visitPath(
  root: unknown,
  path: string,
  create: boolean,
  onPlace: (parent: Node, key: string) => void,
): void {
  const steps = path.split(/(?<!\\)\//).map((step) => step.replaceAll('\\/', '/'));
  walk(root, steps, create, onPlace);
}

function walk(
  node: unknown,
  steps: readonly string[],
  create: boolean,
  onPlace: (parent: Node, key: string) => void,
): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, steps, create, onPlace);
    return;
  }
  if (!isMap(node)) return;
  const [step = '', ...rest] = steps;
  const isList = step.endsWith('[]');
  const key = isList ? step.slice(0, -2) : step;
  if (rest.length === 0) {
    if (create || Object.hasOwn(node, key)) onPlace(node, key);
    return;
  }
  if (node[key] === undefined || node[key] === null) {
    if (!create || isList) return;
    node[key] = {};
  }
  walk(node[key], rest, create, onPlace);
}
