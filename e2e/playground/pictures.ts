import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { playgroundServer } from '../../packages/tabernetes/src/node/playground-server.ts';
import { launchBrowser } from './browser.ts';
import { film } from './film.ts';
import { pictureStates } from './look-at-states.ts';
import { applyFirstFile, editorIsSeen, nodesAreSeen } from './visit.ts';

/**
 * Takes the README's pictures and its film: `npm run pictures`, after `npm run build`. `npm run pictures -- states [NAME…]` takes one of every state
 * instead, in three sizes, dark and light, into `e2e/.tmp/states`, to be looked at.
 */
const [what, ...names] = process.argv.slice(2);
const folder = fileURLToPath(new URL('../../docs/pictures/', import.meta.url));
mkdirSync(folder, { recursive: true });
const server = await playgroundServer(0);
const browser = await launchBrowser();
if (what === 'states') {
  await pictureStates(browser, server.url, fileURLToPath(new URL('../.tmp/states', import.meta.url)), names);
} else {
  await readmePictures();
  await readmeFilm();
}
await browser.close();
await server.close();

async function readmePictures(): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme });
    await page.goto(server.url);
    await nodesAreSeen(page);
    await applyFirstFile(page);
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
}

/** Apply, and Pods start; more are asked for in the terminal; one is deleted, and another one comes. */
async function readmeFilm(): Promise<void> {
  const page = await browser.newPage({ viewport: { width: 1200, height: 720 }, colorScheme: 'dark' });
  await page.goto(server.url);
  await nodesAreSeen(page);
  await editorIsSeen(page);
  const moving = await film(browser, page, async () => {
    await page.waitForTimeout(800);
    await applyFirstFile(page);
    await page.waitForTimeout(800);
    await page.locator('.xterm').click();
    await page.keyboard.type('kubectl scale deployment web --replicas=6\n', { delay: 25 });
    await page.locator('.pod.ready').nth(5).waitFor();
    await page.waitForTimeout(800);
    await page.locator('.pod.ready').nth(2).click();
    await page.waitForTimeout(1_000);
    await page.keyboard.press('Control+d');
    await page.waitForTimeout(800);
    await page.locator('dialog[open]').getByRole('button', { name: 'Delete' }).click();
    await page.locator('.pod:not(.ready)').first().waitFor();
    await page.locator('.pod.ready').nth(5).waitFor();
    await page.waitForTimeout(2_500);
  });
  writeFileSync(`${folder}journey.webp`, moving);
  await page.close();
}
