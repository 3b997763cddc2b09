import type { Clock } from '@tabernetes/base';
import type { Chunk, Connection, SocketAddress } from '@tabernetes/node-api';
import { netError } from './net-error.ts';
import type { Place } from './place.ts';
import type { Ways } from './routing/ways.ts';

/** Both ends of a connection, and what the network may do to it. */
export interface ConnectionPair {
  readonly near: Connection;
  readonly far: Connection;
  /** Both ends see ECONNRESET at once: a machine has gone. */
  reset(): void;
}

/** What each end takes for its own and the other's address; they differ where addresses are translated on the way. */
export interface EndAddresses {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
}

export interface ConnectionDeps {
  readonly clock: Clock;
  readonly ways: Ways;
  /** Who has called, and who was called. */
  readonly from: Place;
  readonly to: Place;
  /** One way. */
  readonly latencyMs: number;
  /** Both directions have ended. */
  readonly onClosed: () => void;
}

export function connectionPair(
  { clock, ways, from, to, latencyMs, onClosed }: ConnectionDeps,
  near: EndAddresses,
  far: EndAddresses,
): ConnectionPair {
  let open = 2;
  const closed = (): void => {
    open--;
    if (open === 0) onClosed();
  };
  const forth = new Direction({ clock, ways, from, to, latencyMs }, `${near.remote.ip}:${near.remote.port}`, closed);
  const back = new Direction(
    { clock, ways, from: to, to: from, latencyMs },
    `${far.remote.ip}:${far.remote.port}`,
    closed,
  );
  return {
    near: endOf(near, back, forth),
    far: endOf(far, forth, back),
    reset() {
      forth.reset();
      back.reset();
    },
  };
}

function endOf({ local, remote }: EndAddresses, reads: Direction, writes: Direction): Connection {
  return {
    local,
    remote,
    read: (maxBytes) => reads.read(maxBytes),
    write: (chunk) => writes.write(chunk),
    end: () => writes.end(),
    destroy() {
      // Who goes away with bytes unread answers with a reset, as TCP does; else it is an end like any other.
      if (reads.abandon()) writes.reset();
      else writes.end();
    },
  };
}

/** What the kernel takes from a writer before it waits. */
const WINDOW = 64 * 1024;

/**
 * One direction of a connection: what was written and not read yet, in order.
 *
 *   write ──► sent (counts against the window) ──latency──► queue ──► read
 */
class Direction {
  readonly #way: Omit<ConnectionDeps, 'onClosed'>;
  readonly #address: string;
  readonly #onClosed: () => void;
  readonly #queue: Chunk[] = [];
  /** Of the queue; what is before it was read. */
  #head = 0;
  #size = 0;
  #state: 'open' | 'ended' | 'reset' = 'open';
  /** The writer has said its last; the reader may not know yet. */
  #finished = false;
  /** Nobody reads any more. */
  #abandoned = false;
  /** When the last that is on its way arrives, and what waits for a way at all. */
  #arrivesMs = 0;
  readonly #held: (() => void)[] = [];
  #wakeReader: (() => void) | undefined;
  #wakeWriters: (() => void)[] = [];

  constructor(way: Omit<ConnectionDeps, 'onClosed'>, address: string, onClosed: () => void) {
    this.#way = way;
    this.#address = address;
    this.#onClosed = onClosed;
  }

  async read(maxBytes = Number.POSITIVE_INFINITY): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.#state === 'reset') throw netError('ECONNRESET', this.#address);
      const chunk = this.#queue[this.#head];
      if (chunk !== undefined) {
        const bytes = typeof chunk === 'string' ? encoder.encode(chunk) : chunk;
        const taken = bytes.length <= maxBytes ? bytes : bytes.subarray(0, maxBytes);
        const rest = bytes.subarray(taken.length);
        if (rest.length > 0) this.#queue[this.#head] = rest;
        else this.#next();
        this.#size -= typeof chunk === 'string' ? chunk.length - rest.length : taken.length;
        if (this.#size < WINDOW) this.#letWritersOn();
        return taken;
      }
      if (this.#state === 'ended') return undefined;
      await new Promise<void>((resolve) => {
        const others = this.#wakeReader;
        this.#wakeReader = () => {
          others?.();
          resolve();
        };
      });
    }
  }

  async write(chunk: Chunk): Promise<void> {
    if (this.#isLost()) throw netError('ECONNRESET', this.#address);
    if (this.#finished) throw netError('EPIPE', this.#address);
    if (chunk.length === 0) return;
    this.#size += chunk.length;
    this.#after(() => {
      if (this.#state !== 'open' || this.#abandoned) return;
      this.#queue.push(chunk);
      this.#wake();
    });
    while (this.#size >= WINDOW && !this.#isLost()) {
      await new Promise<void>((resolve) => this.#wakeWriters.push(resolve));
    }
    if (this.#isLost()) throw netError('ECONNRESET', this.#address);
  }

  end(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#after(() => this.#close('ended'));
  }

  reset(): void {
    this.#finished = true;
    this.#forget();
    this.#close('reset');
  }

  /** The reader goes; true when there was something that it has not read. */
  abandon(): boolean {
    const lost = this.#queue.length > this.#head;
    this.#abandoned = true;
    this.#forget();
    this.#letWritersOn();
    this.#close('ended');
    return lost;
  }

  /** The first piece was read. Those before are let go of now and then: moving the rest each time costs what they are. */
  #next(): void {
    this.#queue[this.#head++] = '';
    if (this.#head === this.#queue.length) this.#forget();
    else if (this.#head > 1024) this.#queue.splice(0, this.#head);
    else return;
    this.#head = 0;
  }

  #forget(): void {
    this.#queue.length = 0;
    this.#head = 0;
  }

  /** What is written now gets nowhere. */
  #isLost(): boolean {
    return this.#state === 'reset' || this.#abandoned;
  }

  #close(state: 'ended' | 'reset'): void {
    if (this.#state === 'reset' || this.#state === state) return;
    const first = this.#state === 'open';
    this.#state = state;
    this.#letWritersOn();
    this.#wake();
    if (first) this.#onClosed();
  }

  #after(arrive: () => void): void {
    const { clock, ways, from, to, latencyMs } = this.#way;
    if (this.#held.length > 0 || ways.isCut(from, to)) {
      this.#held.push(arrive);
      if (this.#held.length === 1) ways.whenOpen(from, to, () => this.#release());
      return;
    }
    // Nothing overtakes what was sent before it.
    const now = clock.now();
    this.#arrivesMs = Math.max(now + latencyMs + ways.delayMs(from, to), this.#arrivesMs);
    if (this.#arrivesMs <= now) arrive();
    else clock.setTimer(this.#arrivesMs - now, arrive);
  }

  #release(): void {
    for (const arrive of this.#held.splice(0)) this.#after(arrive);
  }

  #wake(): void {
    const wake = this.#wakeReader;
    this.#wakeReader = undefined;
    wake?.();
  }

  #letWritersOn(): void {
    if (this.#wakeWriters.length === 0) return;
    const waiting = this.#wakeWriters;
    this.#wakeWriters = [];
    for (const resolve of waiting) resolve();
  }
}

const encoder = new TextEncoder();
