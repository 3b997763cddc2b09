import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = fileURLToPath(new URL('./manifests/', import.meta.url));

/** The tour's files: texts by name. */
export function manifests(): Readonly<Record<string, string>> {
  const names = readdirSync(FOLDER).sort();
  return Object.fromEntries(names.map((name) => [name, readFileSync(FOLDER + name, 'utf8')]));
}
