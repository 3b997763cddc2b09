/** Words of a line as a shell takes them apart: quotes and backslashes, nothing else. */
export type CommandLine =
  | { readonly words: readonly string[] }
  /** What of a shell the line needs. */
  | { readonly refused: string };

/** What has a meaning in a shell when no quote stands around it. */
const OPERATORS = new Set(['|', '&', ';', '<', '>', '(', ')', '$', '`']);

export function splitLine(line: string): CommandLine {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const character = line[at] ?? '';
    if (quote === "'") {
      if (character === "'") quote = '';
      else word = `${word ?? ''}${character}`;
      continue;
    }
    if (quote === '"') {
      if (character === '"') quote = '';
      else if (character === '\\' && '"\\$`'.includes(line[at + 1] ?? ' ')) word = `${word ?? ''}${line[++at] ?? ''}`;
      else if (character === '$' && /[A-Za-z_({]/.test(line[at + 1] ?? '')) return { refused: character };
      else if (character === '`') return { refused: character };
      else word = `${word ?? ''}${character}`;
      continue;
    }
    if (character === "'" || character === '"') {
      quote = character;
      word ??= '';
    } else if (character === '\\') word = `${word ?? ''}${line[++at] ?? ''}`;
    else if (character === ' ' || character === '\t' || character === '\n') {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else if (character === '#' && word === undefined) break;
    else if (OPERATORS.has(character)) return { refused: character };
    else word = `${word ?? ''}${character}`;
  }
  if (quote !== '') return { refused: `an open ${quote}` };
  if (word !== undefined) words.push(word);
  return { words };
}
