import { type BegunCluster, beginFirstCluster } from '@tabernetes/ui/first-cluster';
import { openKept, STORE } from './kept-database.ts';

/** A database that takes longer is asked by the page, which can say what is wrong with it, in milliseconds. */
const PATIENCE_MS = 300;

/**
 * Begins the cluster of a visit that brings nothing of its own, while the page that will show it is still read. Undefined: something is
 * kept, or comes with the address, or cannot be known so soon; the page decides.
 */
export async function beginFirstVisit(worker: Worker): Promise<BegunCluster | undefined> {
  if (location.hash !== '' || location.search !== '') return undefined;
  const late = new Promise<boolean>((resolve) => setTimeout(resolve, PATIENCE_MS, false));
  const isFirst = await Promise.race([nothingIsKept(), late]);
  return isFirst ? beginFirstCluster(worker) : undefined;
}

async function nothingIsKept(): Promise<boolean> {
  try {
    const database = await openKept();
    const count = await database.count(STORE);
    database.close();
    return count === 0;
  } catch {
    // Whoever keeps the sandbox comes upon the same, and says so.
    return false;
  }
}
