/** A worker with nothing in it yet but the code of a cluster. */
export const clusterWorker = (): Worker =>
  new Worker(new URL('./cluster.worker.ts', import.meta.url), { type: 'module', name: 'cluster' });
