import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { run as cluster } from '../../packages/cluster/bench/cluster.ts';
import { run as fleet } from '../../packages/cluster/bench/fleet.ts';
import { run as scheduler } from '../../packages/scheduler/bench/scheduler.ts';
import { run as store } from '../../packages/storage/bench/store.ts';
import { run as access } from './access.ts';
import { run as api } from './api.ts';
import { run as http } from './http.ts';
import { run as kinds } from './kinds.ts';
import { run as kubelets } from './kubelets.ts';

export interface BenchRow {
  readonly name: string;
  /** Size of the input. */
  readonly n: number;
  readonly value: number;
  readonly unit: string;
}

type Suite = (report: (row: BenchRow) => void) => Promise<void>;
const SUITES: Readonly<Record<string, Suite>> = {
  kinds,
  store,
  api,
  access,
  http,
  scheduler,
  cluster,
  fleet,
  kubelets,
};

/**
 * `npm run bench -- [SUITE …]`: one line per figure, with its values at N, 2N and 4N and how it grew. Figures are for comparing within one run
 * on one machine; nothing asserts them.
 */
export async function main(args: readonly string[]): Promise<void> {
  // Heap figures mean something only right after a collection.
  setFlagsFromString('--expose-gc');
  (globalThis as { gc?: () => void }).gc = runInNewContext('gc') as () => void;
  const names = args.length > 0 ? args : Object.keys(SUITES);
  for (const name of names) {
    const suite = SUITES[name];
    if (suite === undefined) throw new Error(`no bench ${name}; there are ${Object.keys(SUITES).join(', ')}`);
    const rows = new Map<string, BenchRow[]>();
    await suite((row) => rows.set(row.name, [...(rows.get(row.name) ?? []), row]));
    console.log(`\n${name}`);
    for (const [title, list] of rows) console.log(`  ${line(title, list)}`);
  }
}

function line(title: string, rows: readonly BenchRow[]): string {
  const [first] = rows;
  const last = rows.at(-1);
  const cells = rows.map((r) => `${amount(r.value)} (n=${amount(r.n)})`).join('  ');
  const growth =
    first && last && rows.length > 1 && first.value !== 0
      ? `  x${(last.value / first.value).toFixed(2)} at ${last.n / first.n}N`
      : '';
  return `${title.padEnd(52)} ${cells} ${first?.unit ?? ''}${growth}`;
}

const amount = (n: number): string =>
  n >= 100 ? Math.round(n).toLocaleString('en-US') : String(Math.round(n * 100) / 100);
