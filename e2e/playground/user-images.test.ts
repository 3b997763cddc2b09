import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { shareFragment } from '@tabernetes/ui/share-link';
import { build, type Rollup } from 'vite';
import { describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';

const OPERATOR = new URL('../../packages/ui/src/examples/library/javascript-operator.yaml', import.meta.url);

describe.skipIf(noBrowser !== '')(`programs of users in a page${noBrowser}`, { timeout: 180_000 }, () => {
  const site = builtSite();

  test('what holds for every sandbox holds for workers of Chromium', async () => {
    const page = await site.browser.newPage();
    await page.goto(`${site.url}/manifest.webmanifest`);
    await page.addScriptTag({ content: await bundled('./sandbox-page.ts') });
    const { wrong, cases } = await page.evaluate(() =>
      (globalThis as unknown as { sandboxPage(): Promise<{ wrong: unknown[]; cases: number }> }).sandboxPage(),
    );
    expect(wrong).toEqual([]);
    expect(cases).toBeGreaterThan(15);
    await page.close();
  });

  test('a file of the editor is an image; one that computes without end stops the page nowhere', async () => {
    const pod = (name: string, image: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  restartPolicy: Never\n  containers: [{name: main, image: ${image}}]\n`;
    const page = await opened({
      'pods.yaml': `${pod('own', 'own')}---\n${pod('loop', 'loop')}`,
      'own.image.js': "export default async (proc) => { console.log('I am', proc.hostname, typeof fetch); };",
      'loop.image.js': 'export default () => { for (;;); };',
    });
    await run(page, 'kubectl apply -f pods.yaml');
    await shows(page, /pod\/loop created/);
    await run(page, 'clear; kubectl wait --for=jsonpath={.status.phase}=Succeeded pod/own && kubectl logs own');
    await shows(page, /I am own undefined/);
    await run(
      page,
      'clear; kubectl wait --for=jsonpath={.status.phase}=Failed pod/loop; kubectl describe pod loop | tail -3',
    );
    await shows(page, /Killed .*loop: it computed for 5 s without a pause, and was killed/);
    await page.getByRole('tab', { name: 'own.image.js' }).click();
    await page.getByText('This file is an image').waitFor();
    await page.close();
  });

  test('an operator that a user wrote runs', async () => {
    const page = await opened({ 'operator.yaml': readFileSync(OPERATOR, 'utf8') });
    // The kind is known once its definition is.
    await run(page, 'kubectl apply -f operator.yaml');
    await shows(page, /ensure CRDs are installed first/);
    await run(page, 'clear; kubectl apply -f operator.yaml');
    await shows(page, /greeting.demo.tabernetes.dev\/hello created/);
    await run(page, 'clear; kubectl wait --for=jsonpath={.status.ready}=2 greeting/hello');
    await shows(page, /greeting.demo.tabernetes.dev\/hello condition met/, 60_000);
    await run(page, 'clear; kubectl run ask --image=busybox:1.36 --restart=Never --rm -i -- wget -qO- hello');
    await shows(page, /^hello$/m);
    await page.close();
  });

  /** The page with these files, and a terminal that is ready. */
  async function opened(files: Readonly<Record<string, string>>): Promise<Page> {
    const page = await site.browser.newPage({ viewport: { width: 1440, height: 900 } });
    const list = Object.entries(files).map(([name, text]) => ({ name, text }));
    const options = { nodes: 1, seed: 1, latency: 'none', speed: 1 } as const;
    await page.goto(`${site.url}/${shareFragment({ version: 1, files: list, options })}`);
    await page.locator('.node').first().waitFor();
    await page.keyboard.press('Control+`');
    await shows(page, /# ?$/);
    return page;
  }
});

/** One script of a module and all that it imports. */
async function bundled(path: string): Promise<string> {
  const output = (await build({
    configFile: false,
    logLevel: 'warn',
    build: {
      write: false,
      target: 'es2022',
      minify: true,
      lib: { entry: fileURLToPath(new URL(path, import.meta.url)), formats: ['iife'], name: 'page' },
    },
  })) as Rollup.RollupOutput[];
  return output.flatMap(({ output: [{ code }] }) => code).join('\n');
}

const run = async (page: Page, line: string): Promise<void> => {
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
};

async function shows(page: Page, want: RegExp, timeoutMs = 30_000): Promise<void> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const rows = await page.locator('.dock .xterm-rows > div').allTextContents();
    // What is wrapped is one line.
    const now = rows
      .map((row) => row.replaceAll('\u00a0', ' ').trimEnd())
      .join('\n')
      .trimEnd();
    if (want.test(now) || want.test(now.replaceAll('\n', ''))) return;
    if (Date.now() > end) throw new Error(`${want} is not on the screen:\n${now}`);
    await page.waitForTimeout(100);
  }
}
