import { prefetchRuntimes } from '@tabernetes/cluster';
import * as Comlink from 'comlink';
import { browserSandbox } from '../sandbox/browser-sandbox.ts';
import { pageHost } from './page-host.ts';

/** Makes this worker the home of a page's cluster: the page holds a `Comlink.Remote` of {@link PageHost}. */
export function exposePageHost(): void {
  prefetchRuntimes();
  const sandbox = browserSandbox();
  Comlink.expose(
    pageHost((options) => ({
      ...options,
      sandbox,
      // A mistake of ours in one component: the others go on, and the page is told.
      onError: (error) => reportError(error),
    })),
  );
}
