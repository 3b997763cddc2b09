/** The number that four decimal octets stand for; undefined for anything else. */
export function ipv4(text: string): number | undefined {
  let value = 0;
  let octets = 0;
  let octet = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? DOT : text.charCodeAt(i);
    if (code === DOT) {
      if (octet < 0 || octet > 255 || octets === 4) return undefined;
      value = value * 256 + octet;
      octets++;
      octet = -1;
    } else if (code >= ZERO && code <= NINE && octet < 256) octet = Math.max(octet, 0) * 10 + code - ZERO;
    else return undefined;
  }
  return octets === 4 ? value : undefined;
}

const [DOT, ZERO, NINE] = [46, 48, 57];

export const ipv4Text = (value: number): string =>
  `${value >>> 24}.${(value >>> 16) & 255}.${(value >>> 8) & 255}.${value & 255}`;

/** Addresses from `first` to `last`, both of them in it. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** `10.244.1.0/24`; undefined where it is not an IPv4 range. */
export function ipv4Range(cidr: string): AddressRange | undefined {
  const [text = '', bits = '32'] = cidr.split('/');
  const address = ipv4(text);
  const length = Number(bits);
  if (address === undefined || !Number.isInteger(length) || length < 0 || length > 32) return undefined;
  const size = 2 ** (32 - length);
  const first = address - (address % size);
  return { first, last: first + size - 1 };
}

/** False where either is not IPv4. */
export function inRange(cidr: string, ip: string): boolean {
  const [range, address] = [ipv4Range(cidr), ipv4(ip)];
  return range !== undefined && address !== undefined && address >= range.first && address <= range.last;
}

/** Of the host itself: 127.0.0.0/8 and `::1`. */
export const isLoopback = (ip: string): boolean => ip.startsWith('127.') || ip === '::1';

/** Whether it is an address and no name. */
export const isAddress = (host: string): boolean => ipv4(host) !== undefined || host.includes(':');
