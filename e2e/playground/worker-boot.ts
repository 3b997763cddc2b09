import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser } from '@playwright/test';
import type { PageClusterOptions } from '@tabernetes/worker/host';

/** What the playground asks for when nobody asks for anything else. */
const OPTIONS: PageClusterOptions = {
  nodes: 3,
  seed: 1,
  latency: 'short',
  kubelet: 'simulated',
  addons: ['dns', 'metrics', 'storage', 'load-balancer', 'ingress'],
};

/** A cluster that started in a worker of its own, in a page that shows nothing and opens no terminal. */
export interface WorkerBoot {
  /** From `new Worker` to the answer to `start`, in milliseconds. */
  readonly readyMs: number;
  /** Every script that was asked for by then, in this order, and its size as gzip sends it. */
  readonly scripts: readonly { readonly file: string; readonly text: string; readonly gzipBytes: number }[];
}

/** Starts the worker of the playground that was built. @param dist the folder with its `index.html` */
export async function workerBoot(browser: Browser, dist = DIST, options = OPTIONS): Promise<WorkerBoot> {
  const entry = readdirSync(join(dist, 'assets')).find((file) => /^cluster\.worker-.*\.js$/.test(file));
  if (entry === undefined) throw new Error('the playground has not been built; run: npm run build');
  const asked: string[] = [];
  const server = createServer(({ url = '/' }, response) => {
    if (!url.startsWith('/assets/')) {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>worker</title>');
      return;
    }
    asked.push(url.slice(1));
    response.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(join(dist, url)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const readyMs = await page.evaluate(start, { entry: `/assets/${entry}`, options });
    const scripts = asked.map((file) => {
      const text = readFileSync(join(dist, file), 'utf8');
      return { file, text, gzipBytes: gzipSync(text).length };
    });
    return { readyMs, scripts };
  } finally {
    await context.close();
    server.close();
    server.closeAllConnections();
  }
}

export const gzipBytesOf = ({ scripts }: WorkerBoot): number =>
  scripts.reduce((sum, { gzipBytes }) => sum + gzipBytes, 0);

const DIST = fileURLToPath(new URL('../../apps/playground/dist/', import.meta.url));

/** Runs in the page: calls `start` as Comlink does. */
function start({ entry, options }: { readonly entry: string; readonly options: object }): Promise<number> {
  const fromMs = performance.now();
  const worker = new Worker(entry, { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.onmessage = ({ data }) => {
      if (data.id !== 'start') return;
      if (data.type === 'HANDLER') reject(new Error(JSON.stringify(data.value)));
      else resolve(performance.now() - fromMs);
      worker.terminate();
    };
    worker.postMessage({
      id: 'start',
      type: 'APPLY',
      path: ['start'],
      argumentList: [{ type: 'RAW', value: options }],
    });
  });
}
