import { mkdirSync } from 'node:fs';
import type { Browser } from '@playwright/test';
import { SIZES, STATES } from './visual-states.ts';

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
  for (const { name, address = '', reach } of STATES.filter(
    (state) => names.length === 0 || names.includes(state.name),
  )) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
    const page = await context.newPage();
    try {
      await page.goto(`${url}/${address}`);
      await reach(page);
      for (const size of SIZES) {
        await page.setViewportSize(size);
        for (const colorScheme of ['dark', 'light'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.waitForTimeout(400);
          await page.screenshot({ path: `${folder}/${name}-${size.name}-${colorScheme}.png` });
        }
      }
    } catch (error) {
      console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
    await context.close();
  }
}
