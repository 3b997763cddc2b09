import type { SocketAddress } from '@tabernetes/node-api';

/*
 * Between a program of a user and its process:
 *
 *   process ──HostMessage──►  guest      one message, one turn: the program computes until its promises have settled,
 *   process ◄──GuestTurn────  guest      and then says all that it asks for. Virtual time stands still meanwhile.
 */

/** What a program knows from its start. */
export interface GuestStart {
  readonly type: 'start';
  readonly nowMs: number;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
  readonly hostname: string;
  readonly addresses: readonly string[];
  /** Four draws, from which all chance of the program comes. */
  readonly seed: readonly number[];
}

export type HostMessage =
  | GuestStart
  /** What was asked for as `id`, or why not. */
  | {
      readonly type: 'reply';
      readonly nowMs: number;
      readonly id: number;
      readonly value?: unknown;
      readonly error?: GuestError;
    }
  /** Something of the program is called; `id` 0: nobody waits for what it gives. */
  | {
      readonly type: 'call';
      readonly nowMs: number;
      readonly id: number;
      readonly to: number;
      readonly args: readonly unknown[];
    };

export interface GuestError {
  readonly name: string;
  readonly message: string;
  readonly code?: string | undefined;
  readonly path?: string | undefined;
  readonly address?: string | undefined;
}

/** What a program asks for; `id` 0: it does not wait for an answer. */
export interface GuestCall {
  readonly id: number;
  readonly op: string;
  readonly args: readonly unknown[];
}

export interface GuestAnswer {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: GuestError;
}

export interface GuestTurn {
  readonly calls: readonly GuestCall[];
  readonly answers: readonly GuestAnswer[];
  /** Set when the program is over: its exit code, or what it threw. */
  readonly done?: { readonly code: number } | { readonly error: string };
}

/** One end of a connection, as it is told of. */
export interface GuestConnection {
  readonly handle: number;
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
}

/**
 * How values become texts and back, on both sides: JSON, in which bytes are texts of characters up to 255. Sent to workers as its text;
 * names nothing outside of itself.
 */
export function wireFormat() {
  const BYTES = '$bytes';
  const PIECE = 8192;
  const latin1 = (bytes: Uint8Array): string => {
    const pieces: string[] = [];
    for (let at = 0; at < bytes.length; at += PIECE)
      pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
    return pieces.join('');
  };
  return {
    packed: (value: unknown): string =>
      JSON.stringify(value, (_key, each: unknown) => (each instanceof Uint8Array ? { [BYTES]: latin1(each) } : each)),
    /** @throws {SyntaxError} */
    unpacked: (text: string): unknown =>
      JSON.parse(text, (_key, each: unknown) => {
        if (typeof each !== 'object' || each === null) return each;
        const bytes: unknown = Object.hasOwn(each, BYTES) ? (each as Record<string, unknown>)[BYTES] : undefined;
        return typeof bytes === 'string' ? Uint8Array.from(bytes, (character) => character.charCodeAt(0)) : each;
      }),
  };
}
