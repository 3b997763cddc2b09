import { constants, createDeflate, createInflate } from 'node:zlib';

/**
 * The headers of streams: names and values with their lengths, deflated. All blocks of one direction are one deflated
 * text that begins with a dictionary, so that they must be taken in order.
 *
 * @see https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/ 2.6.10
 */
export class HeaderBlocks {
  readonly #inflate = createInflate({ dictionary: DICTIONARY });
  readonly #deflate = createDeflate({ dictionary: DICTIONARY });

  /** @throws {Error} when it is no block */
  async decode(block: Buffer): Promise<ReadonlyMap<string, string>> {
    const inflate = this.#inflate;
    await new Promise<void>((resolve, reject) => {
      inflate.once('error', reject);
      inflate.write(block, () => {
        inflate.off('error', reject);
        resolve();
      });
    });
    const bytes = (inflate.read() as Buffer | null) ?? Buffer.alloc(0);
    const headers = new Map<string, string>();
    let at = 4;
    const text = (): string => {
      const start = at + 4;
      at = start + bytes.readUInt32BE(at);
      return bytes.toString('utf8', start, at);
    };
    for (let left = bytes.readUInt32BE(0); left > 0; left--) {
      const name = text();
      headers.set(name.toLowerCase(), text());
    }
    return headers;
  }

  /** A block without any header. */
  encodeNothing(): Promise<Buffer> {
    return this.encode({});
  }

  async encode(headers: Readonly<Record<string, string>>): Promise<Buffer> {
    const deflate = this.#deflate;
    const pairs = Object.entries(headers);
    deflate.write(Buffer.concat([uint32(pairs.length), ...pairs.flat().map(counted)]));
    await new Promise<void>((resolve) => deflate.flush(constants.Z_SYNC_FLUSH, resolve));
    return (deflate.read() as Buffer | null) ?? Buffer.alloc(0);
  }

  close(): void {
    this.#inflate.destroy();
    this.#deflate.destroy();
  }
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

const counted = (text: string): Buffer => Buffer.concat([uint32(Buffer.byteLength(text)), Buffer.from(text)]);

const WORDS =
  'options head post put delete trace accept accept-charset accept-encoding accept-language accept-ranges age allow ' +
  'authorization cache-control connection content-base content-encoding content-language content-length ' +
  'content-location content-md5 content-range content-type date etag expect expires from host if-match ' +
  'if-modified-since if-none-match if-range if-unmodified-since last-modified location max-forwards pragma ' +
  'proxy-authenticate proxy-authorization range referer retry-after server te trailer transfer-encoding upgrade ' +
  'user-agent vary via warning www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie ' +
  'keep-alive origin';

const TEXT =
  '100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505' +
  '203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request401 Unauthorized403 Forbidden' +
  '404 Not Found500 Internal Server Error501 Not Implemented503 Service Unavailable' +
  'Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT' +
  'chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,text/plain,text/javascript,' +
  'publicprivatemax-age=gzip,deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.';

/** What the protocol has both sides know from the beginning: words with their lengths, and what is often said. */
export const DICTIONARY = Buffer.concat([
  ...WORDS.split(' ').map((word) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(word.length);
    return Buffer.concat([length, Buffer.from(word.replace('_', ' '))]);
  }),
  Buffer.from(TEXT),
]);
