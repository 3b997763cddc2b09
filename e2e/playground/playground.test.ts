import type { Browser, Page } from '@playwright/test';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type PlaygroundServer, playgroundServer } from '../../packages/tabernetes/src/node/playground-server.ts';
import { launchBrowser, noBrowser } from './browser.ts';

describe.skipIf(noBrowser !== '')(`the playground in Chromium${noBrowser}`, { timeout: 60_000 }, () => {
  let server: PlaygroundServer;
  let browser: Browser;
  let page: Page;
  let problems: string[];

  beforeAll(async () => {
    server = await playgroundServer(0);
    browser = await launchBrowser();
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await server.close();
  });
  beforeEach(async () => {
    problems = [];
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    await page.goto(server.url);
    await page.locator('.node').nth(2).waitFor();
  });
  afterEach(async () => {
    await page.close();
    expect(problems).toEqual([]);
  });

  /** Applies what stands in the editor and waits until its three Pods are ready. */
  async function applyFirstFile(): Promise<void> {
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.pod.ready').nth(2).waitFor();
  }

  test('the first visit shows three nodes and a file; what is applied appears on the nodes', async () => {
    expect(await page.locator('.node-name').allTextContents()).toEqual(['node-1', 'node-2', 'node-3']);
    await applyFirstFile();
    expect(await page.locator('.results li').allTextContents()).toEqual([
      'Deployment/web created',
      'Service/web created',
    ]);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.results .unchanged').first().waitFor();
  });

  test('a Pod that is chosen is explained, and its events are listed', async () => {
    await applyFirstFile();
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
    await applyFirstFile();
    await page.getByRole('tab', { name: 'Table' }).click();
    await page.locator('tbody .word.ready').nth(2).waitFor();
    expect(await page.locator('tbody tr').count()).toBe(3);
  });
});
