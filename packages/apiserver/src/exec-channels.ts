import type { ExecSession } from '@tabernetes/apimachinery';

/**
 * The streams of a process as messages, each with the number of its channel in front: what a WebSocket of the protocol
 * `v5.channel.k8s.io` carries. One chunk of a stream is one message.
 *
 *   in   0 stdin   4 size of the terminal (JSON)   255 end of a channel
 *   out  1 stdout  2 stderr  3 how it ended (a Status, JSON)
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apimachinery/pkg/util/remotecommand/constants.go
 */
export function execChannels(
  session: ExecSession,
  input: ReadableStream<Uint8Array> | null,
): ReadableStream<Uint8Array> {
  void receive(session, input);
  return new ReadableStream({
    async start(controller) {
      const send = (channel: number, bytes: Uint8Array): void => {
        const message = new Uint8Array(bytes.length + 1);
        message[0] = channel;
        message.set(bytes, 1);
        controller.enqueue(message);
      };
      try {
        // The client must know that it is connected before there is anything to read.
        send(STDOUT, new Uint8Array(0));
        await Promise.all([copy(session.stdout, STDOUT, send), copy(session.stderr, STDERR, send)]);
        send(ERROR, new TextEncoder().encode(JSON.stringify(await session.exit)));
        controller.close();
      } catch {
        // The client has gone; nobody is left to be told.
        session.close();
      }
    },
    cancel: () => session.close(),
  });
}

const [STDIN, STDOUT, STDERR, ERROR, RESIZE, CLOSE] = [0, 1, 2, 3, 4, 255];

async function copy(
  from: ReadableStream<Uint8Array> | undefined,
  channel: number,
  send: (channel: number, bytes: Uint8Array) => void,
): Promise<void> {
  if (from === undefined) return;
  for (const reader = from.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) return;
    send(channel, value);
  }
}

async function receive(session: ExecSession, input: ReadableStream<Uint8Array> | null): Promise<void> {
  const stdin = session.stdin?.getWriter();
  const end = (): void => void stdin?.close().catch(() => undefined);
  const reader = input?.getReader();
  try {
    for (let next = await reader?.read(); next !== undefined && !next.done; next = await reader?.read()) {
      const [channel, ...rest] = [next.value[0], next.value.subarray(1)] as const;
      const [bytes] = rest;
      if (channel === STDIN) await stdin?.write(bytes);
      else if (channel === RESIZE) resize(session, bytes);
      else if (channel === CLOSE && bytes[0] === STDIN) end();
    }
    // The connection is gone: so is whoever typed.
    if (stdin !== undefined) end();
    session.close();
  } catch {
    session.close();
  }
}

function resize(session: ExecSession, bytes: Uint8Array): void {
  try {
    const { Width, Height } = JSON.parse(new TextDecoder().decode(bytes)) as { Width?: number; Height?: number };
    if (Width !== undefined && Height !== undefined) session.resize?.({ width: Width, height: Height });
  } catch {
    // A size that makes no sense leaves the terminal as it is.
  }
}
