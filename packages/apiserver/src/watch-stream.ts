import {
  encodeJson,
  encodeProtobufFrame,
  type ProtobufTable,
  type WatchEvent,
  type WatchSource,
} from '@tabernetes/apimachinery';

/** How much one chunk gathers, in characters or bytes; more chunks would only cost turns. */
const CHUNK_LENGTH = 64 * 1024;

/** Writes events from `from` on, as many as one chunk holds, and says with which the next one begins. */
export type WatchFrames = (
  events: readonly WatchEvent[],
  from: number,
) => { readonly bytes: Uint8Array; readonly next: number };

/**
 * A watch as bytes. Events wait as references and are written when the reader wants them, so a slow
 * reader costs no text; one that is more than `maxEvents` behind what happened since the watch began is closed, as
 * Kubernetes closes it, and lists again.
 */
export function watchStream(watch: WatchSource, maxEvents: number, frames: WatchFrames): ReadableStream<Uint8Array> {
  let queue: WatchEvent[] = [];
  let at = 0;
  let isStarting = true;
  let limit = maxEvents;
  let isEnded = false;
  let stop: () => void = () => undefined;
  let wake: (() => void) | undefined;

  const end = (): void => {
    isEnded = true;
    wake?.();
  };
  return new ReadableStream<Uint8Array>(
    {
      start() {
        stop = watch.start({
          next(event) {
            queue.push(event);
            if (!isStarting && queue.length - at > limit) {
              stop();
              end();
            } else wake?.();
          },
          end,
        });
        isStarting = false;
        limit += queue.length; // the initial objects are the server's doing, not the reader's
      },
      async pull(controller) {
        if (at >= queue.length && !isEnded) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          wake = undefined;
        }
        const { bytes, next } = frames(queue, at);
        at = next;
        if (at >= queue.length) {
          queue = [];
          at = 0;
          limit = maxEvents;
        }
        if (bytes.length > 0) controller.enqueue(bytes);
        if (isEnded && at >= queue.length) controller.close();
      },
      cancel() {
        stop();
        end();
      },
    },
    { highWaterMark: 0 },
  );
}

/** Newline-delimited JSON. */
export const jsonFrames: WatchFrames = (events, from) => {
  let text = '';
  let at = from;
  for (; at < events.length && text.length < CHUNK_LENGTH; at += 1) {
    const { type, object } = events[at] as WatchEvent;
    text += `{"type":"${type}","object":${encodeJson(object)}}\n`;
  }
  return { bytes: ENCODER.encode(text), next: at };
};

const ENCODER = new TextEncoder();

/** Length-delimited protobuf. */
export const protobufFrames =
  (table: ProtobufTable): WatchFrames =>
  (events, from) => {
    const frames: Uint8Array[] = [];
    let size = 0;
    let at = from;
    for (; at < events.length && size < CHUNK_LENGTH; at += 1) {
      const frame = encodeProtobufFrame(events[at] as WatchEvent, table);
      if (frame === undefined) continue; // nothing is negotiated that cannot be written
      frames.push(frame);
      size += frame.length;
    }
    const bytes = new Uint8Array(size);
    let place = 0;
    for (const frame of frames) {
      bytes.set(frame, place);
      place += frame.length;
    }
    return { bytes, next: at };
  };
