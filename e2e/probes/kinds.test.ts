import { readFileSync } from 'node:fs';
import { wholeKinds } from '@tabernetes/api/testing';
import { describe, expect, test } from 'vitest';
import { runProbes, type Tally } from './probes.ts';

/*
 * Kinds against what a real server answered to bad objects and forbidden changes. The subset in e2e/golden runs always;
 * TABERNETES_PROBES names a folder with the whole recordings, and TABERNETES_PROBES_KIND a kind whose misses to print.
 */
const whole = process.env['TABERNETES_PROBES'];
const folder = whole ?? new URL('../golden/facts/', import.meta.url).pathname;
const shown = process.env['TABERNETES_PROBES_KIND'];

for (const file of ['validation-probes.jsonl', 'update-probes.jsonl']) {
  const tallies = runProbes(readFileSync(`${folder}/${file}`, 'utf8').split('\n'), await wholeKinds());
  if (whole !== undefined) report(file, tallies);
  describe(file, () => {
    for (const [kind, { same, misses }] of tallies) {
      test(`KND-1 ${kind} answers as recorded`, () => {
        expect(misses.filter((miss) => !NOT_OURS.some((text) => text.test(miss.wanted + miss.got)))).toEqual([]);
        expect(same).toBeGreaterThan(0);
      });
    }
  });
}

/** Answers that need more than the kind: admission had a part in them, or the very bytes that were sent count. */
const NOT_OURS = [
  /error looking up service account/,
  /maximum storage usage per PersistentVolumeClaim/,
  /existing toleration can not be modified/,
  /pod updates may not change fields/,
  /runtime\.RawExtension/,
];

function report(file: string, tallies: ReadonlyMap<string, Tally>): void {
  const rows = [...tallies].sort(([, a], [, b]) => b.misses.length - a.misses.length);
  const lines = rows.map(([kind, { same, misses }]) => `${misses.length} missed, ${same} same: ${kind}`);
  for (const miss of tallies.get(shown ?? '')?.misses ?? []) lines.push(JSON.stringify(miss, null, 1));
  console.log([file, ...lines].join('\n'));
}
