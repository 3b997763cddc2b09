/** What the face of a process needs of the wire. */
export interface GuestWire {
  now(): number;
  uint32(): number;
  /** Asks, and waits for the answer. */
  ask(op: string, ...args: readonly unknown[]): Promise<unknown>;
  /** Asks, and does not wait. */
  tell(op: string, ...args: readonly unknown[]): void;
  /** A number by which the host can call back; it is forgotten with `forget`. */
  target(callback: (...args: never[]) => unknown): number;
  forget(target: number): void;
  /** An error that nobody has caught ends the program. */
  fail(reason: unknown): void;
}
