import { stringify } from 'yaml';

/** YAML as Kubernetes answers it: keys sorted, lists not indented, texts that YAML 1.1 would misread in quotes. */
export const encodeYaml = (value: unknown): string =>
  stringify(value, {
    sortMapEntries: byKey,
    indentSeq: false,
    lineWidth: 0,
    version: '1.1',
    aliasDuplicateObjects: false,
  });

const byKey = (a: { readonly key: unknown }, b: { readonly key: unknown }): number => {
  const left = String(a.key);
  const right = String(b.key);
  return left < right ? -1 : left > right ? 1 : 0;
};
