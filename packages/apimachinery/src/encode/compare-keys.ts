/** Orders keys as Go sorts them: by their UTF-8 bytes, which is the order of code points. */
export function compareKeys(a: string, b: string): number {
  if (a === b) return 0;
  const less = a < b;
  // UTF-16 units are in another order only where a surrogate meets a character from U+E000 on.
  if (!HIGH.test(a) || !HIGH.test(b)) return less ? -1 : 1;
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

const HIGH = /[\ud800-\uffff]/;
