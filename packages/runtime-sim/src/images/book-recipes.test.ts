import { expect, test } from 'vitest';
import { PROGRAMS } from '../programs/index.ts';
import { BOOK_RECIPES } from './book-recipes.ts';
import { buildImage } from './build-image.ts';
import { parseReference } from './image-spec.ts';
import { pi } from './pi.ts';

test('IMB-1 every image of the books starts a program that it holds', () => {
  for (const [name, recipe] of Object.entries(BOOK_RECIPES)) {
    const reference = parseReference(`luksa/${name}:0.5`);
    const made = buildImage(reference, recipe(reference), { programs: { ...PROGRAMS, sh: async () => 0 } });
    const [first = ''] = [...made.entrypoint, ...made.cmd];
    let at = made.root();
    if (first.startsWith('/')) {
      const names = first.slice(1).split('/');
      const last = names.pop() ?? '';
      for (const part of names) at = at.entries.get(part) as typeof at;
      expect(at.entries.get(last), first).toMatchObject({ type: 'file', mode: 0o755 });
    } else expect([first, name]).toContain(first);
  }
});

test('IMB-2 pi has the digits that it has', () => {
  expect(pi(50)).toBe('3.1415926535897932384626433832795028841971693993751');
  expect(pi(2000)).toHaveLength(2001);
});
