import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import type { Program } from '@tabernetes/node-api';
import { attempt, command, complain } from './support/command.ts';
import { openBytes, splitLines } from './support/input.ts';
import { parseOptions } from './support/options.ts';

const HASHES = { md5, sha1, sha256, sha512 };

/** Checksums of files, and whether those of a list are right. */
const checksum = (name: keyof typeof HASHES): Program =>
  command('[-c[sw]] [FILE]...', async (process, program) => {
    const options = parseOptions(process.argv.slice(1), 'cswb', { check: 'c', status: 's', warn: 'w' });
    const hash = async (path: string): Promise<string | undefined> => {
      const opened = attempt(() => openBytes(process, path));
      if ('error' in opened) {
        await complain(process, `can't open '${path}': ${opened.error.message}`);
        return undefined;
      }
      const state = HASHES[name].create();
      for (let bytes = await opened.value.read(); bytes !== undefined; bytes = await opened.value.read())
        state.update(bytes);
      return [...state.digest()].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    };
    const paths = options.operands.length === 0 ? ['-'] : options.operands;
    let failed = 0;
    if (!options.has('c')) {
      for (const path of paths) {
        const digest = await hash(path);
        if (digest === undefined) failed++;
        else await process.stdout.write(`${digest}  ${path}\n`);
      }
      return failed === 0 ? 0 : 1;
    }
    let checked = 0;
    for (const list of paths) {
      const text = new TextDecoder().decode(
        list === '-' ? new TextEncoder().encode(await process.stdin.readText()) : process.fs.readFile(list),
      );
      for (const line of splitLines(text).lines) {
        const match = /^([0-9a-f]+) [ *](.*)$/i.exec(line);
        checked++;
        if (match === null) {
          failed++;
          continue;
        }
        const [, wanted = '', path = ''] = match;
        const right = (await hash(path)) === wanted.toLowerCase();
        if (!right) failed++;
        if (!options.has('s')) await process.stdout.write(`${path}: ${right ? 'OK' : 'FAILED'}\n`);
      }
    }
    if (checked === 0) {
      await process.stderr.write(`${program}: no checksum lines found\n`);
      return 1;
    }
    if (failed > 0 && !options.has('s'))
      await process.stderr.write(`${program}: WARNING: ${failed} of ${checked} computed checksums did NOT match\n`);
    return failed === 0 ? 0 : 1;
  });

export const md5sum = checksum('md5');
export const sha1sum = checksum('sha1');
export const sha256sum = checksum('sha256');
export const sha512sum = checksum('sha512');
