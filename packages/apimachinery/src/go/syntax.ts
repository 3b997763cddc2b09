import { goNumber } from './number.ts';
import { goQuote } from './quote.ts';

/**
 * Go's `%#v` of values whose Go types follow from themselves: texts, booleans, whole numbers, lists and maps of texts.
 * Anything else prints as Go prints decoded JSON: `map[string]interface {}{…}`.
 */
export function goSyntax(value: unknown): string {
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return goNumber(value);
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (Array.isArray(value)) {
    const strings = value.every((item) => typeof item === 'string');
    return strings ? goStrings(value) : `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  }
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value);
  const strings = entries.every(([, item]) => typeof item === 'string');
  const head = strings ? 'map[string]string' : 'map[string]interface {}';
  return `${head}{${sortedEntries(entries, goSyntax).join(', ')}}`;
}

/** `[]string{"a", "b"}`; undefined is a nil slice. `type` is that of the items. */
export const goStrings = (values: readonly string[] | undefined, type = 'string'): string =>
  values === undefined ? `[]${type}(nil)` : `[]${type}{${values.map(goQuote).join(', ')}}`;

const sortedEntries = <T>(entries: [string, T][], text: (value: T) => string): string[] =>
  entries.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([key, value]) => `${goQuote(key)}:${text(value)}`);
