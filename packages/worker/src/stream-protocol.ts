/**
 * An answer that goes on coming: a watch, a log that is followed. The page asks for the next piece when it has taken the last, and
 * what came meanwhile is one piece.
 *
 *   page                        host
 *    next  ────────────────►
 *          ◄──────────────── text    (at once, or as soon as something comes)
 *    close ────────────────►         (whoever answers is told that nobody listens any more)
 */
export type StreamRequest = { readonly type: 'next' } | { readonly type: 'close' };

export type StreamReply =
  | { readonly type: 'text'; readonly text: string }
  /** Nothing comes after this. `status` is that of HTTP, 0 when there was no answer; `message`: the server's words when it refused. */
  | { readonly type: 'end'; readonly status: number; readonly message: string };
