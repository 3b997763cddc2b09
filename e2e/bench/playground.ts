import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from '@playwright/test';
import { playgroundServer } from '../../packages/tabernetes/src/node/playground-server.ts';
import { launchBrowser, noBrowser } from '../playground/browser.ts';
import { gzipBytesOf, type WorkerBoot, workerBoot } from '../playground/worker-boot.ts';
import { CROWDS, rollingFrames } from './frames.ts';
import type { BenchRow } from './main.ts';

/** First visits that are measured; the middle one counts. */
const VISITS = 5;

/** The built playground in Chromium: what a first visit waits for, in milliseconds since the page was asked for. */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  if (noBrowser !== '') {
    console.log(noBrowser);
    return;
  }
  const server = await playgroundServer(0);
  const browser = await launchBrowser();
  try {
    // The browser itself is warm: it is not what is measured.
    await firstVisit(browser, server.url);
    const visits: Visit[] = [];
    for (let n = 0; n < VISITS; n++) visits.push(await firstVisit(browser, server.url));
    for (const [name, of] of Object.entries(FIGURES)) {
      report({ name, n: 1, value: middle(visits.map(of)), unit: 'ms' });
    }
    for (const crowd of CROWDS) {
      const { middle: usual, most, longestTask } = await rollingFrames(browser, server.url, crowd);
      const row = { n: crowd.pods, unit: 'ms' };
      report({ ...row, name: 'scripts and layout of a frame while Pods roll, the middle one', value: usual });
      report({ ...row, name: 'the same, all but a twentieth below', value: most });
      report({ ...row, name: 'the longest task of the page meanwhile', value: longestTask });
    }
    const boots: WorkerBoot[] = [];
    for (let n = 0; n < VISITS; n++) boots.push(await workerBoot(browser));
    const ready = middle(boots.map(({ readyMs }) => readyMs));
    report({ name: 'a cluster is ready, in a worker alone', n: 1, value: ready, unit: 'ms' });
    report({ name: 'scripts of the page before the editor', n: 1, value: pageKilobytes(), unit: 'KB gz' });
    const bytes = middle(boots.map(gzipBytesOf));
    report({ name: 'scripts that the worker fetches until then', n: 1, value: bytes / 1000, unit: 'KB gz' });
  } finally {
    await browser.close();
    await server.close();
  }
}

/** When something was first seen, by name. */
type Visit = Readonly<Record<string, number>>;

const FIGURES: Readonly<Record<string, (visit: Visit) => number>> = {
  'first paint': (visit) => visit['first-contentful-paint'] ?? Number.NaN,
  'three nodes are seen': (visit) => visit['nodes'] ?? Number.NaN,
  'the cluster answers, after its worker began': (visit) =>
    (visit['cluster:ready'] ?? Number.NaN) - (visit['cluster:worker'] ?? Number.NaN),
  'the terminal takes input': (visit) => visit['terminal'] ?? Number.NaN,
  'the prompt is there': (visit) => visit['prompt'] ?? Number.NaN,
  'the editor is there': (visit) => visit['editor'] ?? Number.NaN,
};

async function firstVisit(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watch);
  await page.goto(url);
  await page.waitForFunction(() => globalThis.seen?.['editor'] !== undefined, undefined, { timeout: 60_000 });
  await page.waitForFunction(() => globalThis.seen?.['prompt'] !== undefined, undefined, { timeout: 60_000 });
  const seen = await seenBy(page);
  await context.close();
  return seen;
}

const seenBy = (page: Page): Promise<Visit> =>
  page.evaluate(() => {
    const entries = [...performance.getEntriesByType('mark'), ...performance.getEntriesByType('paint')];
    const marks = Object.fromEntries(entries.map(({ name, startTime }) => [name, startTime]));
    return { ...marks, ...globalThis.seen };
  });

declare global {
  /** When {@link watch} saw each thing, in milliseconds since the page was asked for. */
  var seen: Record<string, number> | undefined;
}

/** Runs in the page: notes when each thing is there, frame by frame. */
function watch(): void {
  const seen: Record<string, number> = {};
  globalThis.seen = seen;
  const signs: Readonly<Record<string, () => boolean>> = {
    nodes: () => document.querySelectorAll('.node').length >= 3,
    terminal: () => document.querySelector('.xterm-helper-textarea') !== null,
    // As it is drawn; what is read aloud follows within a second.
    prompt: () =>
      [...document.querySelectorAll('.xterm-rows > div')].some(({ textContent }) => /# *$/.test(textContent.trim())),
    editor: () => document.querySelector('.monaco .view-line') !== null,
  };
  const look = (): void => {
    for (const [name, isThere] of Object.entries(signs)) {
      if (!(name in seen) && isThere()) seen[name] = performance.now();
    }
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** What is read before the editor, as a server that compresses sends it. */
function pageKilobytes(): number {
  const dist = fileURLToPath(new URL('../../apps/playground/dist/', import.meta.url));
  const html = readFileSync(`${dist}index.html`, 'utf8');
  const page = new Set([...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file));
  return [...page].reduce((sum, file) => sum + gzipSync(readFileSync(dist + file)).length / 1000, 0);
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
