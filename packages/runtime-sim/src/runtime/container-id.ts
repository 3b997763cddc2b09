import type { Rng } from '@tabernetes/base';

/** What containerd calls a container or a sandbox: 64 hexadecimal digits. */
export function containerId(rng: Pick<Rng, 'uint32'>): string {
  // Digit by digit: large numbers are printed by a detour that costs more than all digits. Made at once: a text that grows stays a tree
  // of its pieces, ten times as large.
  const codes = new Array<number>(WORDS * DIGITS);
  for (let at = 0; at < codes.length; at += DIGITS) {
    const word = rng.uint32();
    for (let i = 0; i < DIGITS; i++) codes[at + i] = HEX.charCodeAt((word >>> (28 - 4 * i)) & 15);
  }
  return String.fromCharCode(...codes);
}

const WORDS = 8;
const DIGITS = 8;
const HEX = '0123456789abcdef';
