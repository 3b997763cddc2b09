import { pageHost } from '@tabernetes/worker/host';
import * as Comlink from 'comlink';

/** The worker that the cluster lives in: the page's main thread runs none of its code. */
const { setTimeout: later } = globalThis;
Comlink.expose(
  pageHost((options) => ({
    ...options,
    // A mistake of ours in one component: the others go on, and the page is told.
    onError: (error) =>
      later(() => {
        throw error;
      }),
  })),
);
