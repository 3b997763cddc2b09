import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import type { ClusterOptions } from '@tabernetes/cluster';

/**
 * Reads the programs of images from a directory: `me/app.js` is the image me/app, whatever the tag, and `me/app@1.2.js` is me/app:1.2.
 * Each runs in a thread of its own, which can do nothing to this process.
 * @throws {Error} the directory cannot be read, or holds no program
 */
export async function imagesOfDirectory(directory: string): Promise<NonNullable<ClusterOptions['images']>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile() && PROGRAM.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  if (files.length === 0) throw new Error(`--images ${directory}: there is no program in it: no file ends with .js`);
  const images = files.sort().map(async (file) => {
    const path = relative(directory, file).split(sep).join('/').replace(PROGRAM, '');
    const program = path.slice(path.lastIndexOf('/') + 1).replace(/@.*$/, '');
    return [path.replace('@', ':'), { bin: { [program]: await readFile(file, 'utf8') } }] as const;
  });
  return Object.fromEntries(await Promise.all(images));
}

const PROGRAM = /(\.image)?\.m?js$/;
