import { App, connectCluster } from '@tabernetes/ui';
import { createRoot } from 'react-dom/client';
import { browserKeeping } from './keeping.ts';

const root = document.getElementById('root');
if (root === null) throw new Error('the page has no place for the app');

const cluster = connectCluster(new Worker(new URL('./cluster.worker.ts', import.meta.url), { type: 'module' }));
createRoot(root).render(<App cluster={cluster} keeping={browserKeeping()} />);
