import type { Clock, Disposable } from '@tabernetes/base';
import type { Relist } from './relist.ts';

export interface PodTurnsDeps {
  readonly clock: Clock;
  readonly relist: Relist;
  /** What is done in one turn. It must not throw. */
  readonly turn: () => Promise<void>;
}

/**
 * When one Pod is looked at: one thing at a time. What happens meanwhile is looked at afterwards, and only after the runtime has been
 * looked at since.
 */
export class PodTurns implements Disposable {
  readonly #deps: PodTurnsDeps;
  #busy = false;
  #woken = false;
  #endedMs = -1;
  #retry: Disposable | undefined;
  #deadline: Disposable | undefined;
  #suspended = false;
  #disposed = false;

  constructor(deps: PodTurnsDeps) {
    this.#deps = deps;
  }

  /** Nobody looks, for a while or for good: what is under way is not gone on with. */
  get halted(): boolean {
    return this.#suspended || this.#disposed;
  }

  /** A turn as soon as there can be one. */
  wake(): void {
    this.#woken = true;
    if (!this.#busy && !this.halted) void this.#run();
  }

  /** A turn in so many milliseconds at the latest, in place of the one that was asked for so before. `background`: nobody waits for it. */
  wakeAfter(delayMs: number, background: boolean): void {
    this.forgetRetry();
    if (this.halted) return;
    const { clock, relist } = this.#deps;
    this.#retry = clock.setTimer(relist.dueAfter(delayMs), () => this.wake(), { background });
  }

  /** A turn at a moment, in milliseconds since the epoch, whatever else is asked for; infinity: never. */
  wakeAt(atMs: number): void {
    this.#deadline?.dispose();
    if (this.halted || !Number.isFinite(atMs)) return;
    const { clock, relist } = this.#deps;
    this.#deadline = clock.setTimer(relist.dueAfter(Math.max(atMs - clock.now(), 0)), () => this.wake());
  }

  /** Takes back {@link wakeAfter}. */
  forgetRetry(): void {
    this.#retry?.dispose();
  }

  /** Takes back {@link wakeAfter} and {@link wakeAt}. */
  forgetTimers(): void {
    this.#retry?.dispose();
    this.#deadline?.dispose();
  }

  suspend(): void {
    this.#suspended = true;
    this.forgetTimers();
  }

  resume(): void {
    this.#suspended = false;
    this.wake();
  }

  dispose(): void {
    this.#disposed = true;
    this.forgetTimers();
  }

  async #run(): Promise<void> {
    const { clock, relist, turn } = this.#deps;
    this.#busy = true;
    while (this.#woken && !this.halted) {
      // The turn has begun: what the look shows that it waits for asks for another one.
      this.#woken = false;
      if (!relist.lookedSince(this.#endedMs)) await relist.next();
      if (this.halted) {
        this.#woken = true;
        break;
      }
      await turn();
      this.#endedMs = clock.now();
    }
    this.#busy = false;
  }
}
