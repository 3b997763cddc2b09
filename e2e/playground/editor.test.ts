import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { eachVisits, editorIsSeen } from './visit.ts';

describe.skipIf(noBrowser !== '')(`the editor in Chromium${noBrowser}`, { timeout: 60_000 }, () => {
  const site = builtSite();
  let page: Page;
  eachVisits(site, async (opened) => {
    page = opened;
    await editorIsSeen(page);
  });

  const line = (text: string) => page.locator('.monaco .view-line', { hasText: text }).first();

  /** Drops a file on the editor. */
  async function write(text: string): Promise<void> {
    await page.locator('.editor').evaluate((editor, dropped) => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File([dropped], 'dropped.yaml'));
      editor.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    }, text);
    await page.getByRole('tab', { name: 'dropped.yaml', selected: true }).waitFor();
  }

  test('fields are completed from what the cluster says of the kind', async () => {
    await line('replicas').click();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.keyboard.type('strat', { delay: 50 });
    const offered = page.locator('.suggest-widget').getByText('strategy', { exact: true });
    // The schema may still be on its way.
    while (!(await offered.isVisible())) {
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Space');
      await page.waitForTimeout(500);
    }
    await page.keyboard.press('Enter');
    await line('strategy:').waitFor();
  });

  test('a misspelt field is told on its line, and mended by its quick fix', async () => {
    await write('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndatta:\n  key: value\n');
    await page.locator('.problem-line', { hasText: 'Line 5' }).waitFor();
    await page.locator('.problem-line', { hasText: 'Did you mean data?' }).click();
    await page.keyboard.press('Control+.');
    await page.getByText('Replace by data').waitFor();
    await page.keyboard.press('Enter');
    await page.locator('.problem-line').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.mark-of.created').waitFor();
  });

  test('a manifest from an old book is brought up to date, and then runs', async () => {
    await write(
      'apiVersion: extensions/v1beta1\nkind: Deployment\nmetadata:\n  name: old\nspec:\n  template:\n    metadata:\n      labels:\n        app: old\n    spec:\n      containers:\n        - name: a # kept\n          image: nginx\n',
    );
    await page.locator('.problem-line', { hasText: 'no matches for kind "Deployment"' }).click();
    await page.keyboard.press('Control+.');
    await page.getByText(/Bring up to date/).waitFor();
    await page.keyboard.press('Enter');
    await line('apps/v1').waitFor();
    await line('# kept').waitFor();
    await page.keyboard.press('Control+Enter');
    await page.locator('.pod.ready').waitFor();
  });

  test('the diff shows what applying would change', async () => {
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.results .created').first().waitFor();
    await page.getByRole('button', { name: 'Diff' }).click();
    await page.getByRole('dialog').getByText('Nothing would change').waitFor();
    await page.keyboard.press('Escape');
    await line('replicas').click();
    await page.keyboard.press('End');
    await page.keyboard.type('0');
    await page.getByRole('button', { name: 'Diff' }).click();
    await page.getByRole('dialog').locator('.modified .view-line', { hasText: 'replicas: 30' }).waitFor();
  });

  test('an example is searched, opened and applied', async () => {
    await page.getByRole('button', { name: 'Examples' }).click();
    await page.getByRole('combobox', { name: 'Search examples' }).fill('sidecar');
    await page.keyboard.press('Enter');
    await page.getByRole('tab', { name: /sidecar/ }).waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.results .created').first().waitFor();
    expect(await page.locator('.results .refused').count()).toBe(0);
  });
});
