import type { Locator, Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { applyFirstFile, eachVisits, editorIsSeen } from './visit.ts';

describe.skipIf(noBrowser !== '')(`panels, in Chromium${noBrowser}`, { timeout: 60_000 }, () => {
  const site = builtSite();
  let page: Page;
  eachVisits(site, async (opened) => {
    page = opened;
    await editorIsSeen(page);
  });

  const edge = (panel: string) => page.getByRole('separator', { name: `Edge: ${panel}` });
  const width = async (place: Locator): Promise<number> => Math.round((await place.boundingBox())?.width ?? 0);
  const height = async (place: Locator): Promise<number> => Math.round((await place.boundingBox())?.height ?? 0);
  async function drag(panel: string, x: number, y: number): Promise<void> {
    const box = await edge(panel).boundingBox();
    if (box === null) throw new Error(`no edge of ${panel}`);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(x, y, { steps: 4 });
    await page.mouse.up();
  }

  test('UI-21 every edge is dragged; a reload finds the page divided as it was', async () => {
    await drag('Editor', 576, 400);
    await drag('Inspector', 1152, 400);
    await drag('Terminal', 700, 720);
    const sizes = async () => [
      await width(page.locator('.editor')),
      await width(page.locator('.inspector')),
      await height(page.locator('.dock')),
    ];
    expect(await sizes()).toEqual([576, 288, 180]);
    const events = await height(page.locator('.events'));
    await edge('Events').focus();
    for (let n = 0; n < 5; n++) await page.keyboard.press('ArrowUp');
    expect(await height(page.locator('.events'))).toBeGreaterThan(events + 40);
    await page.reload();
    await editorIsSeen(page);
    expect(await sizes()).toEqual([576, 288, 180]);
  });

  test('UI-21 every panel closes to a strip, by its edge and by its key, and opens again with the keys in it', async () => {
    await drag('Editor', 20, 400);
    await page.locator('.editor').waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Editor', exact: true }).click();
    await page.keyboard.press('Control+Home');
    await page.keyboard.type('# typed\n');
    await page.locator('.monaco .view-line', { hasText: '# typed' }).waitFor();
    for (const [key, panel] of [
      ['1', '.editor'],
      ['3', '.inspector'],
      ['4', '.events'],
      ['5', '.dock'],
    ] as const) {
      await page.keyboard.press(`Control+${key}`);
      if (panel !== '.editor') {
        await page.locator(`${panel}:focus-within`).waitFor();
        await page.keyboard.press(`Control+${key}`);
      }
      await page.locator(panel).waitFor({ state: 'hidden' });
    }
    const whole = await page.locator('.view').boundingBox();
    expect(whole?.width).toBeGreaterThan(1_360);
    expect(whole?.height).toBeGreaterThan(730);
    await page.keyboard.press('Control+Enter');
    await page.locator('.pod.ready').nth(2).waitFor();
    await page.keyboard.press('Control+2');
    await page.locator('.view:focus-within').waitFor();
    // What is asked for is shown, wherever it was closed.
    await page.locator('.pod').first().click();
    await page.locator('.inspector').getByText('ContainersReady').waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command or object' }).fill('insert an example');
    await page.keyboard.press('Enter');
    await page.locator('.example pre').waitFor();
  });

  test('UI-21 a terminal that is closed to its strip goes on', async () => {
    await applyFirstFile(page);
    await page.keyboard.press('Control+5');
    await page.locator('.dock:focus-within').waitFor();
    await page.keyboard.type('sleep 1; echo it went $((20 + 1)) on\n');
    await page.keyboard.press('Control+`');
    await page.locator('.dock').waitFor({ state: 'hidden' });
    await page.waitForTimeout(1_500);
    await page.keyboard.press('Control+`');
    await page.locator('.dock .xterm-rows').getByText('it went 21 on').waitFor();
  });
});
