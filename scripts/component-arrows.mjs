// The arrows of files with JSX, which dependency-cruiser's parser does not read: what they import must be allowed to
// their room, as .dependency-cruiser.mjs says.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { parseSync } from '@swc/core';
import { ARROWS } from '../.dependency-cruiser.mjs';

/** Every import in *.tsx under `root` that leads where its room may not go. */
export function forbiddenComponentImports(root) {
  const found = [];
  for (const room of Object.keys(ARROWS)) {
    const home = join(root, 'packages', room, 'src');
    for (const file of componentFiles(home)) {
      for (const source of importsOf(file)) {
        const to = roomOf(root, file, source);
        if (to !== undefined && to !== room && !ARROWS[room].includes(to)) {
          found.push(`${relative(root, file)} imports ${source}: packages/${room} may not import packages/${to}`);
        }
        if (source.startsWith('node:'))
          found.push(`${relative(root, file)} imports ${source}: a browser is our production`);
      }
    }
  }
  return found;
}

function componentFiles(directory) {
  try {
    return readdirSync(directory, { recursive: true })
      .filter((name) => name.endsWith('.tsx'))
      .map((name) => join(directory, name));
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function importsOf(file) {
  const { body } = parseSync(readFileSync(file, 'utf8'), { syntax: 'typescript', tsx: true, target: 'es2022' });
  return body.flatMap((item) => (item.source ? [item.source.value] : []));
}

/** The package of ours that an import names; undefined for libraries. */
function roomOf(root, file, source) {
  const named = /^@tabernetes\/([^/]+)/.exec(source);
  if (named !== null) return named[1];
  if (!source.startsWith('.')) return undefined;
  const [, room] = relative(root, resolve(dirname(file), source)).split(/[\\/]/);
  return room;
}
