/** Steps into an object: names of fields, indexes of lists. */
export type FieldPath = readonly (string | number)[];

/**
 * Reads the part of JSONPath that names one field: `{.status.containerStatuses[0].ready}`; a dot in a name is written `\.`.
 *
 * @throws {Error} for filters, wildcards and ranges, which name many
 */
export function parseFieldPath(text: string): FieldPath {
  const inner = text.replace(/^\{/, '').replace(/\}$/, '');
  const path: (string | number)[] = [];
  const step = /\.((?:[\w/-]|\\.)+)|\[(\d+)\]|\['([^']+)'\]/y;
  while (step.lastIndex < inner.length) {
    const at = step.lastIndex;
    const match = step.exec(inner);
    if (match === null) throw new Error(`${JSON.stringify(inner.slice(at))} does not name one field`);
    const [, name, index, quoted] = match;
    if (index !== undefined) path.push(Number(index));
    else path.push(quoted ?? (name ?? '').replaceAll('\\', ''));
  }
  if (path.length === 0) throw new Error('the path names no field');
  return path;
}

/** The value there; undefined when something on the way is missing. */
export function valueAt(object: unknown, path: FieldPath): unknown {
  let value = object;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Readonly<Record<string | number, unknown>>)[step];
  }
  return value;
}
