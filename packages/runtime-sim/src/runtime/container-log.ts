import type { Clock, Disposable } from '@tabernetes/base';
import type { Chunk, LogLine, LogQuery } from '@tabernetes/node-api';
import { toText } from '../file-system/content.ts';

/** What a kubelet keeps of a container's log before it rotates (containerLogMaxSize). */
const BUDGET_BYTES = 10 * 1024 * 1024;
/** Containerd cuts lines that are longer. */
const MAX_LINE_BYTES = 16_384;

/** What a pipe holds: who writes more waits until it is read. */
const PIPE_BYTES = 65_536;
/** Who writes again within this time writes often. */
const OFTEN_MS = 1_000;

type StreamName = 'stdout' | 'stderr';

/** How the runtime reads what containers write. */
export interface LogReading {
  readonly clock: Clock;
  /** How long what is written lies in the pipes of the container, in milliseconds. 0: it is read as it is written. */
  readonly readMs: number;
}

interface Segment {
  readonly timeMs: number;
  readonly stream: StreamName;
  /** Lines, the last newline left out. */
  readonly text: string;
  /** The last of them had no newline: it was too long, or the container ended. */
  readonly isCut?: true;
}

/**
 * What a container wrote. Kept as it was written, many lines in one segment, and taken apart when somebody reads; the
 * oldest segments go when the budget is spent.
 *
 * A runtime that takes time finds both pipes filled when it looks, and empties one after the other: the one that was
 * filled last is the first to be seen (pollers of Go hand out what became ready in reverse), unless the container has
 * ended already.
 */
export class ContainerLog {
  #segments: Segment[] | undefined;
  #head = 0;
  #bytes = 0;
  /** Begun lines whose newline has not come. */
  #open: { stdout: string; stderr: string } | undefined;
  #followers: Set<() => void> | undefined;
  readonly #reading: LogReading | undefined;
  /** What nobody has read yet, by stream, in the order in which they were first written to. */
  #unread: Map<StreamName, string> | undefined;
  #unreadLast: StreamName = 'stdout';
  #reader: Disposable | undefined;
  #lastReadMs = Number.NEGATIVE_INFINITY;

  constructor(reading?: LogReading) {
    if (reading !== undefined && reading.readMs > 0) this.#reading = reading;
  }

  /** Bytes that the files take on the node's disk. */
  get usedBytes(): number {
    return this.#bytes;
  }

  write(stream: StreamName, chunk: Chunk, timeMs: number): void {
    if (this.#reading === undefined) {
      this.#take(stream, toText(chunk), timeMs);
      return;
    }
    const { clock, readMs } = this.#reading;
    this.#unread ??= new Map();
    const text = (this.#unread.get(stream) ?? '') + toText(chunk);
    this.#unread.set(stream, text);
    this.#unreadLast = stream;
    if (text.length >= PIPE_BYTES) this.#readUp(timeMs, stream);
    else if (this.#reader === undefined) {
      // Nobody waits for the end of what writes again and again.
      const background = timeMs < this.#lastReadMs + OFTEN_MS;
      this.#reader = clock.setTimer(readMs, () => this.#readUp(clock.now(), this.#unreadLast), { background });
    }
  }

  #readUp(timeMs: number, first?: StreamName): void {
    this.#reader?.dispose();
    this.#reader = undefined;
    this.#lastReadMs = timeMs;
    const unread = this.#unread;
    this.#unread = undefined;
    const firstText = first && unread?.get(first);
    if (first !== undefined && firstText !== undefined) this.#take(first, firstText, timeMs);
    for (const [stream, text] of unread ?? []) if (stream !== first) this.#take(stream, text, timeMs);
  }

  #take(stream: StreamName, text: string, timeMs: number): void {
    const begun = this.#open?.[stream] ?? '';
    const end = text.lastIndexOf('\n');
    if (end < 0) {
      this.#keepOpen(stream, begun + text, timeMs);
      return;
    }
    this.#add({ timeMs, stream, text: begun + text.slice(0, end) });
    if (end + 1 < text.length || begun !== '') this.#keepOpen(stream, text.slice(end + 1), timeMs);
    this.#wake();
  }

  /** The container has ended: what has no newline is in its log as well, as a piece of a line. */
  close(timeMs: number): void {
    this.#readUp(timeMs);
    for (const stream of ['stdout', 'stderr'] as const) {
      const text = this.#open?.[stream] ?? '';
      if (text !== '') this.#add({ timeMs, stream, text, isCut: true });
    }
    this.#open = undefined;
    this.#wake();
  }

  /** Lines so far; with `follow` until `ended` says that no more will come. */
  async *read({ tailLines, sinceMs, follow = false, signal }: LogQuery, ended: () => boolean): AsyncIterable<LogLine> {
    let at = this.#head;
    if (tailLines !== undefined) {
      const all = this.#lines(at, sinceMs);
      at = this.#end;
      for (const line of tailLines <= 0 ? [] : all.slice(-tailLines)) yield line;
    }
    for (;;) {
      while (at < this.#end) {
        if (signal?.aborted === true) return;
        const segment = this.#segments?.[Math.max(at, this.#head) - this.#base];
        at = Math.max(at, this.#head) + 1;
        if (segment !== undefined && (sinceMs === undefined || segment.timeMs >= sinceMs)) yield* linesOf(segment);
      }
      if (!follow || ended() || signal?.aborted === true) return;
      await this.#more(signal);
    }
  }

  /** Wakes those who follow: the container has ended. */
  wake(): void {
    this.#wake();
  }

  /** The last bytes, at most so many lines: what becomes a termination message (FallbackToLogsOnError). */
  tail(lines: number, bytes: number): string {
    const text = this.#lines(this.#head)
      .slice(-lines)
      .map(({ text, complete }) => (complete ? `${text}\n` : text))
      .join('');
    return text.slice(-bytes);
  }

  /** Number of the first segment in the array; segments are numbered from 0 for ever. */
  #base = 0;

  get #end(): number {
    return this.#base + (this.#segments?.length ?? 0);
  }

  #lines(from: number, sinceMs?: number): LogLine[] {
    const lines: LogLine[] = [];
    for (const segment of this.#segments?.slice(from - this.#base) ?? []) {
      if (sinceMs !== undefined && segment.timeMs < sinceMs) continue;
      // One by one: a program may write more lines at once than a call takes arguments.
      for (const line of linesOf(segment)) lines.push(line);
    }
    return lines;
  }

  #add(segment: Segment): void {
    // Most containers say one thing: a list that begins with it has room for no other.
    if (this.#segments === undefined) this.#segments = [segment];
    else this.#segments.push(segment);
    this.#bytes += segment.text.length + 1;
    while (this.#bytes > BUDGET_BYTES && this.#head < this.#end - 1) {
      this.#bytes -= (this.#segments[this.#head - this.#base] as Segment).text.length + 1;
      this.#head++;
    }
    // Forgetting one by one would move the array each time.
    if (this.#head - this.#base > 1024 && this.#head - this.#base > this.#segments.length / 2) {
      this.#segments.splice(0, this.#head - this.#base);
      this.#base = this.#head;
    }
  }

  #keepOpen(stream: StreamName, text: string, timeMs: number): void {
    let rest = text;
    while (rest.length >= MAX_LINE_BYTES) {
      this.#add({ timeMs, stream, text: rest.slice(0, MAX_LINE_BYTES), isCut: true });
      rest = rest.slice(MAX_LINE_BYTES);
    }
    this.#open ??= { stdout: '', stderr: '' };
    this.#open[stream] = rest;
  }

  #more(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#followers?.delete(wake);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      this.#followers ??= new Set();
      this.#followers.add(wake);
      signal?.addEventListener('abort', wake, { once: true });
    });
  }

  #wake(): void {
    if (this.#followers === undefined) return;
    for (const wake of [...this.#followers]) wake();
  }
}

function* linesOf({ timeMs, stream, text, isCut }: Segment): Iterable<LogLine> {
  const lines = text.split('\n');
  for (const [i, line] of lines.entries())
    yield { timeMs, stream, text: line, complete: isCut === undefined || i < lines.length - 1 };
}
