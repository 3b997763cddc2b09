import type { Disposable } from './disposable.ts';

/** A disposable that calls once, however often it is disposed. */
export function onDispose(callback: () => void): Disposable {
  let pending: (() => void) | undefined = callback;
  return {
    dispose() {
      const call = pending;
      pending = undefined;
      call?.();
    },
  };
}

/**
 * Disposables that go together, in the reverse order of their coming. What is added after that is disposed at once, so
 * that work which ends late cannot leak.
 */
export class DisposableStore implements Disposable {
  readonly #items = new Set<Disposable>();
  #disposed = false;

  get disposed(): boolean {
    return this.#disposed;
  }

  /** Returns what it was given. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  /** Disposes one item early. */
  remove(item: Disposable): void {
    if (this.#items.delete(item)) item.dispose();
  }

  /** Disposes all, even if one throws. @throws what the only one threw, or an AggregateError */
  dispose(): void {
    this.#disposed = true;
    const items = [...this.#items].reverse();
    this.#items.clear();
    const errors: unknown[] = [];
    for (const item of items) {
      try {
        item.dispose();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `${errors.length} disposals failed`);
  }
}
