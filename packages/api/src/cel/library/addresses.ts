import {
  type Cidr,
  cidrContains,
  cidrText,
  goQuote,
  type IpAddress,
  ipBits,
  ipText,
  parseCidr,
  parseIp,
} from '@tabernetes/apimachinery';
import { declare, type Library } from '../declarations.ts';
import { CelError, type CelValue, Opaque } from '../values.ts';

/** A value of type `net.IP`. */
class IpValue extends Opaque {
  readonly typeName = 'net.IP';
  readonly ip: IpAddress;
  constructor(ip: IpAddress) {
    super();
    this.ip = ip;
  }
  equals({ ip }: IpValue): boolean {
    return ip.family === this.ip.family && ipBits(ip) === ipBits(this.ip);
  }
  override get cost(): number {
    return this.ip.family === 4 ? 4 : 16;
  }
  override toString(): string {
    return ipText(this.ip);
  }
}

/** A value of type `net.CIDR`. */
class CidrValue extends Opaque {
  readonly typeName = 'net.CIDR';
  readonly cidr: Cidr;
  constructor(cidr: Cidr) {
    super();
    this.cidr = cidr;
  }
  equals(other: CidrValue): boolean {
    return other.toString() === this.toString();
  }
  override get cost(): number {
    return Math.ceil(this.cidr.prefixLength / 8);
  }
  override toString(): string {
    return `${ipText(this.cidr.address)}/${this.cidr.prefixLength}`;
  }
}

/** Stricter than elsewhere: no leading zeros, no zones, no IPv4 in the form of IPv6. */
function readIp(value: CelValue): IpValue {
  const text = value as string;
  const refuse = (why: string): CelError =>
    new CelError(
      `IP Address ${goQuote(text)} parse error during conversion from string: ParseAddr(${goQuote(text)}): ${why}`,
    );
  if (/^[^%]*:[^%]*%./.test(text)) throw new CelError(`IP address ${goQuote(text)} with zone value is not allowed`);
  if (text.includes(':') && parseIp(text)?.family === 4) {
    throw new CelError(`IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`);
  }
  if (/^[\d.]+$/.test(text) && /(?:^|\.)0\d/.test(text)) throw refuse('IPv4 field has octet with leading zero');
  const ip = parseIp(text);
  if (ip !== undefined) return new IpValue(ip);
  if (/^\d+(\.\d+){3}$/.test(text)) throw refuse('IPv4 field has value >255');
  if (!/[.:%]/.test(text)) throw refuse('unable to parse IP');
  throw refuse(text.includes(':') ? 'each colon-separated field must have at least one digit' : 'unexpected character');
}

function readCidr(value: CelValue): CidrValue {
  const text = value as string;
  const [host = '', bits = ''] = text.split('/');
  const cidr = /^(?:0|[1-9]\d*)$/.test(bits) && !/(?:^|\.)0\d/.test(host) ? parseCidr(text) : undefined;
  const prefix = 'network address parse error during conversion from string: ';
  if (cidr === undefined) {
    const why = prefixProblem(text, host, bits);
    throw new CelError(`${prefix}${prefix}netip.ParsePrefix(${goQuote(text)}): ${why}`);
  }
  if (host.includes(':') && cidr.address.family === 4) {
    throw new CelError(`${prefix}IPv4-mapped IPv6 address ${goQuote(text)} is not allowed`);
  }
  return new CidrValue(cidr);
}

/** @see https://github.com/golang/go/blob/go1.23.0/src/net/netip/netip.go ParsePrefix */
function prefixProblem(text: string, host: string, bits: string): string {
  if (!text.includes('/')) return "no '/'";
  const address = parseCidr(`${host}/0`) && !/(?:^|\.)0\d/.test(host);
  if (!address) return `ParseAddr(${goQuote(host)}): unable to parse IP`;
  return /^(?:0|[1-9]\d{0,2})$/.test(bits) ? 'prefix length out of range' : `bad bits after slash: ${goQuote(bits)}`;
}

function succeeds(read: (value: CelValue) => unknown): (value: CelValue) => boolean {
  return (value) => {
    try {
      read(value);
      return true;
    } catch (error) {
      if (error instanceof CelError) return false;
      throw error;
    }
  };
}

const ip = (value: CelValue): IpAddress => (value as IpValue).ip;
const cidr = (value: CelValue): Cidr => (value as CidrValue).cidr;

/** Whether an address is in a network, by the one or the other family. */
const within =
  (v4: string, v6: string) =>
  (value: CelValue): boolean => {
    const network = parseCidr(ip(value).family === 4 ? v4 : v6);
    return network !== undefined && cidrContains(network, ip(value));
  };

const isUnspecified = within('0.0.0.0/32', '::/128');
const isLoopback = within('127.0.0.0/8', '::1/128');
const isMulticast = within('224.0.0.0/4', 'ff00::/8');
const isLinkLocalMulticast = within('224.0.0.0/24', 'ff02::/16');
const isLinkLocalUnicast = within('169.254.0.0/16', 'fe80::/10');
const isBroadcast = (value: CelValue): boolean => ipText(ip(value)) === '255.255.255.255';

const isGlobalUnicast = (value: CelValue): boolean =>
  ![isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast].some((is) => is(value));

/** What is no address is of no type that the function takes. */
function inner<T>(read: (value: CelValue) => T, text: CelValue): T {
  try {
    return read(text);
  } catch (error) {
    if (error instanceof CelError) throw new CelError('no such overload');
    throw error;
  }
}

const containsIp = (network: CelValue, address: CelValue): boolean => cidrContains(cidr(network), ip(address));

const containsCidr = (outer: CelValue, inner: CelValue): boolean =>
  cidr(outer).prefixLength <= cidr(inner).prefixLength && cidrContains(cidr(outer), cidr(inner).address);

function masked(network: CelValue): CidrValue {
  const whole = parseCidr(cidrText(cidr(network)));
  return whole === undefined ? (network as CidrValue) : new CidrValue(whole);
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/ip.go, cidr.go */
export const ADDRESSES: Library = [
  declare(
    'ip',
    ['string_to_ip', '(string) ip', readIp],
    ['cidr_ip', '.(cidr) ip', (network) => new IpValue(cidr(network).address)],
  ),
  declare('isIP', ['is_ip', '(string) bool', succeeds(readIp)]),
  declare('ip.isCanonical', ['ip_is_canonical', '(string) bool', (text) => readIp(text).toString() === text]),
  declare('family', ['ip_family', '.(ip) int', (address) => BigInt(ip(address).family)]),
  declare('isUnspecified', ['ip_is_unspecified', '.(ip) bool', isUnspecified]),
  declare('isLoopback', ['ip_is_loopback', '.(ip) bool', isLoopback]),
  declare('isLinkLocalMulticast', ['ip_is_link_local_multicast', '.(ip) bool', isLinkLocalMulticast]),
  declare('isLinkLocalUnicast', ['ip_is_link_local_unicast', '.(ip) bool', isLinkLocalUnicast]),
  declare('isGlobalUnicast', ['ip_is_global_unicast', '.(ip) bool', isGlobalUnicast]),
  declare('cidr', ['string_to_cidr', '(string) cidr', readCidr]),
  declare('isCIDR', ['is_cidr', '(string) bool', succeeds(readCidr)]),
  declare(
    'containsIP',
    ['cidr_contains_ip_string', '.(cidr, string) bool', (network, text) => containsIp(network, inner(readIp, text))],
    ['cidr_contains_ip_ip', '.(cidr, ip) bool', containsIp],
  ),
  declare(
    'containsCIDR',
    [
      'cidr_contains_cidr_string',
      '.(cidr, string) bool',
      (network, text) => containsCidr(network, inner(readCidr, text)),
    ],
    ['cidr_contains_cidr', '.(cidr, cidr) bool', containsCidr],
  ),
  declare('prefixLength', ['cidr_prefix_length', '.(cidr) int', (network) => BigInt(cidr(network).prefixLength)]),
  declare('masked', ['cidr_masked', '.(cidr) cidr', masked]),
];
