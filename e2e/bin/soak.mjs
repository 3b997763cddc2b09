import { fileURLToPath } from 'node:url';
import { importTs } from './run-ts.mjs';

const { main } = await importTs(fileURLToPath(new URL('../soak/main.ts', import.meta.url)));
process.exit(await main(process.argv.slice(2)));
