import { existsSync, readFileSync } from 'node:fs';
import { builtinKinds } from '@tabernetes/api';
import { describe, expect, test } from 'vitest';
import { runProbes, type Tally } from './probes.ts';

/*
 * Kinds against what a real server answered to bad objects and forbidden changes. The subset in e2e/golden runs always;
 * TABERNETES_PROBES names a folder with the whole recordings, and TABERNETES_PROBES_KIND a kind whose misses to print.
 */
const folder = process.env['TABERNETES_PROBES'] ?? new URL('../golden/facts/', import.meta.url).pathname;
const shown = process.env['TABERNETES_PROBES_KIND'];

for (const file of ['validation-probes.jsonl', 'update-probes.jsonl']) {
  const path = `${folder}/${file}`;
  describe.runIf(existsSync(path))(file, () => {
    test('API-1 kinds answer as recorded', () => {
      const tallies = runProbes(readFileSync(path, 'utf8').split('\n'), builtinKinds);
      report(file, tallies);
      expect(tallies.size).toBeGreaterThan(0);
    });
  });
}

function report(file: string, tallies: ReadonlyMap<string, Tally>): void {
  const rows = [...tallies].sort(([, a], [, b]) => b.misses.length - a.misses.length);
  const lines = rows.map(([kind, { same, misses }]) => `${misses.length} missed, ${same} same: ${kind}`);
  for (const miss of tallies.get(shown ?? '')?.misses ?? []) lines.push(JSON.stringify(miss, null, 1));
  console.log([file, ...lines].join('\n'));
}
