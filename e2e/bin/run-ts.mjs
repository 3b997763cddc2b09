// Bundles a TypeScript entry as it would be published: what is measured or replayed is what people run.
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The module's exports. */
export const importTs = async (entry) => import(await bundledTs(entry));

/** The URL of the module. */
export async function bundledTs(entry) {
  const outDir = mkdtempSync(join(tmpdir(), 'tabernetes-run-'));
  symlinkSync(join(root, 'node_modules'), join(outDir, 'node_modules'), 'junction');
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    build: {
      ssr: true,
      target: 'node20',
      outDir,
      minify: false,
      rollupOptions: { input: { main: entry }, output: { entryFileNames: '[name].mjs' } },
    },
    plugins: [ownUrls],
    // The peer of our benches is published for bundlers only.
    ssr: { noExternal: [/^@tabernetes\//, '@ngrok/webernetes'] },
  });
  return pathToFileURL(join(outDir, 'main.mjs')).href;
}

/** What a module finds next to itself is still there once it is bundled. */
const ownUrls = {
  name: 'own-urls',
  enforce: 'pre',
  transform: (code, id) => code.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
};
