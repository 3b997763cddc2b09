/** What stands in front of every frame: its kind or stream, its flags, its length. */
export const HEAD_BYTES = 8;
/** The first word of control frames has this bit. */
export const CONTROL = 0x8000_0000;
/** What is left of a word for a stream's number. */
export const ID = 0x7fff_ffff;
const VERSION = 0x8003;
/** Flag: the sender has said its last on this stream. */
export const FIN = 1;
export const [SYN_STREAM, SYN_REPLY, RST_STREAM, PING, HEADERS] = [1, 2, 3, 6, 8];

/** @see https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/ */
export function controlFrame(type: number, body: Buffer): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt16BE(VERSION, 0);
  head.writeUInt16BE(type, 2);
  head.writeUIntBE(body.length, 5, 3);
  return Buffer.concat([head, body]);
}

export function dataFrame(id: number, bytes: Uint8Array, fin: boolean): Buffer {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32BE(id, 0);
  head.writeUInt8(fin ? FIN : 0, 4);
  head.writeUIntBE(bytes.length, 5, 3);
  return Buffer.concat([head, bytes]);
}
