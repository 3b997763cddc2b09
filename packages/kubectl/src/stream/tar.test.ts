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

describe('archives that kubectl cp sends', () => {
  test('KCT-30 come back as they were: files, directories, links, long names', () => {
    const entries = [
      entry('a/b.txt', { content: new TextEncoder().encode('hello\n'), mode: 0o755 }),
      entry(`${'long/'.repeat(40)}name`, { content: new Uint8Array(513).fill(7) }),
      entry('link', { type: 'symlink', target: 'a/b.txt' }),
    ];
    expect([...readTar(whole(entries))]).toEqual(entries);
    expect([...readTar(whole([entry('dir', { type: 'directory' })]))]).toMatchObject([
      { name: 'dir/', type: 'directory' },
    ]);
  });

  test('KCT-30 are not read past their end', () => {
    const bytes = whole([entry('a', { content: new Uint8Array(2_000) })]);
    expect(() => [...readTar(bytes.subarray(0, 1_024))]).toThrow('unexpected EOF');
  });
});
