/** IPv4 addresses of a network, without the network's own and the broadcast address. */
export interface AddressRange {
  readonly cidr: string;
  has(ip: string): boolean;
  /** The lowest that will do. */
  first(willDo: (ip: string) => boolean): string | undefined;
}

/** @throws {Error} for what is no IPv4 network of two addresses or more */
export function addressRange(cidr: string): AddressRange {
  const [, address = '', bits = ''] = /^(\d+\.\d+\.\d+\.\d+)\/(\d+)$/.exec(cidr) ?? [];
  const size = 2 ** (32 - Number(bits));
  const number = numberOf(address);
  if (number === undefined || bits === '' || Number(bits) > 30)
    throw new Error(`${cidr} is no range of IPv4 addresses`);
  const start = Math.floor(number / size) * size;
  return {
    cidr,
    has(ip) {
      const at = numberOf(ip);
      return at !== undefined && at > start && at < start + size - 1;
    },
    first(willDo) {
      for (let at = start + 1; at < start + size - 1; at++) {
        const ip = textOf(at);
        if (willDo(ip)) return ip;
      }
      return undefined;
    },
  };
}

function numberOf(ip: string): number | undefined {
  const parts = ip.split('.').map(Number);
  if (parts.length !== 4 || parts.some((part) => !(part >= 0 && part <= 255))) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

const textOf = (at: number): string => [24, 16, 8, 0].map((shift) => Math.floor(at / 2 ** shift) % 256).join('.');
