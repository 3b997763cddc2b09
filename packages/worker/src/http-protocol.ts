/**
 * HTTP over a MessagePort, version 1: how a front (an HTTPS server in Node, a page's service worker) hands requests to
 * the worker that hosts the cluster. Bodies are buffered on the way in and stream on the way out, with a window so that a slow reader
 * slows the writer instead of filling memory.
 *
 *   front                         host
 *   request  ──────────────────►
 *            ◄────────────────── head
 *            ◄────────────────── chunk …   (at most WINDOW not yet acknowledged)
 *   ack …    ──────────────────►
 *   input …  ──────────────────►          (of a request whose body streams: exec, attach)
 *            ◄────────────────── end
 *   abort    ──────────────────►          (any time: the client went away)
 */
/** Chunks under way before the host waits for an acknowledgement. */
export const WINDOW = 64;

export type FrontMessage =
  | {
      readonly type: 'request';
      readonly id: number;
      readonly method: string;
      /** Absolute: scheme and authority are the ones that the client used. */
      readonly url: string;
      readonly headers: readonly (readonly [string, string])[];
      readonly body?: Uint8Array;
      /** The body comes in pieces, as `input`, until one without bytes. */
      readonly streams?: boolean;
      /** DER. What the client proved in the TLS handshake to hold the key of; only fronts that have seen that proof may set it. */
      readonly clientCertificate?: Uint8Array;
    }
  | { readonly type: 'input'; readonly id: number; readonly bytes?: Uint8Array }
  | { readonly type: 'ack'; readonly id: number; readonly chunks: number }
  | { readonly type: 'abort'; readonly id: number };

export type HostMessage =
  | {
      readonly type: 'head';
      readonly id: number;
      readonly status: number;
      readonly headers: readonly (readonly [string, string])[];
      /** The whole body when it is at hand; then no chunk and no end follow. */
      readonly body?: Uint8Array;
    }
  | { readonly type: 'chunk'; readonly id: number; readonly bytes: Uint8Array }
  | { readonly type: 'end'; readonly id: number; readonly error?: string };

/** What a MessagePort, a Worker and Node's `parentPort` have in common. */
export interface PortLike {
  postMessage(message: unknown): void;
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  removeEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  start?(): void;
}
