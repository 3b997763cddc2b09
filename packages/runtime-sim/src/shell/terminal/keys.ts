/** The next key of what a terminal sent; undefined while a sequence is not complete. */
export function nextKey(text: string): string | undefined {
  if (!text.startsWith('\u001b')) return String.fromCodePoint(text.codePointAt(0) ?? 0);
  if (text.length === 1) return text;
  if (text[1] === '[') {
    for (let at = 2; at < text.length; at++) {
      const character = text[at] ?? '';
      if (character >= '@' && character <= '~') return text.slice(0, at + 1);
    }
    return undefined;
  }
  if (text[1] === 'O') return text.length < 3 ? undefined : text.slice(0, 3);
  return text.slice(0, 2);
}

type Move = (line: readonly string[], cursor: number) => number;
const start: Move = () => 0;
const end: Move = (line) => line.length;
const left: Move = (_, cursor) => Math.max(0, cursor - 1);
const right: Move = (line, cursor) => Math.min(line.length, cursor + 1);

/** Keys that move the cursor and do nothing else. */
export const MOVES: Readonly<Record<string, Move>> = {
  '\u0001': start,
  '\u001b[H': start,
  '\u001bOH': start,
  '\u001b[1~': start,
  '\u0005': end,
  '\u001b[F': end,
  '\u001bOF': end,
  '\u001b[4~': end,
  '\u0002': left,
  '\u001b[D': left,
  '\u001bOD': left,
  '\u0006': right,
  '\u001b[C': right,
  '\u001bOC': right,
  '\u001bb': wordStart,
  '\u001b[1;5D': wordStart,
  '\u001b[1;3D': wordStart,
  '\u001bf': wordEnd,
  '\u001b[1;5C': wordEnd,
  '\u001b[1;3C': wordEnd,
};

export function wordStart(line: readonly string[], cursor: number): number {
  let at = cursor;
  while (at > 0 && isSpace(line[at - 1])) at--;
  while (at > 0 && !isSpace(line[at - 1])) at--;
  return at;
}

export function wordEnd(line: readonly string[], cursor: number): number {
  let at = cursor;
  while (at < line.length && isSpace(line[at])) at++;
  while (at < line.length && !isSpace(line[at])) at++;
  return at;
}

const isSpace = (character: string | undefined): boolean => character === ' ' || character === '\n';
