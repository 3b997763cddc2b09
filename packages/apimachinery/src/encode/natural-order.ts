const LETTER = /\p{L}/u;
const DIGIT = /\p{Nd}/u;

/**
 * The order in which go-yaml prints keys: numbers inside count as numbers, letters come after all else.
 * @see https://github.com/kubernetes-sigs/yaml/blob/v1.4.0/goyaml.v2/sorter.go
 */
export function compareNaturally(left: string, right: string): number {
  if (left === right) return 0;
  const a = [...left];
  const b = [...right];
  for (let at = 0; at < a.length && at < b.length; at++) {
    const [x = '', y = ''] = [a[at], b[at]];
    if (x === y) continue;
    const [isLetterX, isLetterY] = [LETTER.test(x), LETTER.test(y)];
    if (isLetterX && isLetterY) return codeOf(x) - codeOf(y);
    if (isLetterX || isLetterY) return isLetterY ? -1 : 1;
    // A zero inside a number is no zero in front of one.
    const lead = (x === '0' || y === '0') && digitsBefore(a, at) ? '1' : '';
    const [m, n] = [digitsFrom(a, at), digitsFrom(b, at)];
    const difference = Number(lead + m) - Number(lead + n);
    if (difference !== 0) return difference;
    return m.length !== n.length ? m.length - n.length : codeOf(x) - codeOf(y);
  }
  return a.length - b.length;
}

const codeOf = (character: string): number => character.codePointAt(0) ?? 0;

/** True when the number that goes on at this place has a digit other than zero before it. */
function digitsBefore(characters: readonly string[], at: number): boolean {
  for (let before = at - 1; before >= 0 && DIGIT.test(characters[before] ?? ''); before--) {
    if (characters[before] !== '0') return true;
  }
  return false;
}

function digitsFrom(characters: readonly string[], at: number): string {
  let digits = '';
  for (let next = at; DIGIT.test(characters[next] ?? ''); next++) digits += characters[next];
  return digits;
}
