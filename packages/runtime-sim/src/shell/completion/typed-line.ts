/** The command under the cursor, as far as it has been typed. */
export interface TypedCommand {
  /** Words before the one under the cursor, quotes gone. */
  readonly words: readonly string[];
  /** The word under the cursor, quotes gone; empty behind a space. */
  readonly word: string;
  /** How many characters of the line the word takes. */
  readonly length: number;
  /** The quote that is open, if one is. */
  readonly quote: '"' | "'" | '';
  /** The word is a file that input or output is redirected to. */
  readonly isTarget: boolean;
}

/** Words behind which a command begins. */
const STARTERS: ReadonlySet<string> = new Set(
  'do then else elif if while until ! time { sudo exec command nohup watch xargs'.split(' '),
);

/** Takes a line apart up to the cursor. What stands before the last operator does not matter. */
export function typedCommand(line: string): TypedCommand {
  let words: string[] = [];
  let value = '';
  let start = -1;
  let quote: '"' | "'" | '' = '';
  let isTarget = false;
  const end = (): void => {
    if (start < 0) return;
    if (isTarget) isTarget = false;
    else words.push(value);
    value = '';
    start = -1;
  };
  const fresh = (): void => {
    end();
    words = [];
    isTarget = false;
  };
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (quote === "'") {
      if (character === "'") quote = '';
      else value += character;
    } else if (character === '$' && line[at + 1] === '(') {
      fresh();
      quote = '';
      at++;
    } else if (quote === '"') {
      if (character === '"') quote = '';
      else value += character === '\\' ? (line[++at] ?? '') : character;
    } else if (' \t'.includes(character)) end();
    else if ('|&;(){}\n`'.includes(character) && !(start >= 0 && '{}'.includes(character))) {
      if (character === '{' || character === '}') end();
      else fresh();
    } else if (character === '<' || character === '>') {
      // A number before it is a descriptor.
      if (start >= 0 && /^\d+$/.test(value)) start = -1;
      value = start < 0 ? '' : value;
      end();
      isTarget = true;
    } else {
      if (start < 0) start = at;
      if (character === '"' || character === "'") quote = character;
      else if (character === '\\') value += line[++at] ?? '';
      else value += character;
    }
  }
  return { words: withoutStarters(words), word: value, length: start < 0 ? 0 : line.length - start, quote, isTarget };
}

function withoutStarters(words: readonly string[]): readonly string[] {
  let at = 0;
  for (;;) {
    const word = words[at];
    if (word === undefined) break;
    if (/^[A-Za-z_]\w*=/.test(word)) at++;
    else if (STARTERS.has(word)) {
      at++;
      // Options of what runs the command: `watch -n 1`, `xargs -n1`.
      while (words[at]?.startsWith('-') === true) at += words[at] === '-n' ? 2 : 1;
    } else break;
  }
  return words.slice(at);
}
