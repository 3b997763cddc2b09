/** Space between columns. */
const PADDING = 2;

/**
 * Text whose cells end with tabs, set in columns. A column is as wide as its widest cell, and reaches over lines that
 * follow each other; a line without that cell ends it. What stands behind the last tab of a line belongs to no column.
 *
 * @see https://pkg.go.dev/text/tabwriter
 */
export function elasticTabs(text: string): string {
  if (!text.includes('\t')) return text;
  const lines = text.split('\n').map((line) => line.split('\t'));
  const widths: number[][] = lines.map(() => []);
  for (let column = 0, hasMore = true; hasMore; column++) {
    hasMore = false;
    for (let at = 0; at < lines.length; at++) {
      const start = at;
      let width = 0;
      for (; at < lines.length && (lines[at]?.length ?? 0) - 1 > column; at++) {
        width = Math.max(width, lengthOf(lines[at]?.[column] ?? ''));
      }
      for (let line = start; line < at; line++) widths[line]?.push(width + PADDING);
      if (at > start) hasMore = true;
    }
  }
  return lines
    .map((cells, line) =>
      cells
        .map((cell, column) => cell + ' '.repeat(Math.max(0, (widths[line]?.[column] ?? 0) - lengthOf(cell))))
        .join(''),
    )
    .join('\n');
}

/** Characters, not bytes; what is plain is counted at once. */
const lengthOf = (text: string): number => (/^[\x20-\x7e]*$/.test(text) ? text.length : [...text].length);
