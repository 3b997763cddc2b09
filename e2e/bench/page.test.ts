import { expect, test } from 'vitest';
import { benchPage } from './page.ts';

const rows = (value: number) =>
  new Map([['writes', [1, 4].map((n) => ({ name: 'writes', n: n * 1_000, value: value * n, unit: 'ms' }))]]);

test('a page of figures keeps what was not measured again, in the order of the suites', () => {
  const suites = ['api', 'store'];
  const first = benchPage('', new Map([['store', rows(2)]]), suites, '2026-01-01');
  expect(first).toContain('| writes | ms | 2 (1,000), 8 (4,000) | ×4.00 at 4N |');
  const second = benchPage(first, new Map([['api', rows(3)]]), suites, '2026-01-02');
  expect(second.match(/^## .*/gm)).toEqual(['## api', '## store']);
  expect(second).toContain('| writes | ms | 3 (1,000), 12 (4,000) | ×4.00 at 4N |');
  expect(second).toContain('| writes | ms | 2 (1,000), 8 (4,000) | ×4.00 at 4N |');
  expect(benchPage(second, new Map(), suites, '2026-01-03')).toBe(second);
});
