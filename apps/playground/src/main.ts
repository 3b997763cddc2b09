import { clusterWorker } from './cluster-worker.ts';

// Of all that a visit needs the worker takes longest: it reads its code, and begins, while the page reads its own.
performance.mark('cluster:worker');
const worker = clusterWorker();
const begun = import('./first-visit.ts').then(({ beginFirstVisit }) => beginFirstVisit(worker));
const { showPage } = await import('./page.tsx');
showPage(worker, begun);
