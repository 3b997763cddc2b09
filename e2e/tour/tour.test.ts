import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { noBrowser } from '../playground/browser.ts';
import type { Ground } from './ground.ts';
import { pageGround } from './page-ground.ts';
import { report } from './report.ts';
import { servedGround } from './served-ground.ts';
import { SHORT } from './steps.ts';
import { tour } from './tour.ts';

const noShell = spawnSync('sh', ['-c', ':']).status === 0 ? '' : ' (skipped: no sh on the PATH)';

async function shortTour(ground: Ground): Promise<void> {
  try {
    const results = await tour(ground, SHORT);
    expect(results.flatMap(({ seen }) => seen.filter(({ right }) => !right))).toEqual([]);
    const html = report([results], '2026-01-01');
    expect(html.match(/<section>/g)).toHaveLength(SHORT.length);
    expect(html).not.toContain('✗');
  } finally {
    await ground.close();
  }
}

describe('a short tour, from a first Pod to an operator', { timeout: 180_000 }, () => {
  test.skipIf(noBrowser !== '')(`in the playground${noBrowser}`, async () => shortTour(await pageGround()));

  test.skipIf(noShell !== '')(`with kubectl and a served cluster${noShell}`, async () =>
    shortTour(await servedGround()),
  );
});
