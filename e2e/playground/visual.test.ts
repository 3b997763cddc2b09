import { describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { SIZES, STATES } from './visual-states.ts';

/** Reached by the suites of the docs and of the benchmarks, or too slow to be reached here. */
const ELSEWHERE = new Set(['thousand-pods', 'docs-widget']);

describe.skipIf(noBrowser !== '')(`states of the page, in Chromium${noBrowser}`, { timeout: 120_000 }, () => {
  const site = builtSite();
  for (const { name, address = '', reach } of STATES.filter((state) => !ELSEWHERE.has(state.name))) {
    test(`UI-16 nothing is out of reach on screens of any size: ${name}`, async () => {
      const context = await site.browser.newContext({
        viewport: { width: 1440, height: 900 },
        reducedMotion: 'reduce',
      });
      const page = await context.newPage();
      await page.goto(`${site.url}/${address}`);
      await reach(page);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await page.waitForTimeout(200);
        const { across, outside } = await page.evaluate(() => ({
          across: document.documentElement.scrollWidth,
          outside: [...document.querySelectorAll('header button, header select, .pane-bar button, dialog[open] button')]
            .filter((element) => element.checkVisibility())
            .filter((element) => element.getBoundingClientRect().right > innerWidth)
            .map(({ outerHTML }) => outerHTML.slice(0, 100)),
        }));
        expect({ size: size.name, across, outside }).toEqual({ size: size.name, across: size.width, outside: [] });
      }
      await context.close();
    });
  }
});
