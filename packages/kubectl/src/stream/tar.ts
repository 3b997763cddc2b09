/** One entry of an archive. */
export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** Permission bits. */
  readonly mode: number;
  readonly modifiedMs: number;
  /** Of files. */
  readonly content: Uint8Array;
  /** Of symbolic links. */
  readonly target: string;
}

const BLOCK = 512;
const TYPES = { file: '0', symlink: '2', directory: '5' } as const;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** An archive in the format ustar; names that do not fit take GNU's long form. */
export function* writeTar(entries: Iterable<TarEntry>): Generator<Uint8Array> {
  for (const entry of entries) {
    const name = encoder.encode(entry.type === 'directory' ? `${entry.name.replace(/\/$/, '')}/` : entry.name);
    const target = encoder.encode(entry.target);
    if (name.length > 100) yield* longName('L', name);
    if (target.length > 100) yield* longName('K', target);
    const size = entry.type === 'file' ? entry.content.length : 0;
    yield header(name.subarray(0, 100), TYPES[entry.type], size, entry.mode, entry.modifiedMs, target.subarray(0, 100));
    if (size > 0) yield padded(entry.content);
  }
  yield new Uint8Array(2 * BLOCK);
}

function* longName(type: string, text: Uint8Array): Generator<Uint8Array> {
  const content = new Uint8Array(text.length + 1);
  content.set(text);
  yield header(encoder.encode('././@LongLink'), type, content.length, 0, 0, new Uint8Array());
  yield padded(content);
}

function padded(content: Uint8Array): Uint8Array {
  const whole = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  whole.set(content);
  return whole;
}

function header(
  name: Uint8Array,
  type: string,
  size: number,
  mode: number,
  modifiedMs: number,
  target: Uint8Array,
): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => block.set(encoder.encode(text), at);
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`;
  block.set(name, 0);
  put(100, octal(mode & 0o7777, 8));
  put(108, octal(0, 8));
  put(116, octal(0, 8));
  put(124, octal(size, 12));
  put(136, octal(Math.max(0, Math.floor(modifiedMs / 1_000)), 12));
  put(148, '        ');
  put(156, type);
  block.set(target, 157);
  put(257, 'ustar\x0000');
  put(
    148,
    `${block
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
  );
  return block;
}

/**
 * The entries of an archive, as it comes; what follows its end is not asked for. Devices and their like are left out.
 *
 * @throws {Error} when it ends in the middle of an entry, or is none
 */
export async function* readTar(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<TarEntry> {
  const source = byLength(chunks);
  try {
    yield* entries(source.take);
  } finally {
    await source.close();
  }
}

type Take = (length: number) => Promise<Uint8Array>;

async function* entries(take: Take): AsyncGenerator<TarEntry> {
  let longer: { name?: string; target?: string } = {};
  for (;;) {
    const block = await take(BLOCK);
    if (block.length === 0) return;
    if (block.every((byte) => byte === 0)) {
      // Two empty blocks are the end.
      await take(BLOCK);
      return;
    }
    const text = (from: number, length: number): string =>
      decoder.decode(block.subarray(from, from + length)).split('\0', 1)[0] ?? '';
    const octal = (from: number, length: number): number => Number.parseInt(text(from, length).trim() || '0', 8);
    if (block.length < BLOCK) throw new Error('unexpected EOF');
    if (octal(148, 8) !== sumOf(block)) throw new Error('archive/tar: invalid tar header');
    const size = octal(124, 12);
    const padded = await take(Math.ceil(size / BLOCK) * BLOCK);
    if (padded.length < size) throw new Error('unexpected EOF');
    const content = padded.subarray(0, size);
    const type = text(156, 1);
    if (type === 'L' || type === 'K') {
      longer = { ...longer, [type === 'L' ? 'name' : 'target']: decoder.decode(content).replace(/\0+$/, '') };
      continue;
    }
    const prefix = text(345, 155);
    const name = longer.name ?? (prefix === '' ? text(0, 100) : `${prefix}/${text(0, 100)}`);
    const target = longer.target ?? text(157, 100);
    longer = {};
    const known =
      type === '5' ? 'directory' : type === '2' ? 'symlink' : type === '0' || type === '' ? 'file' : undefined;
    if (known === undefined) continue;
    yield { name, type: known, mode: octal(100, 8), modifiedMs: octal(136, 12) * 1_000, content, target };
  }
}

/** The sum that the header holds of its own bytes, taken with blanks where it stands. */
const sumOf = (block: Uint8Array): number =>
  block.reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 0x20 : byte), 0);

/** A stream cut into the lengths that are asked for; less only at its end. */
function byLength(chunks: AsyncIterable<Uint8Array>): { readonly take: Take; close(): Promise<void> } {
  const iterator = chunks[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array();
  return {
    async take(length) {
      const parts: Uint8Array[] = [rest];
      let have = rest.length;
      while (have < length) {
        const { done, value } = await iterator.next();
        if (done) break;
        parts.push(value);
        have += value.length;
      }
      const all = parts.length === 1 ? rest : joined(parts, have);
      rest = all.subarray(length);
      return all.subarray(0, length);
    },
    async close() {
      await iterator.return?.();
    },
  };
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
