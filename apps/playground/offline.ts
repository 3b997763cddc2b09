import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Plugin } from 'vite';

/** Writes the service worker once everything else is built: it names every file of the build. */
export function offline(): Plugin {
  let folder = '';
  return {
    name: 'tabernetes:offline',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir);
    },
    closeBundle() {
      const files = readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && entry.name !== 'sw.js')
        .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
        .sort();
      const hash = createHash('sha256');
      for (const file of files) hash.update(file).update(readFileSync(join(folder, file)));
      const kept = ['./', ...files.filter((file) => file !== 'index.html').map((file) => `./${file}`)];
      const source = readFileSync(new URL('./service-worker.js', import.meta.url), 'utf8');
      writeFileSync(
        join(folder, 'sw.js'),
        source
          .replace('/* files */ []', JSON.stringify(kept))
          .replace('/* version */', hash.digest('hex').slice(0, 12)),
      );
    },
  };
}
