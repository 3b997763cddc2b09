import { mkdirSync } from 'node:fs';
import type { Browser, Page } from '@playwright/test';
import { SIZES, VISITS } from './visual-states.ts';

/**
 * Takes a picture of every state (or of those that are named), in three sizes, dark and light.
 */
export async function pictureStates(
  browser: Browser,
  url: string,
  folder: string,
  names: readonly string[],
): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { address = '', states } of VISITS) {
    const wanted = states.filter(({ name }) => names.length === 0 || names.includes(name));
    const last = wanted.at(-1);
    if (last === undefined) continue;
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    const page = await context.newPage();
    try {
      await page.goto(`${url}/${address}`);
      for (const state of states.slice(0, states.indexOf(last) + 1)) {
        await page.setViewportSize({ width: 1440, height: 900 });
        await page.keyboard.press('Escape');
        await state.reach(page);
        if (wanted.includes(state)) await picture(page, `${folder}/${state.name}`);
      }
    } catch (error) {
      console.error(`on the way to ${last.name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    await context.close();
  }
}

async function picture(page: Page, path: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.waitForTimeout(400);
      await page.screenshot({ path: `${path}-${size.name}-${colorScheme}.png` });
    }
  }
}
