import { exposePageHost } from '@tabernetes/worker/host';

/** The worker that the cluster lives in: the page's main thread runs none of its code. */
exposePageHost();
