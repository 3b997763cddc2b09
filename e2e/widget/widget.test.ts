import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { noBrowser } from '../playground/browser.ts';
import { builtSite } from '../playground/built-site.ts';
import { STRICT, TWO_SANDBOXES, WEB, WITH_TERMINAL } from './pages.ts';

const KILOBYTES = 1024;

test('what a page loads before anything runs is small', () => {
  const assets = fileURLToPath(new URL('../../apps/widget/dist/assets/', import.meta.url));
  const [first, ...others] = readdirSync(assets).filter((name) => /^tabernetes-sandbox-.*\.js$/.test(name));
  expect(others).toEqual([]);
  expect(gzipSync(readFileSync(`${assets}${first}`)).byteLength).toBeLessThan(20 * KILOBYTES);
});

describe.skipIf(noBrowser !== '')(`the widget in Chromium${noBrowser}`, { timeout: 60_000 }, () => {
  const site = builtSite();

  /** Opens a page of an author's site; what goes wrong in it fails the test. */
  async function opened(html: string, use: (page: Page) => Promise<void>, javaScriptEnabled = true): Promise<void> {
    const context = await site.browser.newContext({ javaScriptEnabled, viewport: { width: 1100, height: 900 } });
    const page = await context.newPage();
    const problems: string[] = [];
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !message.text().includes('favicon')) problems.push(message.text());
    });
    await page.route('**/favicon.ico', (route) => route.fulfill({ status: 204 }));
    await page.route('**/docs.html', (route) => route.fulfill({ contentType: 'text/html', body: html }));
    await page.goto(`${site.url}/docs.html`);
    await use(page);
    await context.close();
    expect(problems).toEqual([]);
  }

  const states = (page: Page) =>
    page.locator('tabernetes-check').evaluateAll((all) => all.map((each) => each.getAttribute('state')));

  test('before it runs, files and checks can be read, with scripts off too', async () => {
    await opened(TWO_SANDBOXES, async (page) => {
      await page.locator('#first .source').waitFor();
      expect(await page.locator('#first .source').textContent()).toBe(WEB);
      expect(await page.locator('#first .still-checks li').count()).toBe(3);
      expect(await page.locator('#second .still-objects').textContent()).toBe('Deployment web');
    });
    await opened(TWO_SANDBOXES, async (page) => expect(await page.locator('#first pre').isVisible()).toBe(true), false);
  });

  test('two sandboxes of a page are two clusters; checks tick in the page and break for good', async () => {
    await opened(TWO_SANDBOXES, async (page) => {
      await page.evaluate(() => {
        const events: string[] = [];
        Object.assign(globalThis, { events });
        for (const name of ['ready', 'applied', 'complete']) {
          document.addEventListener(`tabernetes-${name}`, ({ target }) =>
            events.push(`${(target as Element).id} ${name}`),
          );
        }
      });
      await page.locator('#first .run').click();
      await page.locator('#second .run').click();
      await page.locator('#first .pod.ready').nth(2).waitFor();
      await page.locator('#second .node').waitFor();
      await page.locator('#outside[state="met"]').waitFor();
      await expect.poll(() => states(page), { timeout: 20_000 }).toEqual(['met', 'met', 'met']);
      expect(await page.locator('#second .pod').count()).toBe(0);
      const events = await page.evaluate(() => (globalThis as unknown as { readonly events: string[] }).events);
      expect([...events].sort()).toEqual(['first applied', 'first complete', 'first ready', 'second ready']);
      // The reader scales down: what was to stay true is broken, and stays so.
      await page.locator('#first .cm-content').click();
      await page.keyboard.press('Control+Home');
      for (let line = 1; line < 6; line++) await page.keyboard.press('ArrowDown');
      await page.keyboard.press('End');
      await page.keyboard.press('Backspace');
      await page.keyboard.type('1');
      await page.keyboard.press('Control+Enter');
      await page.locator('#first .results .configured').waitFor();
      await expect.poll(() => states(page), { timeout: 20_000 }).toEqual(['met', 'waiting', 'broken']);
      // Begin again: a new cluster, and nothing is broken yet.
      await page.locator('#first').getByRole('button', { name: 'Reset' }).click();
      await expect.poll(() => states(page), { timeout: 20_000 }).toEqual(['met', 'met', 'met']);
    });
  });

  test('UI-26 where there is room for one panel, what happens is seen as soon as it does', async () => {
    await opened(TWO_SANDBOXES, async (page) => {
      await page.setViewportSize({ width: 390, height: 800 });
      await page.locator('#first .run').click();
      await page.locator('#first .pod.ready').nth(2).waitFor();
      await page.locator('#first').getByRole('tab', { name: 'Editor' }).click();
      await page.locator('#first .cm-content').waitFor();
      await page.locator('#first').getByRole('button', { name: 'Apply' }).click();
      await page.locator('#first .pod.ready').nth(2).waitFor();
      await page.locator('#first').getByRole('tab', { name: 'Editor' }).click();
      await page.locator('#first .cm-content').click();
      await page.keyboard.press('Control+a');
      await page.keyboard.type('kind: Nothing\n');
      await page.keyboard.press('Control+Enter');
      await page.locator('#first .results .refused').waitFor();
    });
  });

  test('UI-25 what is inspected leaves nodes in sight, and is closed by one button', async () => {
    await opened(TWO_SANDBOXES, async (page) => {
      await page.locator('#first .run').click();
      await page.locator('#first .pod.ready').nth(2).waitFor();
      for (const width of [1280, 700, 390]) {
        await page.setViewportSize({ width, height: 800 });
        if (width < 560) await page.locator('#first').getByRole('tab', { name: 'Cluster' }).click();
        await page.locator('#first .pod').first().click();
        await page.locator('#first .drawer').getByText('ContainersReady').waitFor();
        const chosen = await page.locator('#first .pod').first().boundingBox();
        const drawer = await page.locator('#first .drawer').boundingBox();
        const isFree =
          chosen !== null &&
          drawer !== null &&
          (chosen.y + chosen.height <= drawer.y || chosen.x + chosen.width <= drawer.x);
        expect([width, isFree]).toEqual([width, true]);
        await page
          .locator('#first .drawer')
          .getByRole('button', { name: /^Close/ })
          .click();
        await page.locator('#first .drawer').waitFor({ state: 'detached' });
      }
    });
  });

  test('what the server refuses is told below the editor', async () => {
    await opened(TWO_SANDBOXES, async (page) => {
      await page.locator('#first .run').click();
      await page.locator('#first .results .created').waitFor();
      await page.locator('#first .cm-content').click();
      await page.keyboard.press('Control+a');
      await page.keyboard.type('apiVersion: v1\nkind: Pod\nmetadata: {name: Big}\nspec: {}\n');
      await page.locator('#first').getByRole('button', { name: 'Apply' }).click();
      await page.locator('#first .results .refused').waitFor();
      expect(await page.locator('#first .results .refused').textContent()).toContain(
        'Pod "Big" is invalid: [metadata.name: Invalid value: "Big"',
      );
    });
  });

  test('a page that allows only its own scripts, styles and workers can embed it', async () => {
    await opened(STRICT, async (page) => {
      await page.locator('.run').click();
      await page.locator('.pod.ready').nth(2).waitFor();
      await page.locator('.cm-content').waitFor();
    });
  });

  test('commands of the page are typed into its terminal', async () => {
    await opened(WITH_TERMINAL, async (page) => {
      await page.locator('.run').click();
      await page.locator('.xterm-rows').getByText('AVAILABLE').waitFor();
    });
  });

  test('an iframe takes the same attributes from its address', async () => {
    const address = `/widget/embed.html?layout=cluster&autorun&latency=none&nodes=2&yaml=${encodeURIComponent(WEB)}`;
    await opened(`<iframe src="${address}" width="600" height="400"></iframe>`, async (page) => {
      const frame = page.frameLocator('iframe');
      await frame.locator('.pod.ready').nth(2).waitFor();
      expect(await frame.locator('.node').count()).toBe(2);
    });
  });
});
