import { App, connectCluster, type Keeping } from '@tabernetes/ui';
import type { BegunCluster } from '@tabernetes/ui/first-cluster';
import { useCallback, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { clusterWorker } from './cluster-worker.ts';
import { browserKeeping } from './keeping.ts';

/** How long after everything else the page begins to make itself independent of the network, in milliseconds. */
const OFFLINE_AFTER_MS = 3_000;

/** Shows the app over this worker. @param begun its first cluster, see `connectCluster` */
export function showPage(worker: Worker, begun: Promise<BegunCluster | undefined>): void {
  const root = document.getElementById('root');
  if (root === null) throw new Error('the page has no place for the app');
  createRoot(root).render(<Playground keeping={browserKeeping()} first={running(worker, begun)} />);
  if (import.meta.env.PROD && 'serviceWorker' in navigator) stayOffline();
}

const running = (worker: Worker, begun?: Promise<BegunCluster | undefined>) => ({
  worker,
  cluster: connectCluster(worker, begun),
});

/** The app over a worker; another worker takes the place of one that died, with what was kept. */
function Playground({ keeping, first }: { readonly keeping: Keeping; readonly first: ReturnType<typeof running> }) {
  const [{ worker, cluster }, setRunning] = useState(first);
  const [round, setRound] = useState(0);
  const revive = useCallback(() => {
    worker.terminate();
    setRunning(running(clusterWorker()));
    setRound((last) => last + 1);
  }, [worker]);
  return <App key={round} cluster={cluster} keeping={keeping} onRevive={revive} />;
}

/** Everything stays in the browser after the first visit, so that the next one needs no network. Reading all of it again can wait. */
function stayOffline(): void {
  const register = (): void => {
    navigator.serviceWorker.register(new URL('sw.js', document.baseURI)).catch(() => undefined);
  };
  const later = (): void => void setTimeout(register, OFFLINE_AFTER_MS);
  if (document.readyState === 'complete') later();
  else addEventListener('load', later, { once: true });
}
