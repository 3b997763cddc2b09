/** A picture of its own, and where it lies on the canvas. */
export interface WebpFrame {
  /** A WebP file of one picture. */
  readonly file: Uint8Array;
  /** In pixels; even. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly durationMs: number;
}

const NO_BLENDING = 0b10;
const ANIMATED = 0b10;

/**
 * An animated WebP that runs for ever. Each frame lies over those before it.
 * @see https://developers.google.com/speed/webp/docs/riff_container
 */
export function animatedWebp(
  { width, height }: { readonly width: number; readonly height: number },
  frames: readonly WebpFrame[],
): Buffer {
  const header = chunk('VP8X', Buffer.from([ANIMATED, 0, 0, 0]), u24(width - 1), u24(height - 1));
  const animation = chunk('ANIM', Buffer.alloc(4), Buffer.alloc(2));
  const all = frames.map((frame) =>
    chunk(
      'ANMF',
      ...[frame.x / 2, frame.y / 2, frame.width - 1, frame.height - 1, frame.durationMs].map(u24),
      Buffer.from([NO_BLENDING]),
      bitstreamOf(frame.file),
    ),
  );
  return chunk('RIFF', Buffer.from('WEBP'), header, animation, ...all);
}

function chunk(name: string, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(body.length);
  return Buffer.concat([Buffer.from(name), size, body, Buffer.alloc(body.length % 2)]);
}

function u24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntLE(value, 0, 3);
  return bytes;
}

/** The chunk that holds the picture, of a file whose header may say more. @throws {Error} when there is none */
function bitstreamOf(file: Uint8Array): Buffer {
  const bytes = Buffer.from(file);
  for (let at = 12; at + 8 <= bytes.length; ) {
    const name = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32LE(at + 4);
    const end = at + 8 + size + (size % 2);
    if (name === 'VP8 ' || name === 'VP8L') return bytes.subarray(at, end);
    at = end;
  }
  throw new Error('no WebP picture');
}
