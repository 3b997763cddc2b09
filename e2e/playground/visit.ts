import type { Page } from '@playwright/test';
import { afterEach, beforeEach, expect } from 'vitest';
import type { BuiltSite } from './built-site.ts';

/** A page that is open, and what goes wrong in it unheard of. */
export interface Visit {
  readonly page: Page;
  readonly problems: readonly string[];
}

/** Opens the site at 1440×900, in a profile of its own, and waits until its nodes are seen. */
export async function visit(site: BuiltSite): Promise<Visit> {
  const problems: string[] = [];
  const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(site.url);
  await nodesAreSeen(page);
  return { page, problems };
}

/**
 * Each test of the suite that calls this begins on a {@link visit} of its own. What goes wrong unheard of fails it.
 *
 * @param begin what is done before each test, with the page that has been opened
 */
export function eachVisits(site: BuiltSite, begin: (page: Page) => Promise<void>): void {
  let open: Visit;
  beforeEach(async () => {
    open = await visit(site);
    await begin(open.page);
  }, 60_000);
  afterEach(async () => {
    await open.page.close();
    expect(open.problems).toEqual([]);
  });
}

export async function nodesAreSeen(page: Page): Promise<void> {
  await page.locator('.node').nth(2).waitFor();
}

export async function editorIsSeen(page: Page): Promise<void> {
  await page.locator('.monaco .view-line').first().waitFor();
}

/** Applies the file that a first visit shows, in any language, and waits until its three Pods are ready. */
export async function applyFirstFile(page: Page): Promise<void> {
  await page.locator('.editor .primary').click();
  await page.locator('.pod.ready').nth(2).waitFor();
}

/** Resolves when what the page is now has been kept: a reload shows it again. A running cluster always writes something. */
export async function isKept(page: Page): Promise<void> {
  const nowMs = await page.evaluate(() => performance.now());
  const marked = (sinceMs: number): boolean =>
    performance.getEntriesByName('sandbox:kept').some(({ startTime }) => startTime >= sinceMs);
  await page.waitForFunction(marked, nowMs);
}
