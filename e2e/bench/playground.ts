import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from '@playwright/test';
import { playgroundServer } from '../../packages/tabernetes/src/node/playground-server.ts';
import { launchBrowser, noBrowser } from '../playground/browser.ts';
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
    for (const [name, value] of sizes()) report({ name, n: 1, value, unit: 'KB gz' });
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
  await page.waitForFunction(() => 'editor' in (globalThis as unknown as Watched).seen, undefined, { timeout: 60_000 });
  await page.waitForFunction(() => 'prompt' in (globalThis as unknown as Watched).seen, undefined, { timeout: 60_000 });
  const seen = await seenBy(page);
  await context.close();
  return seen;
}

const seenBy = (page: Page): Promise<Visit> =>
  page.evaluate(() => {
    const entries = [...performance.getEntriesByType('mark'), ...performance.getEntriesByType('paint')];
    const marks = Object.fromEntries(entries.map(({ name, startTime }) => [name, startTime]));
    return { ...marks, ...(globalThis as unknown as Watched).seen };
  });

interface Watched {
  readonly seen: Record<string, number>;
}

/** Runs in the page: notes when each thing is there, frame by frame. */
function watch(): void {
  const seen: Record<string, number> = {};
  Object.assign(globalThis, { seen });
  const signs: Readonly<Record<string, () => boolean>> = {
    nodes: () => document.querySelectorAll('.node').length >= 3,
    terminal: () => document.querySelector('.xterm-helper-textarea') !== null,
    prompt: () => /# ?$/m.test(document.querySelector('.xterm-accessibility-tree')?.textContent?.trim() ?? ''),
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

/** What is read before the editor, and for the cluster, as a server that compresses sends it. */
function sizes(): readonly (readonly [string, number])[] {
  const dist = fileURLToPath(new URL('../../apps/playground/dist/', import.meta.url));
  const html = readFileSync(`${dist}index.html`, 'utf8');
  const page = [...html.matchAll(/(?:src|href)="\.\/(assets\/[^"]+\.js)"/g)].map(([, file = '']) => file);
  const worker = readdirSync(`${dist}assets`).find((file) => /^cluster\.worker-.*\.js$/.test(file)) ?? '';
  const size = (files: Iterable<string>): number =>
    [...files].reduce((sum, file) => sum + gzipSync(readFileSync(dist + file)).length / 1000, 0);
  return [
    ['scripts of the page before the editor', size(new Set(page))],
    ['scripts of the cluster’s worker', size(imported(dist, `assets/${worker}`, new Set()))],
  ];
}

/** A script, and all that it imports before it runs. */
function imported(dist: string, file: string, known: Set<string>): ReadonlySet<string> {
  if (known.has(file)) return known;
  known.add(file);
  const text = readFileSync(dist + file, 'utf8');
  for (const [, next = ''] of text.matchAll(/(?:import|from)"\.\/([^"]+\.js)"/g))
    imported(dist, `assets/${next}`, known);
  return known;
}

const middle = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
