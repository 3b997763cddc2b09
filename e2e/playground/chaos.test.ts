import type { Page } from '@playwright/test';
import { describe, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { applyFirstFile, eachVisits } from './visit.ts';

describe.skipIf(noBrowser !== '')(`what goes wrong on purpose, in Chromium${noBrowser}`, { timeout: 90_000 }, () => {
  const site = builtSite();
  let page: Page;
  eachVisits(site, async (opened) => {
    page = opened;
    await applyFirstFile(page);
  });

  const chips = () => page.getByRole('list', { name: 'What goes wrong on purpose' });

  test('a container crashes from the menu, and comes back', async () => {
    await page.locator('.pod').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Crash' }).click();
    await page.getByRole('menu').waitFor({ state: 'detached' });
    await page.locator('.pod.ready').nth(2).waitFor();
    await page.locator('.pod').first().click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Hang' }).click();
    await chips().getByText('nginx hangs').waitFor();
    await page.keyboard.press('Control+k');
    await page.keyboard.type('table');
    await page.keyboard.press('Enter');
    await page.locator('[role=grid]:focus').waitFor();
    await chips().getByRole('button', { name: /^Mend/ }).click();
    await chips().waitFor({ state: 'detached' });
  });

  test('a node is cut off, seen as such, and joined again; another one comes from the palette', async () => {
    await page.locator('[data-node="node-2"] .node-head').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Cut network' }).click();
    await chips().getByText('node-2 is cut off').waitFor();
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('60');
    await page.locator('.node.down').waitFor();
    await chips().getByRole('button', { name: /^Mend/ }).click();
    await page.locator('.node.down').waitFor({ state: 'detached' });
    await page.keyboard.press('Control+k');
    await page.keyboard.type('add a node');
    await page.keyboard.press('Enter');
    await page.locator('[data-node="node-4"]').waitFor();
  });

  test('a node without network plugin is not Ready until it is mended', async () => {
    await page.locator('[data-node="node-2"] .node-head').click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Break network plugin' }).click();
    await chips().getByText('node-2 has no network plugin').waitFor();
    await page.locator('[data-node="node-2"]').getByText('NotReady').waitFor();
    await chips().getByRole('button', { name: /^Mend/ }).click();
    await page.locator('[data-node="node-2"]').getByText('NotReady').waitFor({ state: 'detached' });
  });
});
