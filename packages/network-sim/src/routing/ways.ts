import type { Clock, Rng } from '@tabernetes/base';
import type { Place } from '../place.ts';

/** What the ways between machines are like, beside what they always take. */
export interface Weather {
  /** One way, in milliseconds. */
  readonly delayMs: number;
  /** Of all packets, 0 to 1. */
  readonly lossShare: number;
}

/** What TCP waits until it sends a segment again, doubled each time, in milliseconds. */
const RESEND_MS = 200;
/** How often it is sent again before it is taken for carried: longer than anybody looks. */
const RESENDS = 8;

/**
 * The ways between machines: fair unless somebody says otherwise. Within one machine, a Pod and its node or two Pods of one node,
 * nothing is ever late or lost.
 */
export class Ways {
  readonly #clock: Clock;
  readonly #rng: Rng;
  readonly #cut = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #weather: Weather = { delayMs: 0, lossShare: 0 };

  constructor({ clock, rng }: { readonly clock: Clock; readonly rng: Rng }) {
    this.#clock = clock;
    this.#rng = rng;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
  }

  /** Cuts a node off from all other machines, or joins it to them again. */
  cut(node: string, isCut: boolean): void {
    if (isCut) this.#cut.add(node);
    else this.#cut.delete(node);
    if (!isCut) for (const wake of [...this.#waiting]) wake();
  }

  /** Nothing gets from one to the other. */
  isCut(from: Place, to: Place): boolean {
    if (this.#cut.size === 0 || isOneMachine(from, to)) return false;
    return this.#cut.has(from.node ?? '') || this.#cut.has(to.node ?? '');
  }

  /** One packet is lost by chance. */
  loses(from: Place, to: Place): boolean {
    const { lossShare } = this.#weather;
    return lossShare > 0 && !isOneMachine(from, to) && this.#rng.float() < lossShare;
  }

  /** What a segment takes beside what it always does, with what it takes to send it again; milliseconds. */
  delayMs(from: Place, to: Place): number {
    const { delayMs, lossShare } = this.#weather;
    if ((delayMs === 0 && lossShare === 0) || isOneMachine(from, to)) return 0;
    let again = 0;
    while (again < RESENDS && this.loses(from, to)) again++;
    return delayMs + RESEND_MS * (2 ** again - 1);
  }

  /** Calls back once there is a way again; at once, if there is one. */
  whenOpen(from: Place, to: Place, then: () => void): void {
    if (!this.isCut(from, to)) {
      then();
      return;
    }
    const wake = (): void => {
      if (this.isCut(from, to)) return;
      this.#waiting.delete(wake);
      then();
    };
    this.#waiting.add(wake);
  }

  /** Carries a message; undefined: it is there already. */
  carry(from: Place, to: Place, latencyMs: number, signal?: AbortSignal): Promise<void> | undefined {
    const delayMs = latencyMs + this.delayMs(from, to);
    if (!this.isCut(from, to)) return delayMs > 0 ? this.#clock.sleep(delayMs, signal) : undefined;
    return new Promise<void>((resolve) => this.whenOpen(from, to, resolve)).then(() =>
      this.#clock.sleep(delayMs, signal),
    );
  }
}

const isOneMachine = (from: Place, to: Place): boolean =>
  from === to || (from.node !== undefined && from.node === to.node);
