/** Orders by name as people count: node-2 before node-10. */
export function naturally<T>(things: readonly T[], nameOf: (thing: T) => string): readonly T[] {
  return things
    .map((thing) => ({ thing, parts: partsOf(nameOf(thing)) }))
    .sort((a, b) => compare(a.parts, b.parts))
    .map(({ thing }) => thing);
}

/** `node-10` → `node-`, 10 */
const partsOf = (name: string): readonly (string | number)[] =>
  name.split(/(\d+)/).map((part, at) => (at % 2 === 1 ? Number(part) : part));

function compare(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const [left = '', right = ''] = [a[at], b[at]];
    if (left === right) continue;
    return left < right ? -1 : 1;
  }
  return a.length - b.length;
}
