/** Hands out the addresses of one node's Pods, 10.244.N.2 to 10.244.N.255 for node N, lowest first. */
export interface PodAddresses {
  /** The same address for the same Pod until it is released. Undefined: none is left. */
  take(uid: string): string | undefined;
  /** Remembers an address that a Pod has already. */
  keep(uid: string, address: string): void;
  release(uid: string): void;
}

export function podAddresses(index: number): PodAddresses {
  // Above 255 nodes 10.244.0.0/16 is used up; 10.129.0.0 and on is free of Services and nodes.
  const prefix = index < 256 ? `10.244.${index}.` : `10.${128 + (index >> 8)}.${index & 255}.`;
  const byPod = new Map<string, string>();
  const taken = new Set<string>();
  /** Nothing below it is free. */
  let lowest = FIRST_HOST;
  const keep = (uid: string, address: string): void => {
    byPod.set(uid, address);
    taken.add(address);
  };
  return {
    keep,
    take(uid) {
      const has = byPod.get(uid);
      if (has !== undefined) return has;
      while (taken.has(prefix + lowest)) lowest++;
      if (lowest > LAST_HOST) return undefined;
      const address = prefix + lowest;
      keep(uid, address);
      return address;
    },
    release(uid) {
      const address = byPod.get(uid);
      if (address === undefined) return;
      byPod.delete(uid);
      taken.delete(address);
      const host = address.startsWith(prefix) ? Number(address.slice(prefix.length)) : lowest;
      if (host >= FIRST_HOST && host < lowest) lowest = host;
    },
  };
}

const FIRST_HOST = 2;
const LAST_HOST = 255;
