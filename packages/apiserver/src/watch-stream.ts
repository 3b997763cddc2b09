import { encodeJson, type WatchEvent, type WatchSource } from '@tabernetes/apimachinery';

/** How much text one chunk gathers, in characters; more chunks would only cost turns. */
const CHUNK_LENGTH = 64 * 1024;

/**
 * A watch as newline-delimited JSON. Events wait as references and are printed when the reader wants them, so a slow
 * reader costs no text; one that is more than `maxEvents` behind what happened since the watch began is closed, as
 * Kubernetes closes it, and lists again.
 */
export function watchStream(watch: WatchSource, maxEvents: number): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
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
        let text = '';
        while (at < queue.length && text.length < CHUNK_LENGTH) {
          const event = queue[at];
          at += 1;
          if (event !== undefined) text += frame(event);
        }
        if (at >= queue.length) {
          queue = [];
          at = 0;
          limit = maxEvents;
        }
        if (text !== '') controller.enqueue(encoder.encode(text));
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

const frame = ({ type, object }: WatchEvent): string => `{"type":"${type}","object":${encodeJson(object)}}\n`;
