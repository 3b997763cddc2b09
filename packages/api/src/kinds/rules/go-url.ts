import { goQuote } from '@tabernetes/apimachinery';

/** What rules ask of a URL; texts are decoded as Go decodes them. */
export interface GoUrl {
  readonly scheme: string;
  /** With its port. */
  readonly host: string;
  /** `user:password` as it is written; undefined: there is no `@`. */
  readonly user?: string;
  /** Empty where the URL is opaque. */
  readonly path: string;
  readonly rawQuery: string;
  readonly fragment: string;
}

/** Go's text for a URL that it cannot read: `parse "…": …`. */
export class UrlProblem extends Error {}

/**
 * Go's `url.Parse`, which is more lenient than a browser's: `Bad Value!` is a path.
 * @throws {UrlProblem}
 * @see https://pkg.go.dev/net/url#Parse
 */
export function parseGoUrl(text: string): GoUrl {
  try {
    const hash = text.indexOf('#');
    const parsed = withoutFragment(hash < 0 ? text : text.slice(0, hash));
    return { ...parsed, fragment: hash < 0 ? '' : unescaped(text.slice(hash + 1), 'fragment') };
  } catch (error) {
    if (error instanceof Problem) throw new UrlProblem(`parse ${goQuote(text)}: ${error.message}`);
    throw error;
  }
}

class Problem extends Error {}

function withoutFragment(text: string): Omit<GoUrl, 'fragment'> {
  if (/[\0-\x20\x7f]/.test(text.replaceAll(' ', ''))) throw new Problem('net/url: invalid control character in URL');
  if (text === '*') return { scheme: '', host: '', path: '*', rawQuery: '' };
  const [scheme, afterScheme] = splitScheme(text);
  const mark = afterScheme.indexOf('?');
  const rawQuery = mark < 0 ? '' : afterScheme.slice(mark + 1);
  const rest = mark < 0 ? afterScheme : afterScheme.slice(0, mark);
  if (!rest.startsWith('/')) {
    // Opaque, as `mailto:` is: there is no host and nothing to decode.
    if (scheme !== '') return { scheme, host: '', path: '', rawQuery };
    const segment = rest.split('/')[0] ?? '';
    if (segment.includes(':')) throw new Problem('first path segment in URL cannot contain colon');
  }
  if (!rest.startsWith('//') || (scheme === '' && rest.startsWith('///'))) {
    return { scheme, host: '', path: unescaped(rest, 'path'), rawQuery };
  }
  const slash = rest.indexOf('/', 2);
  const authority = rest.slice(2, slash < 0 ? undefined : slash);
  const at = authority.lastIndexOf('@');
  const host = parseHost(authority.slice(at + 1));
  const user = at < 0 ? undefined : authority.slice(0, at);
  if (user !== undefined) {
    if (!USER_INFO.test(user)) throw new Problem('net/url: invalid userinfo');
    unescaped(user, 'user');
  }
  const path = unescaped(slash < 0 ? '' : rest.slice(slash), 'path');
  return { scheme, host, path, rawQuery, ...(user !== undefined && { user }) };
}

const USER_INFO = /^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/;

function splitScheme(text: string): [scheme: string, rest: string] {
  const match = /^[A-Za-z][A-Za-z0-9+.-]*:/.exec(text);
  if (match) return [match[0].slice(0, -1).toLowerCase(), text.slice(match[0].length)];
  if (text.startsWith(':')) throw new Problem('missing protocol scheme');
  return ['', text];
}

function parseHost(host: string): string {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']');
    if (end < 0) throw new Problem("missing ']' in host");
    checkPort(host.slice(end + 1));
    const zone = host.slice(0, end).indexOf('%25');
    if (zone < 0) return unescaped(host, 'host');
    return unescaped(host.slice(0, zone), 'host') + unescaped(host.slice(zone, end), 'zone') + host.slice(end);
  }
  const colon = host.lastIndexOf(':');
  if (colon >= 0) checkPort(host.slice(colon));
  return unescaped(host, 'host');
}

function checkPort(port: string): void {
  if (port !== '' && !/^:\d*$/.test(port)) throw new Problem(`invalid port ${goQuote(port)} after host`);
}

type Part = 'fragment' | 'host' | 'path' | 'user' | 'zone';

/** Checks and decodes `%xx`. Hosts may escape nothing that is ASCII but a space and what a zone needs. */
function unescaped(text: string, part: Part): string {
  for (let at = text.indexOf('%'); at >= 0; at = text.indexOf('%', at + 3)) {
    const code = text.slice(at, at + 3);
    if (!/^%[0-9a-fA-F]{2}$/.test(code)) throw new Problem(`invalid URL escape ${goQuote(code)}`);
    const high = Number.parseInt(code.slice(1), 16);
    if (part === 'host' && high < 0x80 && code !== '%25') throw new Problem(`invalid URL escape ${goQuote(code)}`);
    if (part === 'zone' && code !== '%25' && high !== 0x20 && !HOST.test(String.fromCharCode(high))) {
      throw new Problem(`invalid URL escape ${goQuote(code)}`);
    }
  }
  if (part === 'host' || part === 'zone') {
    const bad = [...text].find((character) => character.charCodeAt(0) < 0x80 && !HOST.test(character));
    if (bad !== undefined) throw new Problem(`invalid character ${goQuote(bad)} in host name`);
  }
  return decodeBytes(text);
}

/** What may stand in a host as it is. */
const HOST = /[A-Za-z0-9\-_.~!$&'()*+,;=:[\]<>"%]/;

function decodeBytes(text: string): string {
  if (!text.includes('%')) return text;
  const bytes = new TextEncoder().encode(text);
  const decoded: number[] = [];
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === 0x25) {
      decoded.push(Number.parseInt(String.fromCharCode(bytes[i + 1] ?? 0, bytes[i + 2] ?? 0), 16));
      i += 2;
    } else decoded.push(byte);
  }
  return new TextDecoder().decode(Uint8Array.from(decoded));
}
