import type { Page } from '@playwright/test';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { SIZES, VISITS } from './visual-states.ts';

/** Where panels are beside each other with the least room for it. */
const BETWEEN = [
  { name: '961', width: 961, height: 768 },
  { name: '801', width: 801, height: 768 },
] as const;

/** Reached by the suites of the docs and of the benchmarks, or too slow to be reached here. */
const ELSEWHERE = new Set(['thousand-pods', 'docs-widget']);

describe.skipIf(noBrowser !== '')(`states of the page, in Chromium${noBrowser}`, { timeout: 60_000 }, () => {
  const site = builtSite();
  for (const { address = '', states } of VISITS.filter(({ states }) =>
    states.every(({ name }) => !ELSEWHERE.has(name)),
  )) {
    describe(`from ${states[0]?.name} on`, () => {
      let page: Page;
      beforeAll(async () => {
        page = await site.browser.newPage({ viewport: { width: 1440, height: 900 }, reducedMotion: 'reduce' });
        await page.goto(`${site.url}/${address}`);
      }, 60_000);
      afterAll(() => page.close());

      for (const { name, reach } of states) {
        test(`UI-16 nothing is out of reach on screens of any size: ${name}`, async () => {
          await page.setViewportSize({ width: 1440, height: 900 });
          await page.keyboard.press('Escape');
          await reach(page);
          for (const size of [...SIZES, ...BETWEEN]) {
            await page.setViewportSize(size);
            await expect.poll(() => outOfReach(page)).toEqual({ across: size.width, outside: [] });
          }
        });
      }
    });
  }
});

/** How wide the page is, and the controls that are right of it, once it has been drawn. */
function outOfReach(page: Page): Promise<{ readonly across: number; readonly outside: readonly string[] }> {
  return page.evaluate(async () => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    return {
      across: document.documentElement.scrollWidth,
      outside: [...document.querySelectorAll('header button, header select, .pane-bar button, dialog[open] button')]
        .filter((element) => element.checkVisibility())
        .filter((element) => element.getBoundingClientRect().right > innerWidth)
        .map(({ outerHTML }) => outerHTML.slice(0, 100)),
    };
  });
}
