import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { seriousFaults } from './axe.ts';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { eachVisits, editorIsSeen } from './visit.ts';

describe.skipIf(noBrowser !== '')(`without a mouse, in Chromium${noBrowser}`, { timeout: 300_000 }, () => {
  const site = builtSite();
  let page: Page;
  eachVisits(site, async (opened) => {
    page = opened;
    await editorIsSeen(page);
  });

  const inspector = () => page.getByRole('complementary', { name: 'Inspector' });
  const keys = (...all: readonly string[]) =>
    all.reduce((last, key) => last.then(() => page.keyboard.press(key)), Promise.resolve());
  async function palette(text: string): Promise<void> {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command or object' }).waitFor();
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog', { name: 'Command palette' }).waitFor({ state: 'detached' });
  }
  async function table(): Promise<void> {
    await palette('view table');
    await page.locator('[role=grid]:focus').waitFor();
    await page.locator('tbody tr').first().waitFor();
  }
  async function apply(): Promise<void> {
    await palette('editor focus');
    await page.keyboard.press('Control+Enter');
    await page.locator('.pod.ready').nth(2).waitFor();
  }

  test('A11Y-2 from the first visit to a shared link', async () => {
    await apply();
    // Ctrl-K of a Pod in this view is the palette's, not what k9s does with it.
    await page.locator('.pod').first().focus();
    await table();
    await keys('j', 'j', 'k', 'd');
    await inspector().getByText('Service Account:').waitFor();
    await keys('y');
    await inspector().getByText('kind: Pod').waitFor();
    await keys('l');
    await inspector().locator('.log-line').first().waitFor();
    await keys('s');
    await inspector().locator('.xterm-rows').getByText('/ #').waitFor();
    await page.keyboard.type('echo it is $((40 + 2))\n');
    await inspector().locator('.xterm-rows').getByText('it is 42').waitFor();
    await page.keyboard.type('exit\n');
    await inspector().getByText('The shell has ended.').waitFor();
    await table();
    const doomed = await page.locator('tbody tr.cursor td').first().textContent();
    await keys('Control+d');
    await page.getByRole('dialog', { name: 'Delete' }).waitFor();
    await keys('Tab', 'Enter');
    await page.locator('tbody tr', { hasText: doomed ?? '' }).waitFor({ state: 'detached' });
    await page.locator('tbody tr').nth(2).waitFor();
    // The keys are back in the table, where Ctrl-K is what k9s does with it.
    await page.locator('[role=grid]:focus').waitFor();
    await keys('Shift+Tab');
    await palette('share a link');
    await page.waitForURL(/#s=/);
  });

  test('TBL-3 the keys of k9s: other kinds, all namespaces, order, filter, wide columns, edit', async () => {
    await apply();
    await table();
    await keys('0');
    await page.locator('tbody tr', { hasText: 'kube-system' }).first().waitFor();
    await keys('Shift+N', 'Shift+N');
    await page.locator('th[aria-sort=descending]', { hasText: 'Namespace' }).waitFor();
    await keys('1', 'w');
    await page.locator('th', { hasText: 'Nominated Node' }).waitFor();
    await keys('/');
    await page.keyboard.type('nothing is called that');
    await page.getByText('Nothing here.').waitFor();
    await keys('Control+a', 'Delete');
    await page.locator('[role=grid]').focus();
    await keys(':');
    await page.keyboard.type('deploy\n');
    await page.locator('tbody tr', { hasText: '3/3' }).waitFor();
    await keys('e');
    await page.getByRole('region', { name: /Editor of kubectl-edit/ }).waitFor();
  });

  test('A11Y-2 what the palette runs has the keys before the next one comes', async () => {
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command or object' }).fill('editor focus');
    await page.getByRole('option', { name: 'editor' }).first().waitFor();
    const hasKeys = await page.getByRole('combobox', { name: 'Command or object' }).evaluate((combobox) => {
      combobox.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
      return document.activeElement?.closest('.monaco') !== null;
    });
    expect(hasKeys).toBe(true);
  });

  test('A11Y-2 Control-Enter applies from wherever the keys are, but not from the terminal', async () => {
    const prompts = page.locator('.dock .xterm-rows > div').filter({ hasText: '~ #' });
    await keys('Control+`');
    await prompts.first().waitFor();
    await keys('Control+Enter');
    await prompts.nth(1).waitFor();
    expect(await page.locator('.results li, .pod').count()).toBe(0);
    await page.getByRole('button', { name: 'Help' }).focus();
    await keys('Control+Enter');
    await page.locator('.pod.ready').nth(2).waitFor();
  });

  test('A11Y-2 Tab goes through everything, and one sees where it is', async () => {
    await apply();
    await page.locator('.brand').evaluate((brand) => {
      brand.setAttribute('tabindex', '-1');
      (brand as HTMLElement).focus();
    });
    const unseen: string[] = [];
    const seen = new Set<string>();
    for (let n = 0; n < 60; n++) {
      await keys('Tab');
      const { name, area, isSeen } = await page.evaluate(() => {
        const active = document.activeElement as HTMLElement;
        const style = getComputedStyle(active);
        return {
          name: active.outerHTML.slice(0, 100),
          area: active.closest('header, .editor, .view, .events, .inspector, .dock')?.className ?? '',
          isSeen: style.outlineStyle !== 'none' || active.closest('.monaco, .xterm, [role=grid]') !== null,
        };
      });
      seen.add(area.split(' ')[0] ?? '');
      if (!isSeen && area !== '') unseen.push(name);
      // Editors and terminals keep Tab: Control-M and the palette lead out of them.
      if (await page.evaluate(() => document.activeElement?.closest('.monaco') !== null))
        await keys('Control+m', 'Tab');
    }
    expect(unseen).toEqual([]);
    expect([...seen]).toEqual(expect.arrayContaining(['top', 'editor', 'view', 'events']));
  });

  test('A11Y-1 what becomes of Pods is told', async () => {
    await apply();
    await page.locator('[data-narrator]', { hasText: /Running, 1 of 1 ready/ }).waitFor({ state: 'attached' });
  });

  test('A11Y-4 with forced colours, states and the tab in front are still seen', async () => {
    await apply();
    await page.emulateMedia({ forcedColors: 'active' });
    const colour = (place: string, property: 'backgroundColor' | 'borderBottomColor') =>
      page
        .locator(place)
        .first()
        .evaluate((element, name) => getComputedStyle(element)[name], property);
    const front = await colour('.view-bar [aria-selected=true]', 'borderBottomColor');
    expect(await colour('.view-bar [aria-selected=false]', 'borderBottomColor')).not.toBe(front);
    const empty = await colour('.usage dd', 'backgroundColor');
    expect(await colour('.usage dd span', 'backgroundColor')).not.toBe(empty);
    expect(await colour('.pod .mark', 'backgroundColor')).not.toBe(await colour('.pod', 'backgroundColor'));
    await page.emulateMedia({ forcedColors: 'none' });
  });

  test('A11Y-3 axe finds nothing serious in any state, dark and light', async () => {
    const faults: string[] = [];
    const look = async (state: string): Promise<void> => {
      for (const fault of await seriousFaults(page)) faults.push(`${state}: ${fault}`);
    };
    await look('empty');
    await apply();
    await page.keyboard.press('Control+`');
    await page.locator('.pod').first().press('Enter');
    await look('cluster');
    await table();
    await page.keyboard.press('Enter');
    await look('table');
    for (const name of await inspector().getByRole('tab').allTextContents()) {
      await inspector().getByRole('tab', { name }).click();
      await inspector().locator('[role=tabpanel] > *').first().waitFor();
      await look(`inspector ${name}`);
    }
    for (const [state, text, content] of [
      ['map', 'view map', '.card'],
      ['settings', 'settings', 'dialog[open] input'],
      ['examples', 'insert an example', '.example pre'],
      ['help', 'help', 'dialog[open]'],
    ] as const) {
      await palette(text);
      await page.locator(content).first().waitFor();
      await look(state);
      await page.keyboard.press('Escape');
    }
    await page.keyboard.press('Control+k');
    await look('palette');
    expect(faults).toEqual([]);
  });
});
