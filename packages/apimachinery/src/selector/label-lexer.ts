/** A word, a symbol (`=`, `==`, `!=`, `!`, `(`, `)`, `,`, `<`, `>`), or the end. `in` and `notin` are both kinds. */
export type TokenKind = 'word' | 'keyword' | 'symbol' | 'end';

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

const SPACES = ' \t\r\n';
const SYMBOLS = '=!(),><';
const END: Token = { kind: 'end', text: '' };

/**
 * Cuts a selector into tokens; the last is the end. Symbols are as long as they can be. A zero byte ends a token, and
 * between tokens ends everything, as it does upstream.
 */
export function lex(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const first = text.charAt(at);
    if (SPACES.includes(first)) {
      at++;
    } else if (first === '\0') {
      break;
    } else if (SYMBOLS.includes(first)) {
      const two = text.slice(at, at + 2);
      const symbol = two === '==' || two === '!=' ? two : first;
      tokens.push({ kind: 'symbol', text: symbol });
      at += symbol.length;
      if (text.charAt(at) === '\0') at++;
    } else {
      const from = at;
      while (at < text.length && !ENDS_WORD.includes(text.charAt(at))) at++;
      const word = text.slice(from, at);
      tokens.push({ kind: word === 'in' || word === 'notin' ? 'keyword' : 'word', text: word });
      if (text.charAt(at) === '\0') at++;
    }
  }
  tokens.push(END);
  return tokens;
}

const ENDS_WORD = `${SPACES}${SYMBOLS}\0`;
