import { fileURLToPath } from 'node:url';
import { importTs } from '../bin/run-ts.mjs';

const { main } = await importTs(fileURLToPath(new URL('./main.ts', import.meta.url)));
await main(process.argv.slice(2));
process.exit(0);
