import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { run as cluster } from '../../packages/cluster/bench/cluster.ts';
import { run as fleet } from '../../packages/cluster/bench/fleet.ts';
import { run as kubectl } from '../../packages/kubectl/bench/kubectl.ts';
import { run as scheduler } from '../../packages/scheduler/bench/scheduler.ts';
import { run as store } from '../../packages/storage/bench/store.ts';
import { run as access } from './access.ts';
import { run as api } from './api.ts';
import { run as http } from './http.ts';
import { run as kinds } from './kinds.ts';
import { run as kubelets } from './kubelets.ts';
import { amount, type BenchResults, benchPage, growth } from './page.ts';
import { run as peer } from './peer.ts';
import { run as playground } from './playground.ts';
import { run as scale } from './scale.ts';

export interface BenchRow {
  readonly name: string;
  /** Size of the input. */
  readonly n: number;
  readonly value: number;
  readonly unit: string;
}

type Suite = (report: (row: BenchRow) => void) => Promise<void>;
export const SUITES: Readonly<Record<string, Suite>> = {
  kinds,
  store,
  api,
  access,
  http,
  scheduler,
  cluster,
  fleet,
  kubelets,
  scale,
  kubectl,
  peer,
  playground,
};

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
  const results = new Map<string, ReadonlyMap<string, readonly BenchRow[]>>();
  for (const name of names) {
    if (!Object.hasOwn(SUITES, name)) throw new Error(`no bench ${name}; there are ${Object.keys(SUITES).join(', ')}`);
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
