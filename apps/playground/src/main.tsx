import { App, connectCluster, type Keeping } from '@tabernetes/ui';
import { useCallback, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { browserKeeping } from './keeping.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the app');

const begin = () => {
  const worker = new Worker(new URL('./cluster.worker.ts', import.meta.url), { type: 'module' });
  return { worker, cluster: connectCluster(worker) };
};

/** The app over a worker; another worker takes the place of one that died, with what was kept. */
function Playground({ keeping, first }: { readonly keeping: Keeping; readonly first: ReturnType<typeof begin> }) {
  const [{ worker, cluster }, setRunning] = useState(first);
  const [round, setRound] = useState(0);
  const revive = useCallback(() => {
    worker.terminate();
    setRunning(begin());
    setRound((last) => last + 1);
  }, [worker]);
  return <App key={round} cluster={cluster} keeping={keeping} onRevive={revive} />;
}

createRoot(root).render(<Playground keeping={browserKeeping()} first={begin()} />);

// Everything stays in the browser after the first visit, so that the next one needs no network.
if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    navigator.serviceWorker.register(new URL('sw.js', document.baseURI)).catch(() => undefined);
  });
}
