// Takes the README's pictures of the playground: npm run pictures, after npm run build.
import { fileURLToPath } from 'node:url';
import { importTs } from './run-ts.mjs';

await importTs(fileURLToPath(new URL('../playground/pictures.ts', import.meta.url)));
