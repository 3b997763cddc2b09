import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playgroundServer } from '../../packages/tabernetes/src/node/playground-server.ts';
import { launchBrowser } from './browser.ts';

/** Takes the README's pictures: `npm run pictures`, after `npm run build`. */
const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });
const server = await playgroundServer(0);
const browser = await launchBrowser();
for (const colorScheme of ['dark', 'light'] as const) {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
  await page.goto(server.url);
  await page.locator('.node').nth(2).waitFor();
  await page.getByRole('button', { name: 'Apply' }).click();
  await page.locator('.pod.ready').nth(2).waitFor();
  await page.locator('.monaco-editor').waitFor();
  await page.locator('.pod').first().click();
  if (colorScheme === 'light') {
    await page.getByRole('tab', { name: 'Map' }).click();
    await page.locator('.card').first().waitFor();
  }
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${folder}${colorScheme === 'dark' ? 'cluster' : 'map'}.png` });
  await page.close();
}
await browser.close();
await server.close();
