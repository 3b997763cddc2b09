import type { HttpUpload } from '@tabernetes/worker/connect';
import type { SpdyStream } from './spdy-session.ts';

/** The streams of a process as a client has opened them, and the host's messages of the channel protocol. */
export interface ProcessStreams {
  stream(stream: SpdyStream): void;
  message(bytes: Uint8Array): void;
  /** The host has told all. The client closes the connection when it has read it. */
  end(): void;
}

/**
 * What clients before 1.31 do: a stream for each of stdin, stdout, stderr, the size of the terminal and how it ended.
 * What the process says before its stream is there waits for it, and so does its end.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/staging/src/k8s.io/client-go/tools/remotecommand/v4.go
 */
export function processStreams(host: HttpUpload): ProcessStreams {
  const streams = new Map<string, SpdyStream>();
  const early: Uint8Array[] = [];
  let isOver = false;
  const put = (bytes: Uint8Array): boolean => {
    const name = OUT[bytes[0] ?? 0];
    if (name === undefined || bytes.length === 1) return true;
    const stream = streams.get(name);
    stream?.write(bytes.subarray(1));
    return stream !== undefined;
  };
  const input = (channel: number, bytes: Uint8Array): void => {
    const message = new Uint8Array(bytes.length + 1);
    message[0] = channel;
    message.set(bytes, 1);
    host.input(message);
  };
  return {
    stream(stream) {
      const type = stream.headers.get('streamtype') ?? '';
      streams.set(type, stream);
      if (type === 'stdin') {
        stream.onData = (bytes) => input(STDIN, bytes);
        stream.onEnd = () => input(CLOSE, Uint8Array.of(STDIN));
      } else if (type === 'resize') stream.onData = (bytes) => input(RESIZE, bytes);
      for (const bytes of early.splice(0)) if (!put(bytes)) early.push(bytes);
      if (isOver) stream.end();
    },
    message(bytes) {
      if (!put(bytes)) early.push(bytes);
    },
    end() {
      isOver = true;
      for (const stream of streams.values()) stream.end();
    },
  };
}

const [STDIN, RESIZE, CLOSE] = [0, 4, 255];
const OUT: Readonly<Record<number, string>> = { 1: 'stdout', 2: 'stderr', 3: 'error' };
