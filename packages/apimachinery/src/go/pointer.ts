/**
 * A pointer inside `%#v`: `(*bool)(nil)`, or with an address. Addresses mean nothing and differ from run to run in
 * Kubernetes too; ours is always the same, so that runs can be compared.
 */
export const goPointer = (type: string, value: unknown): string =>
  value === undefined || value === null ? `(*${type})(nil)` : `(*${type})(${ADDRESS})`;

const ADDRESS = '0xc000000000';
