import { isBlank, isBlankOrEnd, isBreak, isBreakOrEnd, isWord, type YamlSource } from './source.ts';

/** `!!int` has the handle `!!` and the suffix `int`; `!<tag:x>` has no handle. */
export interface Tag {
  readonly handle: string;
  readonly suffix: string;
}

/** The name behind `&` or `*`. */
export function scanAnchor(source: YamlSource): string {
  source.skip();
  const name = scanWhile(source, isWord);
  const end = source.char();
  if (name === '' || !(isBlankOrEnd(end) || '?:,]}%@`'.includes(end))) {
    throw source.problem('did not find expected alphabetic or numeric character');
  }
  return name;
}

export function scanTag(source: YamlSource): Tag {
  let tag: Tag;
  if (source.char(1) === '<') {
    source.skip(2);
    tag = { handle: '', suffix: scanUri(source, '') };
    if (source.char() !== '>') throw source.problem("did not find the expected '>'");
    source.skip();
  } else {
    const handle = scanHandle(source, false);
    if (handle.length > 1 && handle.endsWith('!')) tag = { handle, suffix: scanUri(source, '') };
    else {
      const suffix = scanUri(source, handle);
      tag = suffix === '' ? { handle: '', suffix: '!' } : { handle: '!', suffix };
    }
  }
  if (!isBlankOrEnd(source.char())) throw source.problem('did not find expected whitespace or line break');
  return tag;
}

/** The value of `%YAML` is `1.1`, that of `%TAG` handle and prefix, with a space between. */
export function scanDirective(source: YamlSource): { readonly name: 'YAML' | 'TAG'; readonly value: string } {
  source.skip();
  const name = scanWhile(source, isWord);
  if (name === '') throw source.problem('could not find expected directive name');
  if (!isBlankOrEnd(source.char())) throw source.problem('found unexpected non-alphabetical character');
  let value: string;
  if (name === 'YAML') value = scanVersion(source);
  else if (name === 'TAG') value = scanTagDirective(source);
  else throw source.problem('found unknown directive name');
  scanWhile(source, isBlank);
  if (source.char() === '#') while (!isBreakOrEnd(source.char())) source.skip();
  if (!isBreakOrEnd(source.char())) throw source.problem('did not find expected comment or line break');
  if (isBreak(source.char())) source.lineBreak();
  return { name, value };
}

function scanVersion(source: YamlSource): string {
  scanWhile(source, isBlank);
  const major = scanVersionNumber(source);
  if (source.char() !== '.') throw source.problem("did not find expected digit or '.' character");
  source.skip();
  return `${major}.${scanVersionNumber(source)}`;
}

function scanVersionNumber(source: YamlSource): number {
  const digits = scanWhile(source, (char) => /^\d$/.test(char));
  if (digits.length > 2) throw source.problem('found extremely long version number');
  if (digits === '') throw source.problem('did not find expected version number');
  return Number(digits);
}

function scanTagDirective(source: YamlSource): string {
  scanWhile(source, isBlank);
  const handle = scanHandle(source, true);
  if (!isBlank(source.char())) throw source.problem('did not find expected whitespace');
  scanWhile(source, isBlank);
  const prefix = scanUri(source, '');
  if (!isBlankOrEnd(source.char())) throw source.problem('did not find expected whitespace or line break');
  return `${handle} ${prefix}`;
}

function scanHandle(source: YamlSource, inDirective: boolean): string {
  if (source.char() !== '!') throw source.problem("did not find expected '!'");
  source.skip();
  const name = `!${scanWhile(source, isWord)}`;
  if (source.char() === '!') {
    source.skip();
    return `${name}!`;
  }
  if (inDirective && name !== '!') throw source.problem("did not find expected '!'");
  return name;
}

/** What follows a handle, or goes on what looked like one: `head` without its `!` is the beginning. */
function scanUri(source: YamlSource, head: string): string {
  let text = head.slice(1);
  let found = head !== '';
  for (;;) {
    const char = source.char();
    if (char === '%') text += scanUriEscapes(source);
    else if (isWord(char) || (char !== '' && ";/?:@&=+$,.!~*'()[]".includes(char))) {
      text += char;
      source.skip();
    } else break;
    found = true;
  }
  if (!found) throw source.problem('did not find expected tag URI');
  return text;
}

function scanUriEscapes(source: YamlSource): string {
  const bytes: number[] = [];
  let expected = 1;
  while (bytes.length < expected) {
    const digits = /^%([\da-fA-F]{2})/.exec(source.text.slice(source.at, source.at + 3))?.[1];
    if (digits === undefined) throw source.problem('did not find URI escaped octet');
    const byte = Number.parseInt(digits, 16);
    if (bytes.length === 0) {
      expected = byte < 0x80 ? 1 : byte < 0xc0 ? 0 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf8 ? 4 : 0;
      if (expected === 0) throw source.problem('found an incorrect leading UTF-8 octet');
    } else if ((byte & 0xc0) !== 0x80) throw source.problem('found an incorrect trailing UTF-8 octet');
    bytes.push(byte);
    source.skip(3);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

function scanWhile(source: YamlSource, accepts: (char: string) => boolean): string {
  const start = source.at;
  while (accepts(source.char())) source.skip();
  return source.text.slice(start, source.at);
}
