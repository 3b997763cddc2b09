import type { Clock, Disposable } from '@tabernetes/base';
import type { Hop, SocketAddress } from '@tabernetes/node-api';
import type { Place } from './place.ts';

/** Tells of what happens in the network while somebody listens; costs nothing while nobody does. */
export class Hops {
  readonly #clock: Clock;
  readonly #listeners = new Set<(hop: Hop) => void>();
  #connections = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  nextConnection(): number {
    return ++this.#connections;
  }

  on(listener: (hop: Hop) => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  tell(kind: Hop['kind'], connection: number, from: End, to: End, detail: string): void {
    if (this.#listeners.size === 0) return;
    const hop: Hop = { timeMs: this.#clock.now(), connection, kind, from: endOf(from), to: endOf(to), detail };
    for (const listener of this.#listeners) listener(hop);
  }
}

/** An address, and who is there. */
export interface End extends SocketAddress {
  readonly place?: Place | undefined;
}

const endOf = ({ ip, port, place }: End): Hop['from'] => ({
  ip,
  port,
  ...(place?.pod !== undefined && { pod: place.pod }),
  ...(place?.node !== undefined && { node: place.node }),
});
