import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { amount, type BenchResults, benchPage, growth } from './page.ts';

export interface BenchRow {
  readonly name: string;
  /** Size of the input. */
  readonly n: number;
  readonly value: number;
  readonly unit: string;
}

type Suite = (report: (row: BenchRow) => void) => Promise<void>;
/** Each is loaded by the process that measures it, and no other's code with it: programs and their data count for resident memory. */
const SUITES: Readonly<Record<string, () => Promise<{ readonly run: Suite }>>> = {
  kinds: () => import('./kinds.ts'),
  store: () => import('../../packages/storage/bench/store.ts'),
  api: () => import('./api.ts'),
  access: () => import('./access.ts'),
  http: () => import('./http.ts'),
  scheduler: () => import('../../packages/scheduler/bench/scheduler.ts'),
  cluster: () => import('../../packages/cluster/bench/cluster.ts'),
  fleet: () => import('../../packages/cluster/bench/fleet.ts'),
  kubelets: () => import('./kubelets.ts'),
  scale: () => import('./scale.ts'),
  kubectl: () => import('../../packages/kubectl/bench/kubectl.ts'),
  peer: () => import('./peer.ts'),
  playground: () => import('./playground.ts'),
};

/** One suite; undefined: there is none of that name. */
export const suite = async (name: string): Promise<Suite | undefined> =>
  Object.hasOwn(SUITES, name) ? (await SUITES[name]?.())?.run : undefined;

/**
 * `npm run bench -- [--write] [SUITE …]`: one line per figure, with its values at N, 2N and 4N and how it grew; `--write` puts them into
 * docs/performance.md as well. Figures are for comparing within one run
 * on one machine; nothing asserts them. `measured` runs one suite.
 */
export async function main(
  args: readonly string[],
  measured: (suite: string, report: (row: BenchRow) => void) => Promise<void>,
): Promise<void> {
  const asked = args.filter((arg) => arg !== '--write');
  const names = asked.length > 0 ? asked : Object.keys(SUITES);
  const unknown = names.find((name) => !Object.hasOwn(SUITES, name));
  if (unknown !== undefined) throw new Error(`no bench ${unknown}; there are ${Object.keys(SUITES).join(', ')}`);
  const results = new Map<string, ReadonlyMap<string, readonly BenchRow[]>>();
  for (const name of names) {
    const rows = new Map<string, BenchRow[]>();
    await measured(name, (row) => rows.set(row.name, [...(rows.get(row.name) ?? []), row]));
    console.log(`\n${name}`);
    for (const [title, list] of rows) console.log(`  ${line(title, list)}`);
    results.set(name, rows);
    // After each suite: a run that is broken off has written what it had.
    if (args.includes('--write')) write(results);
  }
}

const PAGE = new URL('../../docs/performance.md', import.meta.url);

function write(results: BenchResults): void {
  const old = existsSync(PAGE) ? readFileSync(PAGE, 'utf8') : '';
  writeFileSync(PAGE, benchPage(old, results, Object.keys(SUITES), new Date().toISOString().slice(0, 10)));
}

function line(title: string, rows: readonly BenchRow[]): string {
  const cells = rows.map((r) => `${amount(r.value)} (n=${amount(r.n)})`).join('  ');
  return `${title.padEnd(52)} ${cells} ${rows[0]?.unit ?? ''}  ${growth(rows)}`.trimEnd();
}
