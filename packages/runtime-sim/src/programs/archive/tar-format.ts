import { concat, decode, encode } from '../support/input.ts';

/** One member of an archive. */
export interface TarMember {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'symlink';
  /** Permission bits. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
  /** Of a symbolic link. */
  readonly target: string;
  readonly content: Uint8Array;
}

const BLOCK = 512;
const NOTHING = new Uint8Array(0);

/**
 * An archive of ustar headers; names that are too long for one come first, as GNU tar writes them.
 *
 * @param records GNU's archives come in records of twenty blocks, busybox's end with their last one
 */
export function writeTar(members: Iterable<TarMember>, records: boolean): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const member of members) {
    if (encode(member.name).length > 100) pieces.push(...longName(member.name));
    pieces.push(header(member), padded(member.content));
  }
  // Two blocks of nothing end an archive.
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0) + 2 * BLOCK;
  pieces.push(new Uint8Array(2 * BLOCK + (records ? (20 * BLOCK - (length % (20 * BLOCK))) % (20 * BLOCK) : 0)));
  return concat(pieces);
}

/** @throws {Error} for what is no archive */
export function* readTar(bytes: Uint8Array): Generator<TarMember> {
  let long: string | undefined;
  if (bytes.length < BLOCK) throw new Error('short read');
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const head = bytes.subarray(at, at + BLOCK);
    if (head.every((byte) => byte === 0)) return;
    const number = (from: number, length: number): number => Number.parseInt(text(head, from, length).trim() || '0', 8);
    const sum = head.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    if (number(148, 8) !== sum) throw new Error('invalid tar magic');
    const size = number(124, 12);
    const kind = text(head, 156, 1);
    const content = bytes.subarray(at + BLOCK, at + BLOCK + size);
    if (content.length < size) throw new Error('short read');
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
    if (kind === 'L') {
      long = decode(content).replace(/\0+$/, '');
      continue;
    }
    if (kind === 'x' || kind === 'g') continue;
    const prefix = text(head, 257, 5) === 'ustar' ? text(head, 345, 155) : '';
    const name = long ?? (prefix === '' ? '' : `${prefix}/`) + text(head, 0, 100);
    long = undefined;
    yield {
      name,
      type: kind === '5' || name.endsWith('/') ? 'directory' : kind === '2' ? 'symlink' : 'file',
      mode: number(100, 8) & 0o7777,
      uid: number(108, 8),
      gid: number(116, 8),
      modifiedMs: number(136, 12) * 1000,
      target: text(head, 157, 100),
      content: kind === '2' || kind === '5' ? NOTHING : content,
    };
  }
}

function header({ name, type, mode, uid, gid, modifiedMs, target, content }: TarMember, kind?: string): Uint8Array {
  const block = new Uint8Array(BLOCK);
  const put = (at: number, value: string, length: number): void => block.set(encode(value).subarray(0, length), at);
  const octal = (at: number, value: number, length: number): void =>
    put(at, `${value.toString(8).padStart(length - 1, '0')}\0`, length);
  put(0, name, 100);
  octal(100, mode, 8);
  octal(108, uid, 8);
  octal(116, gid, 8);
  octal(124, content.length, 12);
  octal(136, Math.floor(modifiedMs / 1000), 12);
  put(148, ' '.repeat(8), 8);
  put(156, kind ?? { file: '0', directory: '5', symlink: '2' }[type], 1);
  put(157, target, 100);
  put(257, 'ustar  \0', 8);
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `, 8);
  return block;
}

function longName(name: string): readonly Uint8Array[] {
  const content = encode(`${name}\0`);
  const member: TarMember = {
    name: '././@LongLink',
    type: 'file',
    mode: 0,
    uid: 0,
    gid: 0,
    modifiedMs: 0,
    target: '',
    content,
  };
  return [header(member, 'L'), padded(content)];
}

function padded(content: Uint8Array): Uint8Array {
  if (content.length % BLOCK === 0) return content;
  const block = new Uint8Array(Math.ceil(content.length / BLOCK) * BLOCK);
  block.set(content);
  return block;
}

function text(block: Uint8Array, from: number, length: number): string {
  const field = block.subarray(from, from + length);
  const end = field.indexOf(0);
  return decode(end < 0 ? field : field.subarray(0, end));
}
