import * as Comlink from 'comlink';
import { pageHost } from './page-host.ts';

/** Makes this worker the home of a page's cluster: the page holds a `Comlink.Remote` of {@link PageHost}. */
export function exposePageHost(): void {
  Comlink.expose(
    pageHost((options) => ({
      ...options,
      // A mistake of ours in one component: the others go on, and the page is told.
      onError: (error) => reportError(error),
    })),
  );
}
