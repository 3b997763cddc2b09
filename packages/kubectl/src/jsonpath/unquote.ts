const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
};

/** A text in single or double quotes with Go's escapes, unquoted; undefined when it is none. */
export function unquote(text: string): string | undefined {
  const quote = text[0];
  if (text.length < 2 || (quote !== '"' && quote !== "'") || text.at(-1) !== quote) return undefined;
  const body = text.slice(1, -1);
  let result = '';
  for (let at = 0; at < body.length; at++) {
    const character = body[at] ?? '';
    if (character === quote || character === '\n') return undefined;
    if (character !== '\\') {
      result += character;
      continue;
    }
    const letter = body[++at] ?? '';
    const simple = SIMPLE[letter];
    if (simple !== undefined) {
      result += simple;
    } else if (letter === '"' || letter === "'") {
      if (letter !== quote) return undefined;
      result += letter;
    } else {
      const match = /^(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3}))/.exec(body.slice(at));
      if (match === null) return undefined;
      const hex = match[1] ?? match[2] ?? match[3];
      const code = hex === undefined ? Number.parseInt(match[4] ?? '', 8) : Number.parseInt(hex, 16);
      if (code > 0x10ffff) return undefined;
      result += String.fromCodePoint(code);
      at += match[0].length - 1;
    }
  }
  return result;
}
