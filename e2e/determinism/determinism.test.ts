import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { afterAll, describe, expect, test } from 'vitest';
import { historyOf } from './history.ts';

const SEED = 42;
const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync);
/** A browser that talks to nobody but us. */
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' };

const cleanUps: (() => unknown)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

/** Where the page is served, built as it would be published. */
async function servedPage(): Promise<string> {
  const outDir = mkdtempSync(join(tmpdir(), 'tabernetes-page-'));
  cleanUps.push(() => rmSync(outDir, { recursive: true }));
  const root = fileURLToPath(new URL('./page', import.meta.url));
  const options = { outDir, emptyOutDir: true, target: 'esnext' } as const;
  await build({ configFile: false, root, logLevel: 'error', build: options, worker: { format: 'es' } });
  const server = createServer(({ url = '/' }, response) => {
    const file = join(outDir, url === '/' ? 'index.html' : url);
    const found = existsSync(file);
    response.writeHead(found ? 200 : 404, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
    response.end(found ? readFileSync(file) : undefined);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUps.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function expectSame(got: readonly string[], wanted: readonly string[]): void {
  const at = wanted.findIndex((line, i) => line !== got[i]);
  expect(got[at]).toBe(wanted[at]);
  expect(got.length).toBe(wanted.length);
}

describe('one seed gives one history, to the byte', () => {
  const first = historyOf(SEED);

  test('CLU-2 twice in Node', { timeout: 120_000 }, async () => {
    const wanted = await first;
    expect(wanted.length).toBeGreaterThan(500);
    expectSame(await historyOf(SEED), wanted);
  });

  const title = CHROMIUM === undefined ? 'CLU-2 in Chromium (which is not installed here)' : 'CLU-2 in Chromium';
  test.skipIf(CHROMIUM === undefined)(title, { timeout: 180_000 }, async () => {
    const url = await servedPage();
    const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: FLAGS });
    cleanUps.push(() => browser.close());
    const page = await browser.newPage();
    await page.goto(url);
    await page.waitForFunction('globalThis.historyInWorker !== undefined');
    const answer = (await page.evaluate(`historyInWorker(${SEED})`)) as { lines?: readonly string[]; error?: string };
    expect(answer.error).toBeUndefined();
    expectSame(answer.lines ?? [], await first);
  });
});
