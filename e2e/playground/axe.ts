import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

declare global {
  /** Where `axe-core` puts itself. */
  var axe: { run(where: object, options: object): Promise<AxeResults> } | undefined;
}

/** What axe-core finds serious in the page as it is now, in dark and in light; Monaco and xterm are their makers' business. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  if (await page.evaluate(() => globalThis.axe === undefined))
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  const dark = await faults(page, {});
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  // A theme changes colours and nothing else.
  const light = await faults(page, { runOnly: ['color-contrast'] });
  return [...dark, ...light.map((fault) => `light: ${fault}`)];
}

function faults(page: Page, options: object): Promise<readonly string[]> {
  return page.evaluate(async (what) => {
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    const where = { exclude: [['.monaco'], ['.xterm']] };
    const { violations = [] } = (await globalThis.axe?.run(where, { resultTypes: ['violations'], ...what })) ?? {};
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  }, options);
}
