// The grand tour, in the page and with kubectl: npm run tour, after npm run build.
import { fileURLToPath } from 'node:url';
import { importTs } from './run-ts.mjs';

const { main } = await importTs(fileURLToPath(new URL('../tour/main.ts', import.meta.url)));
process.exit(await main(process.argv.slice(2)));
