import { GoText, goQuote } from '@tabernetes/apimachinery';

/**
 * Go's `%#v` of the few structures that messages about Pods embed. Addresses of pointers mean nothing and differ from
 * run to run in Kubernetes too; ours is always the same.
 */
const ADDRESS = '0xc000000000';

/** A pointer: `(*string)(nil)` or with an address. */
export const goPointer = (type: string, value: unknown): string =>
  `(*${type})(${value === undefined ? 'nil' : ADDRESS})`;

/** `[]string{"a", "b"}`. */
export const goStrings = (values: readonly string[] | undefined, type = 'string'): GoText =>
  new GoText(values === undefined ? `[]${type}(nil)` : `[]${type}{${values.map(goQuote).join(', ')}}`);

/** `map[string]string{"a":"b"}`, keys sorted as Go prints them. */
export function goStringMap(map: Readonly<Record<string, string>> | undefined): GoText {
  if (map === undefined) return new GoText('map[string]string(nil)');
  const entries = Object.keys(map)
    .sort()
    .map((key) => `${goQuote(key)}:${goQuote(map[key] ?? '')}`);
  return new GoText(`map[string]string{${entries.join(', ')}}`);
}

/** A struct: fields are texts already. */
export const goStruct = (type: string, fields: Readonly<Record<string, string>>): string =>
  `${type}{${Object.entries(fields)
    .map(([name, text]) => `${name}:${text}`)
    .join(', ')}}`;
