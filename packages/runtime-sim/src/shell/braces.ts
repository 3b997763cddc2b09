/**
 * What bash makes of the braces of one word, as the word is written: `a{b,c}d` is `abd` and `acd`, `{1..3}` is `1 2 3`.
 *
 * @param text the braces alone, from the first to the last character
 */
export function braceAlternatives(text: string): readonly string[] {
  const inside = text.slice(1, -1);
  const range = /^(-?\d+|[A-Za-z])\.\.(-?\d+|[A-Za-z])(?:\.\.(-?\d+))?$/.exec(inside);
  if (range !== null) return rangeOf(range[1] ?? '', range[2] ?? '', Number(range[3] ?? 1)) ?? [text];
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  let quote = '';
  for (let at = 0; at < inside.length; at++) {
    const character = inside[at] as string;
    if (character === '\\') at++;
    else if (quote !== '') quote = character === quote ? '' : quote;
    else if (character === '"' || character === "'") quote = character;
    else if (character === '{') depth++;
    else if (character === '}') depth--;
    else if (character === ',' && depth === 0) {
      parts.push(inside.slice(from, at));
      from = at + 1;
    }
  }
  return parts.length === 0 ? [text] : [...parts, inside.slice(from)];
}

/** Most values of one range. */
const MOST = 100_000;

function rangeOf(first: string, last: string, step: number): readonly string[] | undefined {
  const areNumbers = /\d/.test(first) && /\d/.test(last);
  if (!areNumbers && (/\d/.test(first) || /\d/.test(last))) return undefined;
  const [from, to] = areNumbers ? [Number(first), Number(last)] : [first.charCodeAt(0), last.charCodeAt(0)];
  const by = Math.max(1, Math.abs(step)) * (from <= to ? 1 : -1);
  const width = areNumbers && /^-?0\d/.test(`${first} ${last}`) ? Math.max(first.length, last.length) : 0;
  const values: string[] = [];
  for (let at = from; by > 0 ? at <= to : at >= to; at += by) {
    if (values.length >= MOST) return undefined;
    values.push(areNumbers ? String(at).padStart(width, '0') : String.fromCharCode(at));
  }
  return values;
}
