import { parentPort, workerData } from 'node:worker_threads';
import { clusterHost } from '@tabernetes/worker/host';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { openStateDirectory } from './state-directory.ts';

/** The entry of the worker thread that hosts the cluster of `tabernetes serve`. */
if (parentPort === null) throw new Error('this file runs in a worker thread');

import { nodeOptions } from './node-options.ts';

const { state } = workerData as { readonly state?: string };
const host = clusterHost(async (options) => {
  const served = { ...options, ...nodeOptions, onError: report };
  if (state === undefined) return served;
  const directory = openStateDirectory(state);
  return { ...served, ...(directory.restored && { restore: directory.restored }), onStore: directory.append };
});
Comlink.expose(host, nodeEndpoint(parentPort));

/** A mistake of ours in one component: the others go on, and the person who runs us reads about it. */
function report(error: unknown): void {
  const { cause } = error as { readonly cause?: unknown };
  process.stderr.write(`unexpected: ${textOf(error)}\n${cause === undefined ? '' : `because of: ${textOf(cause)}\n`}`);
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
