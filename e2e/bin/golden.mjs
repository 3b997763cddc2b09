import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';
import { importTs } from './run-ts.mjs';

const path = (url) => fileURLToPath(new URL(url, import.meta.url));
const args = process.argv.slice(2);
if (args.includes('--virtual')) {
  const { main } = await importTs(path('../replay/virtual-main.ts'));
  const places = { transcripts: path('../golden/transcripts'), page: path('../../docs/recordings.md') };
  process.exit(await main(args, places));
}
const { module } = await runnerImport(path('../replay/main.ts'));
process.exit(await module.main(args));
