import type { Page } from '@playwright/test';
import { shareLink } from 'tabernetes';
import { playgroundServer } from '../../packages/tabernetes/src/node/playground-server.ts';
import { launchBrowser } from '../playground/browser.ts';
import type { Ground } from './ground.ts';
import { manifests } from './manifests.ts';

const PROMPT = '~ #';

/** The playground in Chromium: files are applied with its button, lines typed into its terminal. */
export async function pageGround(): Promise<Ground> {
  const server = await playgroundServer(0);
  const browser = await launchBrowser();
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(shareLink(manifests(), { seed: 1, latency: 'none', playground: server.url }));
  await page.locator('.node').nth(2).waitFor();
  await page.keyboard.press('Control+`');
  await untilPrompt(page, 30_000, 0);
  return {
    name: 'the playground',
    async apply(file, objects) {
      await page.getByRole('tab', { name: file, exact: true }).click();
      await page.getByRole('button', { name: 'Apply' }).click();
      await page
        .locator('.results li')
        .nth(objects - 1)
        .waitFor();
      const said = await page.locator('.results li').allTextContents();
      await page.locator('.dock .xterm').click();
      return said.join('\n');
    },
    async type(line, timeoutMs) {
      await page.keyboard.press('Control+l');
      await untilCleared(page);
      await page.keyboard.type(line);
      await page.keyboard.press('Enter');
      return afterCommand(await untilPrompt(page, timeoutMs), line);
    },
    picture: () => page.screenshot({ type: 'jpeg', quality: 70 }),
    async close() {
      await browser.close();
      await server.close();
    },
  };
}

async function rows(page: Page): Promise<readonly string[]> {
  const all = await page.locator('.dock .xterm-rows > div').allTextContents();
  const texts = all.map((row) => row.replaceAll('\u00a0', ' ').trimEnd());
  return texts.slice(0, texts.findLastIndex((row) => row !== '') + 1);
}

async function untilCleared(page: Page): Promise<void> {
  for (let n = 0; n < 200; n++) {
    const shown = await rows(page);
    if (shown.length === 1 && shown[0] === PROMPT) return;
    await page.waitForTimeout(25);
  }
}

/** What stands on the screen once a prompt waits below something: on an empty one, what was typed has not been drawn yet. */
async function untilPrompt(page: Page, timeoutMs: number, least = 1): Promise<readonly string[]> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const shown = await rows(page);
    if (shown.length > least && shown.at(-1)?.endsWith(PROMPT)) return shown;
    if (Date.now() > end) return shown;
    await page.waitForTimeout(25);
  }
}

/** Without what was typed, which may go over several rows, and without the prompts. */
function afterCommand(shown: readonly string[], line: string): string {
  const dense = (text: string): string => text.replace(/\s/g, '');
  const typed = dense(PROMPT + line);
  let first = '';
  let begin = 0;
  while (first.length < typed.length && begin < shown.length) first += dense(shown[begin++] ?? '');
  // A screenful has gone by: what was typed is no longer there.
  if (first !== typed) begin = 0;
  const text = shown.slice(begin).join('\n');
  return (text.endsWith(PROMPT) ? text.slice(0, -PROMPT.length) : text).trimEnd();
}
