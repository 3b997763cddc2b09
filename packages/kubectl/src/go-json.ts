import { decodeJson, goNumber, goQuote } from '@tabernetes/apimachinery';

const sortedKeys = (value: object): readonly string[] => Object.keys(value).sort();

/** The same with the keys of its maps sorted, as Go writes them and as YAML is when it has become JSON. */
export function inKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inKeyOrder);
  if (typeof value !== 'object' || value === null) return value;
  const members = sortedKeys(value).map((key) => [key, inKeyOrder((value as Record<string, unknown>)[key])] as const);
  return Object.fromEntries(members);
}

/** Go's type of a decoded JSON value: `map[string]interface {}`. */
export function goTypeName(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'object':
      return 'map[string]interface {}';
    case 'number':
      return Number.isInteger(value) ? 'int64' : 'float64';
    case 'boolean':
      return 'bool';
    default:
      return 'string';
  }
}

/** Go's `%#v` of a decoded JSON value; `number` is how numbers of it are written. */
export function goDumpJson(value: unknown, number: (value: number) => string = goNumber): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (typeof value === 'number') return number(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map((item) => goDumpJson(item, number)).join(', ')}}`;
  if (typeof value !== 'object') return String(value);
  const members = sortedKeys(value).map(
    (key) => `${goQuote(key)}:${goDumpJson((value as Record<string, unknown>)[key], number)}`,
  );
  return `map[string]interface {}{${members.join(', ')}}`;
}

/**
 * JSON as Go's encoding/json writes it: keys sorted, `<`, `>`, `&` and the line separators escaped. `indent` as in
 * MarshalIndent: empty objects and lists stay on their line.
 */
export function goJson(value: unknown, indent = '', prefix = ''): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return goJsonString(value);
  if (typeof value !== 'object') return String(value);
  const [open, separator, close] =
    indent === '' ? ['', ',', ''] : [`\n${prefix}${indent}`, `,\n${prefix}${indent}`, `\n${prefix}`];
  const inner = indent === '' ? '' : prefix + indent;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[${open}${value.map((item) => goJson(item, indent, inner)).join(separator)}${close}]`;
  }
  const keys = sortedKeys(value);
  if (keys.length === 0) return '{}';
  const colon = indent === '' ? ':' : ': ';
  const members = keys.map(
    (key) => `${goJsonString(key)}${colon}${goJson((value as Record<string, unknown>)[key], indent, inner)}`,
  );
  return `{${open}${members.join(separator)}${close}}`;
}

/**
 * JSON set out on lines as Go's json.Indent does it: what stands in the text stays as it is written.
 * @throws {SyntaxProblem} with Go's text, when it is no JSON
 */
export function indentJson(text: string, indent: string): string {
  decodeJson(text);
  let depth = 0;
  let out = '';
  let isOpen = false;
  const onNewLine = (): string => `\n${indent.repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[^\s"]/g)) {
    if (token === '}' || token === ']') {
      depth--;
      if (!isOpen) out += onNewLine();
    } else if (isOpen) out += onNewLine();
    isOpen = token === '{' || token === '[';
    if (isOpen) depth++;
    out += token;
    if (token === ',') out += onNewLine();
    else if (token === ':') out += ' ';
  }
  return out + text.slice(text.trimEnd().length);
}

const ESCAPED = /[<>&\u2028\u2029]/g;

const goJsonString = (text: string): string => goEscaped(JSON.stringify(text));

/** JSON that JavaScript wrote, with the characters that Go escapes. */
export const goEscaped = (json: string): string =>
  json.replace(ESCAPED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
