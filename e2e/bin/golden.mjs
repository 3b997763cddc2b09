import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('../replay/main.ts', import.meta.url)));
process.exit(await module.main(process.argv.slice(2)));
