import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeFolders } from './make-folders.ts';

let place: string;
afterEach(() => rmSync(place, { recursive: true, force: true }));

test('TAB-13 directories are made with those above them, or it is told why not', () => {
  place = mkdtempSync(join(tmpdir(), 'folders-'));
  const deep = join(place, 'a', 'b', 'c');
  makeFolders(deep);
  makeFolders(deep);
  expect(statSync(deep).isDirectory()).toBe(true);
  writeFileSync(join(place, 'file'), '');
  expect(() => makeFolders(join(place, 'file', 'below'))).toThrow('ENOTDIR');
  expect(() => makeFolders(join(place, 'file'))).toThrow('EEXIST');
  // Where the system lets nobody make any, it is told at once.
  expect(() => makeFolders('/proc/none/below')).toThrow('ENOENT');
});
