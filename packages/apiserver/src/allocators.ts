import type { Allocator, Allocators } from '@tabernetes/api';
import type { Rng } from '@tabernetes/base';

/**
 * Hands out whole numbers 0 … size-1. Automatic picks come from the upper part and leave the lower `offset` numbers for
 * those who choose their own; only when the upper part is full is the lower one used.
 *
 *   0 ········ offset ·············· size
 *   by hand    picked at random, then scanned upwards
 *
 * @see pkg/registry/core/service/allocator/bitmap.go
 */
function numberAllocator(rng: Rng, size: number, offset: number) {
  const taken = new Set<number>();
  const scan = (from: number, to: number): number | undefined => {
    const count = to - from;
    if (count <= 0) return undefined;
    const start = rng.int(count);
    for (let i = 0; i < count; i += 1) {
      const at = from + ((start + i) % count);
      if (!taken.has(at)) return at;
    }
    return undefined;
  };
  return {
    take(number: number): boolean {
      if (taken.has(number)) return false;
      taken.add(number);
      return true;
    },
    takeNext(): number | undefined {
      if (taken.size >= size) return undefined;
      const at = scan(offset, size) ?? scan(0, offset);
      if (at !== undefined) taken.add(at);
      return at;
    },
    has: (number: number): boolean => taken.has(number),
    release: (number: number): void => {
      taken.delete(number);
    },
  };
}

/** Allocators that also know what a dry run answers when it would have picked. */
interface Ranged<K> extends Allocator<K> {
  readonly dryRunPick: K;
}

/** IPv4 addresses of a range such as `10.96.0.0/12`, without its first and last. */
export function clusterIPAllocator(rng: Rng, cidr: string): Allocator<string> {
  const [network = '', bits = ''] = cidr.split('/');
  const first = addressNumber(network);
  const count = 2 ** (32 - Number(bits));
  if (first === undefined || !Number.isSafeInteger(count) || count < 4) {
    throw new RangeError(`not an IPv4 range: ${cidr}`);
  }
  const size = count - 2;
  const offset = Math.min(Math.max(16, Math.floor(count / 16)), 256);
  const numbers = numberAllocator(rng, size, offset >= size ? 0 : offset);
  const index = (address: string): number => {
    const number = addressNumber(address);
    return number === undefined ? -1 : number - first - 1;
  };
  const contains = (address: string): boolean => {
    const at = index(address);
    return at >= 0 && at < size;
  };
  const allocator: Ranged<string> = {
    range: cidr,
    contains,
    take: (address) => contains(address) && numbers.take(index(address)),
    takeNext() {
      const at = numbers.takeNext();
      return at === undefined ? undefined : addressText(first + 1 + at);
    },
    has: (address) => contains(address) && numbers.has(index(address)),
    release: (address) => {
      if (contains(address)) numbers.release(index(address));
    },
    dryRunPick: network,
  };
  return allocator;
}

/** Node ports from `first` to `last`, both included. */
export function nodePortAllocator(rng: Rng, first: number, last: number): Allocator<number> {
  const size = last - first + 1;
  const offset = Math.min(Math.max(16, Math.floor(size / 32)), 128);
  const numbers = numberAllocator(rng, size, offset >= size ? 0 : offset);
  const contains = (port: number): boolean => Number.isInteger(port) && port >= first && port <= last;
  const allocator: Ranged<number> = {
    range: `${first}-${last}`,
    contains,
    take: (port) => contains(port) && numbers.take(port - first),
    takeNext() {
      const at = numbers.takeNext();
      return at === undefined ? undefined : first + at;
    },
    has: (port) => contains(port) && numbers.has(port - first),
    release: (port) => {
      if (contains(port)) numbers.release(port - first);
    },
    dryRunPick: first,
  };
  return allocator;
}

/** The same ranges for a dry run: they check, and answer what a real server answers, but take and free nothing. */
export function dryRunAllocators({ clusterIPs, nodePorts }: Allocators): Allocators {
  return { clusterIPs: dryRun(clusterIPs), nodePorts: dryRun(nodePorts) };
}

function dryRun<K>(allocator: Allocator<K>): Allocator<K> {
  return {
    range: allocator.range,
    contains: (value) => allocator.contains(value),
    take: (value) => allocator.contains(value) && !allocator.has(value),
    takeNext: () => (allocator as Partial<Ranged<K>>).dryRunPick,
    has: (value) => allocator.has(value),
    release: () => undefined,
  };
}

function addressNumber(address: string): number | undefined {
  const parts = address.split('.');
  if (parts.length !== 4) return undefined;
  let number = 0;
  for (const part of parts) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return undefined;
    number = number * 256 + Number(part);
  }
  return number;
}

const addressText = (number: number): string =>
  `${Math.floor(number / 16777216)}.${Math.floor(number / 65536) % 256}.${Math.floor(number / 256) % 256}.${number % 256}`;
