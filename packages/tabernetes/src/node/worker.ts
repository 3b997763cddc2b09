import { parentPort, workerData } from 'node:worker_threads';
import { clusterHost } from '@tabernetes/worker/host';
import * as Comlink from 'comlink';
import nodeEndpoint from 'comlink/dist/esm/node-adapter.mjs';
import { openStateDirectory } from './state-directory.ts';

/** The entry of the worker thread that hosts the cluster of `tabernetes serve`. */
if (parentPort === null) throw new Error('this file runs in a worker thread');

const { state } = workerData as { readonly state?: string };
const host = clusterHost(async (options) => {
  if (state === undefined) return options;
  const directory = openStateDirectory(state);
  return { ...options, ...(directory.restored && { restore: directory.restored }), onStore: directory.append };
});
Comlink.expose(host, nodeEndpoint(parentPort));
