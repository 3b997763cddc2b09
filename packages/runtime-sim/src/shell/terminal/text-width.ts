/** Where the cursor of a terminal stands after a text. */
export interface CursorPlace {
  readonly row: number;
  /** `columns` at the right edge: terminals go on to the next line only when there is something to put on it. */
  readonly column: number;
}

/** Follows a text over a terminal that is so many columns wide. Colour codes and what stands between \x01 and \x02 take no room. */
export function placeAfter(text: string, columns: number, from: CursorPlace = { row: 0, column: 0 }): CursorPlace {
  let { row, column } = from;
  for (const character of text.replace(INVISIBLE, '')) {
    if (character === '\n') {
      row++;
      column = 0;
      continue;
    }
    const width = widthOf(character);
    if (column + width > columns) {
      row++;
      column = 0;
    }
    column += width;
  }
  return { row, column };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what colour codes begin with.
const INVISIBLE = /\u001b\[[0-9;]*m|\u0001[^\u0002]*\u0002/g;

/** Columns of one character: two for those of East Asia and most pictures, none for marks that combine. */
export function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/^\p{Mn}|\p{Me}|\p{Cf}$/u.test(character)) return 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
