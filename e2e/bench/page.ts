import { cpus } from 'node:os';
import type { BenchRow } from './main.ts';

/** What a run of the bench was: its suites, and the rows of each by title. */
export type BenchResults = ReadonlyMap<string, ReadonlyMap<string, readonly BenchRow[]>>;

const HEAD = `# Performance

Written by \`npm run bench -- --write\`. Figures are for comparing within one run on one machine; nothing asserts them. N, 2N and 4N are
sizes of the input; growth is the last value over the first, so ×1 means that more of them cost each no more, and ×4 at 4N that the whole
grows as the input does.
`;

/** The page with what was measured now; sections of suites that were not run stay as they were. */
export function benchPage(old: string, results: BenchResults, suites: readonly string[], date: string): string {
  const kept = new Map(
    [...old.matchAll(/^## (\w+)\n([\s\S]*?)(?=^## |(?![\s\S]))/gm)].map(([all, name = '']) => [name, all]),
  );
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, Node ${process.versions.node}, ${date}`;
  const sections = suites.flatMap((suite) => {
    const rows = results.get(suite);
    if (rows === undefined) return kept.get(suite)?.trimEnd() ?? [];
    return `## ${suite}\n\n${machine}.\n\n${table(rows)}`;
  });
  return `${HEAD}\n${sections.join('\n\n')}\n`;
}

function table(rows: ReadonlyMap<string, readonly BenchRow[]>): string {
  const lines = [...rows].map(([title, list]) => {
    const cells = list.map(({ n, value }) => `${amount(value)} (${amount(n)})`).join(', ');
    return `| ${title} | ${list[0]?.unit ?? ''} | ${cells} | ${growth(list)} |`;
  });
  return ['| Figure | Unit | Value (N) | Growth |', '|---|---|---|---|', ...lines].join('\n');
}

/** `×1.02 at 4N`; empty where there is one value only. */
export function growth(rows: readonly BenchRow[]): string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined || rows.length < 2 || first.value === 0) return '';
  return `×${(last.value / first.value).toFixed(2)} at ${Math.round((last.n / first.n) * 100) / 100}N`;
}

export const amount = (n: number): string =>
  n >= 100 ? Math.round(n).toLocaleString('en-US') : String(Math.round(n * 100) / 100);
