import type { Rng } from '@tabernetes/base';

/** One of a list. */
export function pick<T>(items: readonly [T, ...T[]] | readonly T[], rng: Rng): T {
  return items[rng.int(items.length)] as T;
}

/** True in so many cases of a hundred. */
export const chance = (percent: number, rng: Rng): boolean => rng.int(100) < percent;

const BYTES = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)).join('');

/** Names as people, programs and attackers give them; few, so that what is stored stays small. */
export function hostileName(rng: Rng): string {
  return chance(60, rng) ? `n${rng.int(12)}` : pick(NAMES, rng);
}

const NAMES: readonly string[] = [
  '',
  '.',
  '..',
  '-',
  'a',
  'A',
  'a/b',
  'a b',
  'é',
  '😀',
  '\u0000',
  '%',
  '%2e%2e',
  '%zz',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'default',
  'kube-system',
  'null',
  'undefined',
  '0',
  '-1',
  '1e309',
  'x'.repeat(63),
  'x'.repeat(254),
  `${'x.'.repeat(2000)}x`,
  '*',
  "';drop",
  '<script>',
  '\u202e',
  'a\nb',
];

/** Texts for values of all kinds. */
export function hostileText(rng: Rng): string {
  switch (rng.int(4)) {
    case 0:
      return pick(NAMES, rng);
    case 1:
      return rng.text(rng.int(40), BYTES);
    case 2:
      return pick(SELECTORS, rng);
    default:
      return pick(VALUES, rng);
  }
}

const SELECTORS: readonly string[] = [
  'a=b',
  'a==b,c!=d',
  'a in (b,c),d notin (e)',
  '!a',
  'a,b,c',
  'a=b,,c',
  'a in (',
  'a in ()',
  `a in (${'x,'.repeat(20_000)}x)`,
  `${'a=b,'.repeat(20_000)}a=b`,
  '('.repeat(5000),
  'metadata.name=n1',
  'metadata.name!=n1,metadata.namespace=default',
  'spec.nodeName=node-1',
  'status.phase=\\,\\=',
  '=',
  '!',
  'a>1',
  'a<x',
  `${'x'.repeat(400)}=y`,
  'a\\',
];

const VALUES: readonly string[] = [
  'true',
  'false',
  'All',
  'None',
  '-1',
  '0',
  '1',
  '500',
  '9223372036854775807',
  '9223372036854775808',
  '99999999999999999999999999',
  '1e9',
  'NaN',
  '0x10',
  'Strict',
  'Warn',
  'Exact',
  'NotOlderThan',
  'Foreground',
  'Orphan',
  'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MSwic3RhcnQiOiJhIn0',
  'eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6LTEsInN0YXJ0IjoiLi4vLi4vIn0',
  '//////',
  'x'.repeat(10_000),
];
