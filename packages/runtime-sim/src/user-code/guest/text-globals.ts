/** Texts and bytes, as programs know them. */
export interface TextGlobals {
  readonly TextEncoder: new () => { encode(text?: string): Uint8Array };
  readonly TextDecoder: new (
    label?: string,
    options?: { readonly fatal?: boolean },
  ) => { decode(input?: Uint8Array | ArrayBuffer, options?: { readonly stream?: boolean }): string };
  atob(input: unknown): string;
  btoa(input: unknown): string;
}

/**
 * What programs know for texts and bytes, made of nothing but the language: the realm that they run in has no more. This function is sent
 * to workers as its text, and names nothing outside of itself.
 */
export function textGlobals(): TextGlobals {
  const REPLACEMENT = 0xfffd;
  const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

  class TextEncoder {
    readonly encoding = 'utf-8';
    encode(text = ''): Uint8Array {
      const bytes: number[] = [];
      for (const character of String(text)) {
        let code = character.codePointAt(0) ?? 0;
        if (code >= 0xd800 && code <= 0xdfff) code = REPLACEMENT;
        if (code < 0x80) bytes.push(code);
        else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
        else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
        else bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
      }
      return Uint8Array.from(bytes);
    }
  }

  /** How many bytes follow a first byte, and what it gives; undefined: it is none. */
  const lead = (byte: number): readonly [number, number] | undefined => {
    if (byte >= 0xc2 && byte <= 0xdf) return [1, byte & 31];
    if (byte >= 0xe0 && byte <= 0xef) return [2, byte & 15];
    if (byte >= 0xf0 && byte <= 0xf4) return [3, byte & 7];
    return undefined;
  };
  /** Overlong forms, surrogates and what is beyond Unicode show in the second byte. */
  const isSecond = (first: number, second: number): boolean =>
    second >= (first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80) &&
    second <= (first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf);

  class TextDecoder {
    readonly encoding = 'utf-8';
    readonly fatal: boolean;
    #rest: number[] = [];
    constructor(label = 'utf-8', { fatal = false }: { readonly fatal?: boolean } = {}) {
      if (!/^\s*(utf-?8|unicode-1-1-utf-8)\s*$/i.test(label)) throw new RangeError(`${label} is not utf-8`);
      this.fatal = fatal;
    }
    decode(input?: Uint8Array | ArrayBuffer, { stream = false }: { readonly stream?: boolean } = {}): string {
      const given = input === undefined ? [] : input instanceof ArrayBuffer ? new Uint8Array(input) : input;
      const bytes = this.#rest.length === 0 ? given : [...this.#rest, ...given];
      this.#rest = [];
      const codes: string[] = [];
      for (let at = 0; at < bytes.length; ) {
        const first = bytes[at] as number;
        const found = first < 0x80 ? ([0, first] as const) : lead(first);
        let [length, code] = found ?? [0, REPLACEMENT];
        let taken = 1;
        while (length > 0 && at + taken < bytes.length) {
          const next = bytes[at + taken] as number;
          if (taken === 1 ? !isSecond(first, next) : next < 0x80 || next > 0xbf) break;
          code = (code << 6) | (next & 63);
          taken++;
          length--;
        }
        if (length > 0 && at + taken === bytes.length && stream) {
          for (let i = at; i < bytes.length; i++) this.#rest.push(bytes[i] as number);
          break;
        }
        const isBroken = length > 0 || found === undefined;
        if (isBroken && this.fatal) throw new TypeError('the bytes are not utf-8');
        codes.push(String.fromCodePoint(isBroken ? REPLACEMENT : code));
        at += taken;
      }
      const text = codes.join('');
      return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
    }
  }

  function btoa(input: unknown): string {
    const text = String(input);
    let encoded = '';
    for (let at = 0; at < text.length; at += 3) {
      const [a, b, c] = [text.charCodeAt(at), text.charCodeAt(at + 1), text.charCodeAt(at + 2)];
      if (a > 255 || b > 255 || c > 255) throw new RangeError('btoa takes characters up to 255');
      const bits = (a << 16) | ((b || 0) << 8) | (c || 0);
      const letter = (shift: number): string => LETTERS.charAt((bits >> shift) & 63);
      encoded += letter(18) + letter(12) + (Number.isNaN(b) ? '=' : letter(6)) + (Number.isNaN(c) ? '=' : letter(0));
    }
    return encoded;
  }

  function atob(input: unknown): string {
    const text = String(input)
      .replace(/[\t\n\f\r ]/g, '')
      .replace(/={1,2}$/, '');
    if (text.length % 4 === 1 || /[^A-Za-z0-9+/]/.test(text)) throw new RangeError('atob: that is not base64');
    let decoded = '';
    let bits = 0;
    let held = 0;
    for (const letter of text) {
      bits = (bits << 6) | LETTERS.indexOf(letter);
      held += 6;
      if (held < 8) continue;
      held -= 8;
      decoded += String.fromCharCode((bits >> held) & 255);
      bits &= (1 << held) - 1;
    }
    return decoded;
  }

  return { TextEncoder, TextDecoder, atob, btoa };
}
