import { createRequire } from 'node:module';
import type { Page } from '@playwright/test';

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe-core finds serious in the page as it is now; Monaco and xterm are their makers' business. */
export async function seriousFaults(page: Page): Promise<readonly string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis)))
    await page.addScriptTag({ path: createRequire(import.meta.url).resolve('axe-core') });
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      readonly axe: { run(where: object, options: object): Promise<AxeResults> };
    };
    const { violations } = await axe.run({ exclude: [['.monaco'], ['.xterm']] }, { resultTypes: ['violations'] });
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}
