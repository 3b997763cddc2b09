import type { BrowserContext, Page } from '@playwright/test';
import { afterEach, describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { applyFirstFile, nodesAreSeen } from './visit.ts';

describe.skipIf(noBrowser !== '')(`the language of the page, in Chromium${noBrowser}`, { timeout: 90_000 }, () => {
  const site = builtSite();
  let context: BrowserContext | undefined;
  afterEach(() => context?.close());

  async function visit(locale: string): Promise<Page> {
    context = await site.browser.newContext({ locale, viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(site.url);
    await nodesAreSeen(page);
    return page;
  }

  test('UI-14 a browser that asks for Korean gets it, and Kubernetes speaks as ever', async () => {
    const page = await visit('ko-KR');
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    await page.getByRole('button', { name: '적용' }).click();
    await page.locator('.pod.ready').nth(2).waitFor();
    expect(await page.locator('.results li').first().textContent()).toBe('+ Deployment/web 생성됨');
    await page.locator('.pod').first().click();
    const inspector = page.getByRole('complementary', { name: '인스펙터' });
    await inspector.getByText('ContainersReady').waitFor();
    expect(await inspector.locator('.conditions').textContent()).not.toMatch(/[가-힣]/);
  });

  test('UI-14 the settings choose another language; nothing else changes, and a reload keeps it', async () => {
    const page = await visit('en-US');
    await applyFirstFile(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('combobox', { name: 'Language' }).selectOption('ko');
    await page.getByRole('heading', { name: '새 클러스터' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    expect(await page.locator('.pod.ready').count()).toBe(3);
    await page.reload();
    await page.getByRole('button', { name: '적용' }).waitFor();
  });
});
