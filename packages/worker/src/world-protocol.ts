import type { KubeObject } from '@tabernetes/apimachinery';
import type { LastingTrouble } from '@tabernetes/cluster';

/**
 * What happens in a cluster, for a page that shows it: everything at first, then what changed, at most one batch on its
 * way at a time. The page asks for the next batch when it has drawn the last, so a busy cluster costs a page no more than
 * it can draw; what changed twice in between is sent once, and what is too much for a frame in several batches.
 *
 *   page                     host
 *    next  ────────────────►          (once per frame at most)
 *          ◄──────────────── batch    (at once, or as soon as something changes)
 */
export const WORLD_PROTOCOL_VERSION = 1;

export interface WorldBatch {
  readonly type: 'batch';
  /** Virtual milliseconds since the epoch. */
  readonly nowMs: number;
  readonly paused: boolean;
  /** Virtual seconds per real second. */
  readonly speed: number;
  /** What goes wrong on purpose and lasts, oldest first. */
  readonly troubles: readonly LastingTrouble[];
  /** Revision of the store as the host knows it; objects of it may be yet to come. */
  readonly revision: number;
  /** Objects as they are now, by their key in the store. */
  readonly put: readonly (readonly [key: string, object: KubeObject])[];
  /** Keys of objects that are gone. */
  readonly removed: readonly string[];
  /** What was written, in order; the oldest are left out when there are too many. */
  readonly writes: readonly WorldWrite[];
  /** Writes that were left out of {@link writes}. */
  readonly skippedWrites: number;
}

/** One write, for the stream of events: who did what to which object. */
export interface WorldWrite {
  readonly revision: number;
  readonly timeMs: number;
  readonly verb: 'create' | 'update' | 'delete';
  readonly key: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** The field manager of the newest entry: `kubectl`, `kube-scheduler`. Empty when nobody says. */
  readonly manager: string;
  /** What an update changed, at most a few: `spec.replicas`, `metadata.labels`. */
  readonly changed: readonly string[];
  /** It belongs to the making of the cluster, not to what has happened in it. */
  readonly isMaking: boolean;
}

export type WorldRequest = { readonly type: 'next' };

/** A terminal of the page: keys in, text out. One port each. */
export type TerminalRequest =
  | { readonly type: 'input'; readonly text: string }
  | { readonly type: 'resize'; readonly columns: number; readonly rows: number }
  /** The page has drawn this many characters of output. */
  | { readonly type: 'drawn'; readonly characters: number }
  /** What became of a text that was to be edited; without a text it was given up. */
  | { readonly type: 'edited'; readonly id: number; readonly text?: string }
  /** The terminal has been closed: all that runs at it ends. */
  | { readonly type: 'close' };

export type TerminalReply =
  | { readonly type: 'output'; readonly text: string }
  /** A program wants a text to be edited; answered with `edited`. */
  | { readonly type: 'edit'; readonly id: number; readonly fileName: string; readonly text: string }
  /** Whoever wanted it has gone. */
  | { readonly type: 'editOver'; readonly id: number }
  | { readonly type: 'exit'; readonly code: number };

/** Files of the workstation's home that changed there; the page takes them over. */
export interface FilesChange {
  readonly put: readonly { readonly name: string; readonly text: string }[];
  readonly removed: readonly string[];
}
