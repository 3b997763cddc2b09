import { SIGNAL_NUMBERS, type SignalName } from '@tabernetes/node-api';
import type { Proc } from '../process/proc.ts';

export type TrapName = SignalName | 'EXIT';

/** What a shell does about signals: a signal only takes a note, its action runs between two commands. */
export class Traps {
  /** Actions by signal; an empty one ignores it. */
  readonly actions: Map<TrapName, string>;
  readonly #proc: Proc;
  readonly #pending: SignalName[] = [];
  #onSignal: (() => void) | undefined;

  /** @param inherited signals that the parent ignored */
  constructor(proc: Proc, inherited: Iterable<TrapName> = []) {
    this.#proc = proc;
    this.actions = new Map();
    for (const signal of inherited) this.set(signal, '');
  }

  /** Sets an action; undefined: what the signal does by itself. */
  set(signal: TrapName, action: string | undefined): void {
    if (action === undefined) this.actions.delete(signal);
    else this.actions.set(signal, action);
    if (signal === 'EXIT') return;
    if (action === undefined) this.#proc.resetSignal(signal);
    else if (action === '') this.#proc.onSignal(signal, 'ignore');
    else {
      this.#proc.onSignal(signal, () => {
        this.#pending.push(signal);
        this.#onSignal?.();
      });
    }
  }

  /**
   * Lets INT end the shell between two commands, as ash does when it reads no commands from its input. It only shows in process 1,
   * which signals do not end by themselves.
   */
  catchInterrupt(): void {
    if (this.#proc.pids.init !== this.#proc || this.actions.has('INT')) return;
    this.#proc.onSignal('INT', () => {
      this.#pending.push('INT');
      this.#onSignal?.();
    });
  }

  /** Signals that children ignore as well. */
  *ignored(): Iterable<SignalName> {
    for (const [signal, action] of this.actions) if (action === '' && signal !== 'EXIT') yield signal;
  }

  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  /** Number of the signal that waits for its action; 0: none. */
  get pendingNumber(): number {
    const [signal] = this.#pending;
    return signal === undefined ? 0 : SIGNAL_NUMBERS[signal];
  }

  /** The next signal whose action is to run. */
  take(): SignalName | undefined {
    return this.#pending.shift();
  }

  /** Waits until a child ends or a signal with an action comes; undefined: a signal. */
  async waitFor(child: Proc): Promise<number | undefined> {
    if (child.exitCode === undefined && !this.isPending) await this.block((wake) => child.onExit(wake));
    return child.exitCode;
  }

  /** Waits until woken, or until a signal with an action comes. */
  async block(register: (wake: () => void) => () => void): Promise<void> {
    try {
      await this.#proc.block((wake) => {
        const off = register(wake);
        this.#onSignal = () => {
          off();
          wake();
        };
        return off;
      });
    } finally {
      this.#onSignal = undefined;
    }
  }
}
