/** A value of JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Reads a literal as people write them in a shell of JavaScript: keys without quotes, single quotes, a comma after the last.
 *
 * @returns the value and where it ends; undefined where something else stands there
 */
export function parseLiteral(text: string, start = 0): { readonly value: Json; readonly end: number } | undefined {
  let at = start;
  const skip = (): void => {
    at += /^(?:\s|\/\/[^\n]*\n|\/\*[\s\S]*?\*\/)*/.exec(text.slice(at))?.[0].length ?? 0;
  };
  const take = (pattern: RegExp): RegExpExecArray | null => {
    skip();
    const match = pattern.exec(text.slice(at));
    if (match !== null) at += match[0].length;
    return match;
  };
  const quoted = (): string | undefined => {
    const match = take(/^(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|`((?:[^`\\$]|\\.)*)`)/s);
    const inner = match?.[1] ?? match?.[2] ?? match?.[3];
    return inner?.replace(/\\(.)/gs, (_, char: string) => ({ n: '\n', t: '\t', r: '\r' })[char] ?? char);
  };
  const list = <T>(close: RegExp, item: () => T | undefined): T[] | undefined => {
    const items: T[] = [];
    while (take(close) === null) {
      const one = item();
      if (one === undefined) return undefined;
      items.push(one);
      if (take(/^,/) === null) return take(close) === null ? undefined : items;
    }
    return items;
  };
  const value = (): Json | undefined => {
    const string = quoted();
    if (string !== undefined) return string;
    if (take(/^\[/)) return list(/^\]/, value);
    if (take(/^\{/)) {
      const entries = list(/^\}/, () => {
        const key = quoted() ?? take(/^[$\w.]+/)?.[0];
        if (key === undefined || take(/^:/) === null) return undefined;
        const inner = value();
        return inner === undefined ? undefined : ([key, inner] as const);
      });
      return entries === undefined ? undefined : Object.fromEntries(entries);
    }
    const number = take(/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?\b/i);
    if (number !== null) return Number(number[0]);
    const word = take(/^(?:true|false|null)\b/)?.[0];
    return word === undefined ? undefined : word === 'null' ? null : word === 'true';
  };
  const read = value();
  return read === undefined ? undefined : { value: read, end: at };
}
