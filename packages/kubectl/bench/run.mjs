import { fileURLToPath } from 'node:url';
import { importTs } from '../../../e2e/bin/run-ts.mjs';

const { main } = await importTs(fileURLToPath(new URL('./main.ts', import.meta.url)));
await main();
process.exit(0);
