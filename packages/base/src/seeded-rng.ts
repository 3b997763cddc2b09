import type { Rng } from './rng.ts';

/**
 * Chance from a seed: the sfc32 generator, seeded by a 128-bit hash of the text. Equal seeds give equal streams on
 * every machine; the number 7 and the text '7' are one seed.
 *
 *   seed text ──hash──► 128-bit state ──► stream
 *       └─ + label ──hash──► state of fork(label): depends on the seed alone, not on how much was drawn
 *
 * @see https://pracrand.sourceforge.net/RNG_engines.txt
 */
export function seededRng(seed: string | number): Rng {
  const text = String(seed);
  let [a, b, c, d] = hash128(text);

  function uint32(): number {
    const sum = (a + b + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  }

  const int = (n: number): number => below(n, largestMultiple(n));

  function below(n: number, limit: number): number {
    for (;;) {
      const drawn = uint32();
      // Of numbers that are said to be whole and without a sign, the engine takes the remainder itself; else it calls for it.
      if (drawn < limit) return n === TWO_32 ? drawn : drawn % (n >>> 0);
    }
  }

  // The first draws still show how the seed's bits lie.
  for (let i = 0; i < 12; i++) uint32();

  return {
    uint32,
    float: () => ((uint32() >>> 5) * 0x400_0000 + (uint32() >>> 6)) / 2 ** 53,
    int,
    uuid() {
      const w0 = uint32();
      const w1 = uint32();
      const w2 = uint32();
      const w3 = uint32();
      const version = (w1 & 0x0fff) | 0x4000;
      const variant = ((w2 >>> 16) & 0x3fff) | 0x8000;
      const codes = new Array<number>(36).fill(DASH);
      hex4(codes, 0, w0 >>> 16);
      hex4(codes, 4, w0);
      hex4(codes, 9, w1 >>> 16);
      hex4(codes, 14, version);
      hex4(codes, 19, variant);
      hex4(codes, 24, w2);
      hex4(codes, 28, w3 >>> 16);
      hex4(codes, 32, w3);
      return String.fromCharCode(...codes);
    },
    // Made at once, here and above: engines keep a text that grew piece by piece as a tree of its pieces, 1,700 bytes for 64 letters,
    // and these are names that live as long as their objects.
    text(length, alphabet) {
      const n = alphabet.length;
      const limit = largestMultiple(n);
      let text = '';
      for (let made = 0; made < length; made += MAX_PIECE) {
        const codes = new Array<number>(Math.min(length - made, MAX_PIECE));
        for (let i = 0; i < codes.length; i++) codes[i] = alphabet.charCodeAt(below(n, limit));
        text += String.fromCharCode(...codes);
      }
      return text;
    },
    // The length keeps fork('a').fork('b') and fork('a/1:b') apart.
    fork: (label) => seededRng(`${text}/${label.length}:${label}`),
  };
}

const TWO_32 = 2 ** 32;

/** Draws above the largest multiple of n would make the low remainders more likely, and are drawn again. @throws {RangeError} */
function largestMultiple(n: number): number {
  if (!(Number.isInteger(n) && n > 0 && n <= TWO_32)) throw new RangeError(`int(n) wants 1 to 2^32, not ${n}`);
  return TWO_32 - (TWO_32 % n);
}

/** Letters of a text that are made at once; a call takes no more than some ten thousand arguments. */
const MAX_PIECE = 1_000;

const HEX_DIGITS = [...'0123456789abcdef'].map((digit) => digit.charCodeAt(0));
const DASH = '-'.charCodeAt(0);

/** Writes the codes of the four digits of the lower half. */
function hex4(codes: number[], at: number, half: number): void {
  for (let i = 0; i < 4; i++) codes[at + i] = HEX_DIGITS[(half >>> (12 - 4 * i)) & 15] as number;
}

/** Four 32-bit hashes of a text, each fed by all of its code units, then mixed (MurmurHash3's multipliers). */
function hash128(text: string): [number, number, number, number] {
  let h1 = 1779033703;
  let h2 = 3144134277;
  let h3 = 1013904242;
  let h4 = 2773480762;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    h1 = h2 ^ Math.imul(h1 ^ unit, 597399067);
    h2 = h3 ^ Math.imul(h2 ^ unit, 2869860233);
    h3 = h4 ^ Math.imul(h3 ^ unit, 951274213);
    h4 = h1 ^ Math.imul(h4 ^ unit, 2716044179);
  }
  return [
    Math.imul(h3 ^ (h1 >>> 18), 597399067),
    Math.imul(h4 ^ (h2 >>> 22), 2869860233),
    Math.imul(h1 ^ (h3 >>> 17), 951274213),
    Math.imul(h2 ^ (h4 >>> 19), 2716044179),
  ];
}
