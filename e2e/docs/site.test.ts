import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { noBrowser } from '../playground/browser.ts';
import { builtSite } from '../playground/built-site.ts';

const isBuilt = existsSync(fileURLToPath(new URL('../../apps/docs/dist/index.html', import.meta.url)));
const why = noBrowser || (isBuilt ? '' : ' (skipped: the site has not been built)');

describe.skipIf(why !== '')(`the site in Chromium${why}`, { timeout: 60_000 }, () => {
  const site = builtSite();
  test('a reader runs the sandbox of one page, and finds another page by its link', async () => {
    const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    await page.goto(`${site.url}/docs/learn/replication.html`);
    const sandbox = page.locator('tabernetes-sandbox').first();
    await sandbox.getByRole('button', { name: 'Run' }).click();
    await sandbox.locator('.pod.ready').nth(2).waitFor();
    await sandbox.locator('.checks li.met').first().waitFor();
    expect(await sandbox.locator('.checks li').count()).toBe(2);

    await page.getByRole('link', { name: 'Kinds and deviations' }).click();
    await page.getByRole('heading', { name: 'Deviations', level: 2 }).waitFor();
    expect(await page.locator('td', { hasText: /^Deployment$/ }).count()).toBe(1);
    await page.locator('tabernetes-sandbox .run').waitFor();
    await page.close();
    expect(problems).toEqual([]);
  });
});
