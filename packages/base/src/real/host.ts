/** What a real-pace clock needs of the machine that it runs on. */
export interface Host {
  /** Milliseconds that never go back, with a fraction; only differences mean something. */
  elapsedMs(): number;
  /** Milliseconds since the Unix epoch. */
  epochMs(): number;
  /** Calls back after about so long; returns what cancels it. */
  alarm(delayMs: number, callback: () => void): () => void;
}

/** The machine itself. */
export function systemHost(): Host {
  return {
    elapsedMs: () => performance.now(),
    epochMs: () => Date.now(),
    alarm(delayMs, callback) {
      // Hosts hold the delay in 31 bits and fire at once what is longer; waking early is harmless.
      const timer = setTimeout(callback, Math.min(Math.ceil(delayMs), 0x7fff_ffff));
      return () => clearTimeout(timer);
    },
  };
}
