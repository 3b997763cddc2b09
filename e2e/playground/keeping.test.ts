import { readFile } from 'node:fs/promises';
import type { BrowserContext, Page } from '@playwright/test';
import { shareLink } from 'tabernetes';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { noBrowser } from './browser.ts';
import { builtSite } from './built-site.ts';
import { applyFirstFile, isKept, nodesAreSeen } from './visit.ts';

describe.skipIf(noBrowser !== '')(`what keeps, in Chromium${noBrowser}`, { timeout: 90_000 }, () => {
  const site = builtSite();
  let context: BrowserContext;
  let page: Page;
  beforeEach(async () => {
    context = await site.browser.newContext({ viewport: { width: 1440, height: 900 } });
    page = await context.newPage();
  }, 60_000);
  afterEach(() => context.close());

  async function visit(): Promise<void> {
    await page.goto(site.url);
    await nodesAreSeen(page);
  }

  /** Files as the tabs show them. */
  const files = () => page.getByRole('tablist', { name: 'Files' }).getByRole('tab').allTextContents();

  test('sandboxes have names: one is made, left, found again, exported and imported', async () => {
    await visit();
    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('textbox', { name: 'Name of a new sandbox' }).fill('second');
    await page.getByRole('button', { name: 'New sandbox' }).click();
    await page.waitForURL(/sandbox=second/);
    await nodesAreSeen(page);
    expect(await files()).toEqual(['web.yaml']);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Open my sandbox' }).click();
    await page.getByRole('tab', { name: 'file-1.yaml' }).waitFor();
    await nodesAreSeen(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export' }).click();
    const exported = await (await download).path();
    expect(JSON.parse(await readFile(exported, 'utf8')).files).toHaveLength(2);
    const imported = { name: 'third.tabernetes.json', mimeType: 'application/json', buffer: await readFile(exported) };
    await page.locator('input[type=file]').setInputFiles(imported);
    await page.waitForURL(/sandbox=third/);
    await page.getByRole('tab', { name: 'file-1.yaml' }).waitFor();
    await nodesAreSeen(page);
  });

  test('UI-22 the bar tells which sandbox is open and leads to the others; UI-23 none is lost by the way', async () => {
    await visit();
    await page.locator('.elapsed', { hasText: /^\+\d+s$/ }).waitFor();
    const open = page.getByRole('combobox', { name: 'Sandbox' });
    await open.selectOption({ label: 'New, export, import …' });
    await page.getByRole('textbox', { name: 'Name of a new sandbox' }).fill('second');
    await page.getByRole('button', { name: 'New sandbox' }).click();
    await page.waitForURL(/sandbox=second/);
    await nodesAreSeen(page);
    expect(await open.inputValue()).toBe('second');
    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByRole('button', { name: 'Share' }).click();
    await page.waitForURL(/#s=/);
    const link = page.url();
    await open.focus();
    await open.locator('option', { hasText: 'my sandbox' }).waitFor({ state: 'attached' });
    await open.selectOption('default');
    await page.waitForURL((url) => url.search === '');
    await nodesAreSeen(page);
    await page.goto('about:blank');
    await page.goto(link);
    await page.getByRole('tab', { name: 'file-1.yaml' }).waitFor();
    expect(new URL(page.url()).search).toBe('?sandbox=shared');
    expect(await open.inputValue()).toBe('shared');
    await nodesAreSeen(page);
    await page.getByRole('button', { name: 'Settings' }).click();
    await page.getByRole('button', { name: 'Remove second' }).click();
    await page.getByRole('button', { name: 'Remove for good second' }).click();
    await page.getByRole('button', { name: 'Open second' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Open my sandbox' }).waitFor();
  });

  test('a file that is no sandbox is refused where it was given', async () => {
    await visit();
    await page.getByRole('button', { name: 'Settings' }).click();
    const file = { name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{"version":2}') };
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('it was made by a newer version of Tabernetes').waitFor();
  });

  test('a worker that dies is told of, and the last state comes back', async () => {
    await visit();
    await applyFirstFile(page);
    await isKept(page);
    const workers = page.workers();
    for (const worker of workers) {
      if (worker.url().includes('cluster.worker')) await worker.evaluate(() => self.close());
    }
    const again = page.getByRole('button', { name: 'Start it again from what was kept' });
    // Sooner than a worker that is only silent would be given up.
    await again.click({ timeout: 10_000 });
    await page.locator('.pod.ready').nth(2).waitFor();
    await again.waitFor({ state: 'detached' });
  });

  test('TAB-9 a link that a test made opens its files and nodes, and a script replays what the test did', async () => {
    const pod =
      'apiVersion: v1\nkind: Pod\nmetadata:\n  name: one\nspec:\n  containers:\n    - {name: main, image: nginx}\n';
    const shared = { 'one.yaml': pod, 'replay.sh': 'kubectl apply -f one.yaml\n' };
    await page.goto(shareLink(shared, { seed: 9, nodes: 2, playground: site.url }));
    await page.locator('.node').nth(1).waitFor();
    expect(await files()).toEqual(['one.yaml', 'replay.sh']);
    expect(await page.locator('.node').count()).toBe(2);
    await page.keyboard.press('Control+`');
    await page.getByRole('region', { name: 'Terminal' }).locator('.xterm').waitFor();
    await page.keyboard.type('sh replay.sh\n');
    await page.locator('.pod.ready').first().waitFor();
  });

  test('after the first visit no network is needed', async () => {
    await visit();
    await page.evaluate(async () => void (await navigator.serviceWorker.ready));
    await page.waitForFunction(async () => {
      const [name] = await caches.keys();
      return name !== undefined && (await (await caches.open(name)).keys()).length > 10;
    });
    await context.setOffline(true);
    await page.reload();
    await nodesAreSeen(page);
    await page.locator('.monaco .view-line').first().waitFor();
    await context.setOffline(false);
  });

  test('a browser that keeps nothing says so, and the cluster runs', async () => {
    await page.addInitScript(() => {
      IDBFactory.prototype.open = () => {
        throw new DOMException('The operation is insecure.', 'SecurityError');
      };
      // What is told first gives way to what is told next, sooner or later.
      const told = new Set<string>();
      Reflect.set(globalThis, 'told', told);
      const look = (): void => {
        for (const { textContent } of document.querySelectorAll('.view > .problem')) told.add(textContent ?? '');
      };
      new MutationObserver(look).observe(document, { childList: true, characterData: true, subtree: true });
    });
    await visit();
    await applyFirstFile(page);
    await page.getByText('This sandbox is not kept: The operation is insecure.').waitFor();
    expect(await page.locator('.view > .problem').count()).toBe(1);
    const told = await page.evaluate<string[]>(() => [...Reflect.get(globalThis, 'told')]);
    expect(told.join('; ')).toContain('What was kept cannot be read: The operation is insecure.');
  });

  test('a window without a database or any other memory says so in words', async () => {
    const problems: string[] = [];
    page.on('pageerror', ({ message }) => problems.push(message));
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'indexedDB', { value: undefined });
      Object.defineProperty(globalThis, 'localStorage', {
        get() {
          throw new DOMException('Access is denied.', 'SecurityError');
        },
      });
    });
    await visit();
    await page.getByText('This sandbox is not kept: this browser window has no database').waitFor();
    await applyFirstFile(page);
    await page.keyboard.press('Control+3');
    await page.waitForTimeout(3_500);
    expect(problems).toEqual([]);
  });

  test('a browser that keeps no files keeps bytes', async () => {
    await page.addInitScript(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = function (value, key) {
        if (value.cluster instanceof Blob) throw new DOMException('There are no files here.', 'DataCloneError');
        return put.call(this, value, key);
      };
    });
    await visit();
    await page.getByRole('button', { name: 'New file' }).click();
    await isKept(page);
    await page.reload();
    await page.getByRole('tab', { name: 'file-1.yaml' }).waitFor();
    await nodesAreSeen(page);
  });

  test('a browser that has no room says so until it has', async () => {
    await visit();
    await page.evaluate(() => {
      const { put } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.put = () => {
        throw new DOMException('There is no room.', 'QuotaExceededError');
      };
      addEventListener('room', () => {
        IDBObjectStore.prototype.put = put;
      });
    });
    await page.getByRole('button', { name: 'New file' }).click();
    const unkept = page.getByText('This sandbox is not kept: There is no room.');
    await unkept.waitFor();
    await page.evaluate(() => dispatchEvent(new Event('room')));
    await unkept.waitFor({ state: 'detached' });
    await isKept(page);
    await page.reload();
    await page.getByRole('tab', { name: 'file-1.yaml' }).waitFor();
  });

  test('five megabytes are taken without a check while one types, and without a standstill', async () => {
    await visit();
    await page.locator('.monaco .view-line').first().waitFor();
    await page.locator('.editor').evaluate((editor) => {
      const dataTransfer = new DataTransfer();
      const text = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: large\ndata:\n  key: ${'x'.repeat(5_000_000)}\n`;
      dataTransfer.items.add(new File([text], 'large.yaml'));
      editor.dispatchEvent(new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer }));
    });
    await page.getByText('Too large to be checked while you type').waitFor();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('Request entity too large').waitFor();
    await page.getByRole('button', { name: 'Share' }).click();
    await page.locator('.note [role="status"]').waitFor();
  });

  test('a phone shows one thing at a time', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await visit();
    const panels = page.getByRole('navigation', { name: 'Panels' });
    await panels.getByRole('button', { name: 'Editor' }).click();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.locator('.results .created').first().waitFor();
    await panels.getByRole('button', { name: 'Cluster' }).click();
    await page.locator('.pod.ready').nth(2).waitFor();
    expect(await page.locator('.editor').isVisible()).toBe(false);
    const across = () => page.evaluate(() => document.documentElement.scrollWidth);
    await page.setViewportSize({ width: 320, height: 640 });
    expect(await across()).toBe(320);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.locator('.pod').first().click();
    await page.getByRole('complementary', { name: 'Inspector' }).getByText('ContainersReady').waitFor();
    await panels.getByRole('button', { name: 'Events' }).click();
    await page.getByRole('list', { name: 'What happens' }).waitFor();
    await panels.getByRole('button', { name: 'Terminal' }).click();
    await page.locator('.xterm').waitFor();
    expect(await page.locator('.inspector').isVisible()).toBe(false);
    expect(await across()).toBe(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.locator('.editor').waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await across()).toBe(390);
    // What the palette does in the editor is seen there.
    await page.getByRole('button', { name: 'Command palette' }).click();
    await page.getByRole('combobox', { name: 'Command or object' }).fill('insert an example');
    await page.keyboard.press('Enter');
    await page.locator('.example pre').waitFor();
  });
});
