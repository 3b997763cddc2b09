import { ensureBuilt } from './build.js';

await ensureBuilt();
