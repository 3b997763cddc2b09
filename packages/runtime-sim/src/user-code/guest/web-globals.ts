/** What programs count on of the web. */
export interface WebGlobals {
  readonly URLSearchParams: new (
    init?: string | Readonly<Record<string, string>> | Iterable<readonly [string, string]>,
  ) => object;
  readonly AbortController: new () => { readonly signal: GuestSignal; abort(reason?: unknown): void };
  readonly AbortSignal: new () => GuestSignal;
}

/** What tells a handler that nobody waits any more. */
export interface GuestSignal {
  readonly aborted: boolean;
  addEventListener(type: string, listener: () => void): void;
  removeEventListener(type: string, listener: () => void): void;
  throwIfAborted(): void;
}

/**
 * The few things of the web that programs count on, made of nothing but the language. This function is sent to workers as its text, and
 * names nothing outside of itself.
 */
export function webGlobals(): WebGlobals {
  /** A query: what `call.url` has behind its question mark. */
  class URLSearchParams {
    readonly #pairs: (readonly [string, string])[] = [];
    constructor(init: string | Readonly<Record<string, string>> | Iterable<readonly [string, string]> = '') {
      if (typeof init !== 'string') {
        const pairs = Symbol.iterator in init ? init : Object.entries(init);
        for (const [name, value] of pairs) this.append(name, value);
        return;
      }
      for (const part of init.replace(/^\?/, '').split('&')) {
        if (part === '') continue;
        const [name = '', ...value] = part.split('=').map((piece) => piece.replace(/\+/g, ' '));
        this.append(plain(name), plain(value.join('=')));
      }
    }
    append(name: string, value: string): void {
      this.#pairs.push([String(name), String(value)]);
    }
    delete(name: string): void {
      this.#pairs.splice(0, this.#pairs.length, ...this.#pairs.filter(([own]) => own !== name));
    }
    set(name: string, value: string): void {
      this.delete(name);
      this.append(name, value);
    }
    get(name: string): string | null {
      return this.#pairs.find(([own]) => own === name)?.[1] ?? null;
    }
    getAll(name: string): string[] {
      return this.#pairs.filter(([own]) => own === name).map(([, value]) => value);
    }
    has(name: string): boolean {
      return this.#pairs.some(([own]) => own === name);
    }
    [Symbol.iterator]() {
      return this.#pairs[Symbol.iterator]();
    }
    toString(): string {
      return this.#pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
    }
  }
  const plain = (text: string): string => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text; // a stray per cent sign stands for itself
    }
  };

  class AbortSignal {
    aborted = false;
    reason: unknown;
    readonly #listeners = new Set<() => void>();
    addEventListener(type: string, listener: () => void): void {
      if (type === 'abort') this.#listeners.add(listener);
    }
    removeEventListener(_type: string, listener: () => void): void {
      this.#listeners.delete(listener);
    }
    throwIfAborted(): void {
      if (this.aborted) throw this.reason;
    }
    dispatchEvent(): void {
      for (const listener of [...this.#listeners]) listener();
      this.#listeners.clear();
    }
  }
  class AbortController {
    readonly signal = new AbortSignal();
    abort(reason: unknown = new Error('the operation was aborted')): void {
      if (this.signal.aborted) return;
      this.signal.aborted = true;
      this.signal.reason = reason;
      this.signal.dispatchEvent();
    }
  }

  return { URLSearchParams, AbortController, AbortSignal };
}
