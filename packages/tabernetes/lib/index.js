// The library's entry: builds what is missing (in the repository only), then is what was built.
import { ensureBuilt } from './build.js';

await ensureBuilt();
export const { createCluster, shareLink } = await import('../dist/index.js');
