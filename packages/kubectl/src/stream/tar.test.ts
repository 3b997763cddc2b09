import { describe, expect, test } from 'vitest';
import { readTar, type TarEntry, writeTar } from './tar.ts';

const entry = (name: string, more: Partial<TarEntry>): TarEntry => ({
  name,
  type: 'file',
  mode: 0o644,
  modifiedMs: 1_700_000_000_000,
  content: new Uint8Array(),
  target: '',
  ...more,
});

const whole = (entries: readonly TarEntry[]): Uint8Array => {
  const chunks = [...writeTar(entries)];
  const bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
};

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function all(chunks: AsyncIterable<Uint8Array>): Promise<readonly TarEntry[]> {
  const entries: TarEntry[] = [];
  for await (const each of readTar(chunks)) entries.push(each);
  return entries;
}

const read = (bytes: Uint8Array, size = 300): Promise<readonly TarEntry[]> => all(inPieces(bytes, size));

describe('archives that kubectl cp sends', () => {
  test('KCT-30 come back as they were: files, directories, links, long names', async () => {
    const entries = [
      entry('a/b.txt', { content: new TextEncoder().encode('hello\n'), mode: 0o755 }),
      entry(`${'long/'.repeat(40)}name`, { content: new Uint8Array(513).fill(7) }),
      entry('link', { type: 'symlink', target: 'a/b.txt' }),
    ];
    expect(await read(whole(entries))).toEqual(entries);
    expect(await read(whole(entries), 100_000)).toEqual(entries);
    expect(await read(whole([entry('dir', { type: 'directory' })]))).toMatchObject([
      { name: 'dir/', type: 'directory' },
    ]);
  });

  test('KCT-30 are not read past their end, and are refused when they break off or are none', async () => {
    const bytes = whole([entry('a', { content: new Uint8Array(2_000) })]);
    await expect(read(bytes.subarray(0, 1_024))).rejects.toThrow('unexpected EOF');
    await expect(read(new Uint8Array(600).fill(97))).rejects.toThrow('archive/tar: invalid tar header');
    let hasLetGo = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        yield bytes;
        throw new Error('read on');
      } finally {
        hasLetGo = true;
      }
    }
    await expect(all(endless())).resolves.toHaveLength(1);
    expect(hasLetGo).toBe(true);
  });
});
