import { type FieldError, invalid } from '../field-error.ts';

/** An address, as Kubernetes reads it: leading zeros are decimal, zones are refused, `::ffff:1.2.3.4` is IPv4. */
export interface IpAddress {
  readonly family: 4 | 6;
  /** Four bytes of IPv4, or eight 16-bit groups of IPv6. */
  readonly parts: readonly number[];
}

export interface Cidr {
  /** The address as written, host bits included. */
  readonly address: IpAddress;
  /** The family that the prefix length counts in. */
  readonly family: 4 | 6;
  readonly prefixLength: number;
}

/**
 * @see https://github.com/kubernetes/utils/blob/master/internal/third_party/forked/golang/net/ip.go (`ParseIPSloppy`)
 */
export function parseIp(text: string): IpAddress | undefined {
  const dot = text.indexOf('.');
  const colon = text.indexOf(':');
  if (colon >= 0 && (dot < 0 || colon < dot)) return ipv6(parseIpv6(text));
  return dot >= 0 ? ipv4(parseIpv4(text, 0)) : undefined;
}

/** `10.0.0.0/8`. @see parseIp */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  if (slash < 0) return undefined;
  const host = text.slice(0, slash);
  const v4 = ipv4(parseIpv4(host, 0));
  const address = v4 ?? ipv6(parseIpv6(host));
  const prefixLength = decimal(text, slash + 1);
  if (address === undefined || prefixLength === undefined || prefixLength.end !== text.length) return undefined;
  const length = prefixLength.value;
  if (length > (v4 ? 32 : 128)) return undefined;
  // An IPv4 network in IPv6 form is the IPv4 network, unless it is so wide that more than IPv4 is in it.
  if (!v4 && address.family === 4 && length >= 96) return { address, family: 4, prefixLength: length - 96 };
  return { address, family: v4 ? 4 : 6, prefixLength: length };
}

/** Go's form: dotted, or lower-case groups with the longest run of two or more zero groups left out. */
export function ipText({ family, parts }: IpAddress): string {
  if (family === 4) return parts.join('.');
  let best = 0;
  let bestLength = 1;
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (to < 8 && parts[to] === 0) to++;
    if (to - from > bestLength) [best, bestLength] = [from, to - from];
  }
  const hex = (groups: readonly number[]): string => groups.map((group) => group.toString(16)).join(':');
  if (bestLength === 1) return hex(parts);
  return `${hex(parts.slice(0, best))}::${hex(parts.slice(best + bestLength))}`;
}

/** The network's text, host bits cleared. */
export function cidrText(cidr: Cidr): string {
  const bits = cidr.family === 4 ? 32 : 128;
  const masked = ipFromBits(ipBits(cidr.address, bits) & ~hostMask(cidr, bits), cidr.family);
  return `${ipText(masked)}/${cidr.prefixLength}`;
}

export function cidrContains(cidr: Cidr, ip: IpAddress): boolean {
  if (cidr.family !== ip.family) return false;
  const bits = cidr.family === 4 ? 32 : 128;
  const host = hostMask(cidr, bits);
  return (ipBits(cidr.address, bits) | host) === (ipBits(ip, bits) | host);
}

/** The address as a number of 32 or 128 bits. */
export function ipBits({ family, parts }: IpAddress, bits: 32 | 128 = family === 4 ? 32 : 128): bigint {
  const width = family === 4 ? 8n : 16n;
  const value = parts.reduce((sum, part) => (sum << width) | BigInt(part), 0n);
  return family === 4 && bits === 128 ? value | 0xffff_0000_0000n : value;
}

/** The inverse of {@link ipBits}. */
export function ipFromBits(value: bigint, family: 4 | 6): IpAddress {
  const [count, width] = family === 4 ? [4, 8n] : [8, 16n];
  const parts: number[] = [];
  for (let rest = value; parts.length < count; rest >>= width)
    parts.unshift(Number(BigInt.asUintN(Number(width), rest)));
  return (family === 4 ? { family, parts } : ipv6(parts)) ?? { family, parts };
}

export const isIpv4 = (text: string): boolean => parseIp(text)?.family === 4;
export const isIpv6 = (text: string): boolean => parseIp(text)?.family === 6;

export const isValidIp = (path: string, value: string): readonly FieldError[] =>
  parseIp(value) ? [] : [invalid(path, value, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)')];
export const isValidIpv4Address = (path: string, value: string): readonly FieldError[] =>
  isIpv4(value) ? [] : [invalid(path, value, 'must be a valid IPv4 address')];
export const isValidIpv6Address = (path: string, value: string): readonly FieldError[] =>
  isIpv6(value) ? [] : [invalid(path, value, 'must be a valid IPv6 address')];
export const isValidCidr = (path: string, value: string): readonly FieldError[] =>
  parseCidr(value) ? [] : [invalid(path, value, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];

const hostMask = ({ prefixLength }: Cidr, bits: number): bigint => (1n << BigInt(bits - prefixLength)) - 1n;

const ipv4 = (parts: readonly number[] | undefined): IpAddress | undefined => parts && { family: 4, parts };

function ipv6(groups: readonly number[] | undefined): IpAddress | undefined {
  if (groups === undefined) return undefined;
  const [a, b, c, d, e, f, high = 0, low = 0] = groups;
  if (a || b || c || d || e || f !== 0xffff) return { family: 6, parts: groups };
  return { family: 4, parts: [high >> 8, high & 255, low >> 8, low & 255] };
}

/** Four bytes from text[from, end). */
function parseIpv4(text: string, from: number): readonly number[] | undefined {
  const parts: number[] = [];
  let at = from;
  for (let i = 0; i < 4; i++) {
    if (i > 0 && text[at++] !== '.') return undefined;
    const byte = decimal(text, at);
    if (byte === undefined || byte.value > 255) return undefined;
    parts.push(byte.value);
    at = byte.end;
  }
  return at === text.length ? parts : undefined;
}

/** Eight groups. `::` stands for at least one group that is left out. */
function parseIpv6(text: string): readonly number[] | undefined {
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.startsWith('::')) {
    gap = 0;
    at = 2;
  }
  while (at < text.length && groups.length < 8) {
    const group = hexadecimal(text, at);
    if (group === undefined || group.value > 0xffff) return undefined;
    if (text[group.end] === '.') {
      if ((gap < 0 && groups.length !== 6) || groups.length > 6) return undefined;
      const [a = 0, b = 0, c = 0, d = 0] = parseIpv4(text, at) ?? [-1];
      if (a < 0) return undefined;
      groups.push((a << 8) | b, (c << 8) | d);
      at = text.length;
      break;
    }
    groups.push(group.value);
    at = group.end;
    if (at === text.length) break;
    if (text[at] !== ':' || at + 1 === text.length) return undefined;
    at++;
    if (text[at] === ':') {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at++;
      if (at === text.length) break;
    }
  }
  if (at !== text.length) return undefined;
  if (groups.length === 8) return gap < 0 ? groups : undefined;
  if (gap < 0) return undefined;
  groups.splice(gap, 0, ...new Array<number>(8 - groups.length).fill(0));
  return groups;
}

interface Digits {
  readonly value: number;
  readonly end: number;
}

/** Go's `dtoi`, `xtoi`: at least one digit, and below 0xffffff at every step. */
const TOO_BIG = 0xffffff;

const decimal = (text: string, from: number): Digits | undefined => digits(text, from, 10);
const hexadecimal = (text: string, from: number): Digits | undefined => digits(text, from, 16);

function digits(text: string, from: number, base: 10 | 16): Digits | undefined {
  let value = 0;
  let end = from;
  for (; end < text.length; end++) {
    const digit = digitAt(text, end);
    if (digit >= base) break;
    value = value * base + digit;
    if (value >= TOO_BIG) return undefined;
  }
  return end === from ? undefined : { value, end };
}

function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : 99;
}
