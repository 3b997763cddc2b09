/**
 * Breaks lines between words so that none is longer than `limit`; what is longer in itself stays whole, and line breaks
 * of the text stay where they are.
 *
 * @see https://pkg.go.dev/github.com/mitchellh/go-wordwrap
 */
export function wordWrap(text: string, limit: number): string {
  let out = '';
  let length = 0;
  let spaces = '';
  let word = '';
  for (const character of text) {
    if (character === '\n') {
      if (word === '') {
        if (length + spaces.length <= limit) out += spaces;
      } else out += spaces + word;
      out += '\n';
      length = 0;
      spaces = '';
      word = '';
    } else if (/\s/.test(character) && character !== '\u00a0') {
      if (spaces === '' || word !== '') {
        length += spaces.length + word.length;
        out += spaces + word;
        spaces = '';
        word = '';
      }
      spaces += character;
    } else {
      word += character;
      if (length + spaces.length + word.length > limit && word.length < limit) {
        out += '\n';
        length = 0;
        spaces = '';
      }
    }
  }
  if (word !== '') return out + spaces + word;
  return length + spaces.length <= limit ? out + spaces : out;
}
