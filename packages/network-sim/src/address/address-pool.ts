import { type AddressRange, ipv4, ipv4Text } from './ipv4.ts';

/**
 * Addresses of one node's Pods. An address that was given back is given out again only after all others, as the host-local plugin of CNI
 * does it, so that what still speaks to an old address does not meet a new Pod.
 *
 *   10.244.1.0    .1       .2 ────────────► next ──► … .254    .255
 *   network       gateway       taken                          broadcast
 *
 * @see https://www.cni.dev/plugins/current/ipam/host-local/
 */
export class AddressPool {
  /** Of the bridge that the Pods hang on. */
  readonly gateway: string;
  readonly #range: AddressRange;
  readonly #taken = new Set<number>();
  #next: number;

  constructor(range: AddressRange) {
    this.#range = range;
    this.gateway = ipv4Text(range.first + 1);
    this.#next = range.first + 2;
  }

  /** Undefined when all are taken. */
  take(): string | undefined {
    const { first, last } = this.#range;
    const size = last - first - 2;
    for (let tried = 0; tried < size; tried++) {
      const address = this.#next;
      this.#next = address + 1 >= last ? first + 2 : address + 1;
      if (this.#taken.has(address)) continue;
      this.#taken.add(address);
      return ipv4Text(address);
    }
    return undefined;
  }

  giveBack(ip: string): void {
    const address = ipv4(ip);
    if (address !== undefined) this.#taken.delete(address);
  }
}
