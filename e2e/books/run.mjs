// What the books' examples come to: node e2e/books/run.mjs FOLDER [PART OF A PATH...]
import { fileURLToPath } from 'node:url';
import { importTs } from '../bin/run-ts.mjs';

const { main } = await importTs(fileURLToPath(new URL('./main.ts', import.meta.url)));
process.exit(await main(process.argv.slice(2)));
