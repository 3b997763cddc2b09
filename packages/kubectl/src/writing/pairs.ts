/** `KEY=VALUE` and `KEY-`, apart from the objects that are named before them. @throws {Error} */
export function splitPairs(
  args: readonly string[],
  what: string,
): { readonly resources: readonly string[]; readonly pairs: readonly string[] } {
  const resources: string[] = [];
  const pairs: string[] = [];
  for (const arg of args) {
    const isPair = (arg.includes('=') && !arg.startsWith('=')) || (arg.endsWith('-') && arg !== '-');
    if (isPair) pairs.push(arg);
    else if (pairs.length > 0) throw new Error(`all resources must be specified before ${what} changes: ${arg}`);
    else resources.push(arg);
  }
  return { resources, pairs };
}

/** Values to set and keys to remove. @throws {Error} `invalid annotation format: …` */
export function parsePairs(
  pairs: readonly string[],
  what: string,
  supportsRemoval: boolean,
): { readonly set: Readonly<Record<string, string>>; readonly remove: readonly string[] } {
  const set: Record<string, string> = {};
  const remove: string[] = [];
  const bad: string[] = [];
  for (const pair of pairs) {
    const equals = pair.indexOf('=');
    if (equals > 0) set[pair.slice(0, equals)] = pair.slice(equals + 1);
    else if (supportsRemoval && pair.endsWith('-') && pair !== '-') remove.push(pair.slice(0, -1));
    else bad.push(pair);
  }
  if (bad.length > 0) throw new Error(`invalid ${what} format: ${bad.join(', ')}`);
  return { set, remove };
}
