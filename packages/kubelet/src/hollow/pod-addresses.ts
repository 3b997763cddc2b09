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
  const keep = (uid: string, address: string): void => {
    byPod.set(uid, address);
    taken.add(address);
  };
  return {
    keep,
    take(uid) {
      const has = byPod.get(uid);
      if (has !== undefined) return has;
      for (let host = 2; host < 256; host++) {
        const address = prefix + host;
        if (taken.has(address)) continue;
        keep(uid, address);
        return address;
      }
      return undefined;
    },
    release(uid) {
      const address = byPod.get(uid);
      if (address === undefined) return;
      byPod.delete(uid);
      taken.delete(address);
    },
  };
}
