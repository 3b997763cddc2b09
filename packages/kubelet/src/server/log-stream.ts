import type { ContainerRuntime, LogLine } from '@tabernetes/node-api';

/** PodLogOptions, without the container. */
export interface LogStreamOptions {
  readonly follow: boolean;
  readonly timestamps: boolean;
  readonly sinceSeconds?: number;
  /** RFC 3339. */
  readonly sinceTime?: string;
  readonly tailLines?: number;
  readonly limitBytes?: number;
}

/** A container's log as `kubectl logs` reads it. Lines that a container has not ended end at its end. */
export function logStream(
  runtime: ContainerRuntime,
  id: string,
  options: LogStreamOptions,
  nowMs: number,
  signal?: AbortSignal,
): ReadableStream<Uint8Array> {
  const { follow, timestamps, sinceSeconds, sinceTime, tailLines, limitBytes = Number.POSITIVE_INFINITY } = options;
  const sinceMs =
    sinceSeconds !== undefined
      ? nowMs - sinceSeconds * 1000
      : sinceTime !== undefined
        ? Date.parse(sinceTime)
        : undefined;
  const stop = new AbortController();
  signal?.addEventListener('abort', () => stop.abort());
  const lines = runtime
    .logs(id, {
      follow,
      signal: stop.signal,
      ...(tailLines !== undefined && { tailLines }),
      ...(sinceMs !== undefined && { sinceMs }),
    })
    [Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let left = limitBytes;
  let open = false;
  return new ReadableStream({
    async pull(controller) {
      const next = await lines.next().catch(() => ({ done: true as const, value: undefined }));
      if (next.done === true) {
        stop.abort();
        controller.close();
        return;
      }
      const bytes = encoder.encode(textOf(next.value, timestamps && !open));
      open = !next.value.complete;
      controller.enqueue(bytes.length > left ? bytes.slice(0, left) : bytes);
      left -= bytes.length;
      if (left > 0) return;
      stop.abort();
      controller.close();
    },
    cancel() {
      stop.abort();
    },
  });
}

function textOf({ timeMs, text, complete }: LogLine, timestamps: boolean): string {
  const end = complete ? '\n' : '';
  return timestamps ? `${new Date(timeMs).toISOString().replace('Z', '000000Z')} ${text}${end}` : `${text}${end}`;
}
