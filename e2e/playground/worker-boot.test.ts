import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, noBrowser } from './browser.ts';
import { gzipBytesOf, type WorkerBoot, workerBoot } from './worker-boot.ts';

/** What a cluster may take until it is ready; it may become less, and never more. */
const MOST_BYTES = 285_000;

/** What is fetched when somebody needs it, by words that survive minification. */
const LATE: Readonly<Record<string, RegExp>> = {
  'the expression language': /newline_in_string/,
  'programs of images': /awk: /,
};

const isBuilt = existsSync(new URL('../../apps/playground/dist/index.html', import.meta.url));

describe.skipIf(noBrowser !== '' || !isBuilt)(`the cluster’s worker${noBrowser}`, () => {
  let browser: Awaited<ReturnType<typeof launchBrowser>>;
  let boot: WorkerBoot;
  beforeAll(async () => {
    browser = await launchBrowser();
    boot = await workerBoot(browser);
  }, 60_000);
  afterAll(() => browser?.close());

  test('fetches no more than it needs before the cluster is ready', () => {
    expect(gzipBytesOf(boot)).toBeLessThan(MOST_BYTES);
  });

  for (const [name, words] of Object.entries(LATE)) {
    test(`does not fetch ${name}`, () => {
      expect(boot.scripts.filter(({ text }) => words.test(text)).map(({ file }) => file)).toEqual([]);
    });
  }
});
