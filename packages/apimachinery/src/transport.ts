import type { Status } from './generated/meta-v1.ts';
import type { KubeObject } from './object.ts';

/**
 * The one boundary of the API server. HTTP, the worker port and in-process callers all become an `ApiRequest`; only
 * HTTP parses and prints JSON. In process, objects cross by reference and are frozen.
 */
export interface ApiRequest {
  readonly method: string;
  /** Path without query, percent-decoded per segment by the receiver: `/api/v1/namespaces/demo/pods/web`. */
  readonly path: string;
  /** First value of each key wins, as in Kubernetes. */
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: RequestBody;
  /** Set by transports that have authenticated the caller themselves (in process); else headers decide. */
  readonly user?: UserInfo;
  /**
   * DER of the certificate that the client proved in the TLS handshake to hold the key of. Only transports set it, never from what a
   * client sends; whether it is to be trusted is for the server to say.
   */
  readonly clientCertificate?: Uint8Array;
  readonly signal?: AbortSignal;
}

export type RequestBody =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Already decoded (in process); never mutated by the server. */
  | { readonly kind: 'object'; readonly object: unknown };

export interface UserInfo {
  readonly name: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface ApiResponse {
  readonly status: number;
  /** Names in lower case. Does not hold content-type: the body says what it is. */
  readonly headers: Readonly<Record<string, string>>;
  /** Texts of `Warning: 299 - "…"` headers, in order. */
  readonly warnings?: readonly string[];
  readonly body: ResponseBody;
}

export type ResponseBody =
  /**
   * `format`: as what HTTP sends it; without, the Accept header decides. `contentType`: what the object prints as when it
   * is no API object of the usual kind (aggregated discovery).
   */
  | { readonly kind: 'object'; readonly object: unknown; readonly format?: WireFormat; readonly contentType?: string }
  | { readonly kind: 'text'; readonly contentType: string; readonly text: string }
  | { readonly kind: 'bytes'; readonly contentType: string; readonly bytes: Uint8Array }
  /** Bytes as they come (logs); ends when the stream does. */
  | { readonly kind: 'stream'; readonly contentType: string; readonly stream: ReadableStream<Uint8Array> }
  /** `format` as above, default JSON. */
  | { readonly kind: 'watch'; readonly watch: WatchSource; readonly format?: WireFormat }
  /** An accepted exec or attach (status 101), for transports that can carry it. */
  | { readonly kind: 'exec'; readonly session: ExecSession }
  /** An accepted port-forward (status 101). */
  | { readonly kind: 'portForward'; readonly session: PortForwardSession }
  | { readonly kind: 'empty' };

/** How an object is written. Custom resources and Tables have no protobuf. */
export type WireFormat = 'json' | 'yaml' | 'protobuf';

/**
 * A request that asks for an upgraded connection travels over `fetch` as a POST with this header, which names its true
 * method, and both bodies stream: see `exec-channels.ts` of the API server. Fronts set it, and let nobody else set it;
 * an answer that has it is upgraded.
 */
export const CHANNELS_HEADER = 'x-tabernetes-channels';

/** The streams of a process in a container. Those that were not asked for are absent. */
/** What the error channel of a session says at its end: a Status that does not name its kind. */
export type SessionStatus = Omit<Status, 'apiVersion' | 'kind'>;

export interface ExecSession {
  readonly stdin?: WritableStream<Uint8Array>;
  readonly stdout?: ReadableStream<Uint8Array>;
  readonly stderr?: ReadableStream<Uint8Array>;
  /** Columns and rows of the terminal, with `tty`. */
  resize?(size: { readonly width: number; readonly height: number }): void;
  /** How it ended, as the error channel says it: Success, or a Failure whose causes hold the exit code. */
  readonly exit: Promise<SessionStatus>;
  /** Lets go; the process lives on. */
  close(): void;
}

export interface PortForwardSession {
  /** A connection to a port of the Pod; rejects when nothing listens there. */
  open(
    port: number,
  ): Promise<{ readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> }>;
  close(): void;
}

export type WatchEventType = 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';

/** What happened to an object; of Table watches it is a Table. */
export interface ObjectEvent<T = KubeObject> {
  readonly type: Exclude<WatchEventType, 'ERROR'>;
  readonly object: T;
}

/** What happened to an object, or why the watch ends. */
export type WatchEvent<T = KubeObject> = ObjectEvent<T> | { readonly type: 'ERROR'; readonly object: Status };

/** A watch that has been accepted and has not begun: nothing is delivered before `start`. */
export interface WatchSource {
  /**
   * Delivers events in order. `next` is called synchronously in the write that causes the event, so that in-process
   * informers see a write before the write's promise resolves; it must not throw. `end` is called once, when the server closes the watch
   * (time-out, shutdown, after an ERROR event). Returns a function that stops the watch without calling `end`.
   */
  start(sink: WatchSink): () => void;
}

export interface WatchSink {
  next(event: WatchEvent): void;
  end(): void;
}

/** Anything that answers API requests: the API server itself, HTTP, a worker port, a fault injector around one of them. */
export interface Transport {
  request(request: ApiRequest): Promise<ApiResponse>;
}
