import type { Page } from '@playwright/test';
import { describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { applyFirstFile, eachVisits, isKept } from './visit.ts';

describe.skipIf(noBrowser !== '')(`the playground in Chromium${noBrowser}`, { timeout: 60_000 }, () => {
  const site = builtSite();
  let page: Page;
  eachVisits(site, async (opened) => {
    page = opened;
  });

  test('the first visit shows three nodes and a file; what is applied appears on the nodes', async () => {
    expect(await page.locator('.node-name').allTextContents()).toEqual(['node-1', 'node-2', 'node-3']);
    await applyFirstFile(page);
    expect(await page.locator('.results li').allTextContents()).toEqual([
      '+ Deployment/web created',
      '+ Service/web created',
    ]);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.results .unchanged').first().waitFor();
  });

  test('a Pod that is chosen is explained, and its events are listed', async () => {
    await applyFirstFile(page);
    await page.locator('.pod').first().click();
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByText('ContainersReady').waitFor();
    await inspector.getByRole('tab', { name: 'YAML' }).click();
    expect(await inspector.locator('.yaml').textContent()).toContain('image: nginx:1.27');
    await inspector.getByRole('tab', { name: 'Events' }).click();
    await inspector.getByText('Scheduled').waitFor();
  });

  test('time stands still while it is paused', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.results .created').first().waitFor();
    expect(await page.locator('.pod.ready').count()).toBe(0);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.locator('.pod.ready').nth(2).waitFor();
  });

  test('the table shows the same Pods', async () => {
    await applyFirstFile(page);
    await page.getByRole('tab', { name: 'Table' }).click();
    await page.locator('tbody .word.ready').nth(2).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(3);
  });

  test('kubectl runs in the terminal, with the files of the editor', async () => {
    await page.keyboard.press('Control+`');
    const terminal = page.getByRole('region', { name: 'Terminal' });
    await terminal.locator('.xterm').waitFor();
    await page.keyboard.type('kubectl apply -f web.yaml\n');
    await terminal.getByText('deployment.apps/web created').first().waitFor();
    await page.locator('.pod.ready').nth(2).waitFor();
  });

  test('a node whose kubelet is stopped, and a Deployment that is scaled', async () => {
    await applyFirstFile(page);
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await page.locator('.node-head').first().click();
    await inspector.getByRole('button', { name: 'Stop kubelet' }).click();
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('60');
    await page.locator('.node.down').waitFor();
    await page.getByRole('combobox', { name: 'Speed' }).selectOption('1');
    await inspector.getByRole('button', { name: 'Start kubelet' }).click();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: 'Command or object' }).fill('deployment web');
    await page.keyboard.press('Enter');
    await inspector.getByRole('button', { name: 'Scale to 2' }).click();
    await inspector.getByRole('button', { name: 'Scale to 1' }).waitFor();
  });

  test('why a Pod is there: from the file to the kubelet', async () => {
    await applyFirstFile(page);
    await page.locator('.pod').first().click();
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByRole('tab', { name: 'Why' }).click();
    await inspector.getByText('editor created Deployment web').waitFor();
    await inspector
      .getByText(/kube-scheduler changed|kubelet changed/)
      .first()
      .waitFor();
  });

  test('INS-9 an object is shown as a write left it, with what that changed', async () => {
    await applyFirstFile(page);
    await page.locator('.pod').first().click();
    const inspector = page.getByRole('complementary', { name: 'Inspector' });
    await inspector.getByRole('tab', { name: 'Why' }).click();
    const binding = inspector.locator('.why li', { hasText: 'a binding changed' });
    await binding.getByRole('button', { name: /^rev \d+$/ }).click();
    await binding.locator('.revision .changed', { hasText: /^ {2}nodeName: node-\d$/m }).waitFor();
    expect(await binding.locator('.revision').textContent()).not.toContain('containerStatuses');
  });

  test('a reload keeps files and cluster; a link opens the same world elsewhere', async () => {
    await applyFirstFile(page);
    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByRole('tab', { name: 'file-1.yaml' }).waitFor();
    const uid = await page.evaluate(() => document.querySelectorAll('.pod').length);
    await isKept(page);
    await page.reload();
    await page.getByRole('tab', { name: 'file-1.yaml' }).waitFor();
    await page
      .locator('.pod.ready')
      .nth(uid - 1)
      .waitFor();
    await page.getByRole('button', { name: 'Share' }).click();
    await page.waitForURL(/#s=/);
    const link = page.url();
    const context = await site.browser.newContext();
    const other = await context.newPage();
    await other.goto(link);
    await other.getByRole('tab', { name: 'file-1.yaml' }).waitFor();
    await other.locator('.node').nth(2).waitFor();
    await other
      .locator('.pod.ready')
      .nth(uid - 1)
      .waitFor();
    await other.goto('about:blank');
    await other.goto(link.slice(0, -40));
    await other.getByText('The link cannot be opened: it is not whole.').waitFor();
    await context.close();
  });

  test('a refusal of the server stands in the editor as typing pauses', async () => {
    await page.locator('.monaco .view-line').first().waitFor();
    await page.locator('.monaco .view-line', { hasText: 'replicas' }).click();
    await page.keyboard.press('End');
    await page.keyboard.type('x');
    await page.locator('.monaco .squiggly-error').first().waitFor();
  });
});
