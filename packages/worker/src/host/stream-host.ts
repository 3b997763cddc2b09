import type { PortLike } from '../http-protocol.ts';
import type { StreamReply, StreamRequest } from '../stream-protocol.ts';

/** Characters that wait for a page; beyond them the answer has to wait. */
const WINDOW = 256 * 1024;

/**
 * Gives an answer to a page piece by piece, see {@link StreamRequest}.
 *
 * @param answer asks for it; the signal tells that nobody listens any more
 */
export function streamHost(answer: (signal: AbortSignal) => Promise<Response>, port: PortLike): void {
  const over = new AbortController();
  let text = '';
  let end: StreamReply | undefined;
  let isAsked = false;
  let wake: (() => void) | undefined;
  const offer = (): void => {
    if (!isAsked || over.signal.aborted) return;
    if (text !== '') {
      isAsked = false;
      port.postMessage({ type: 'text', text } satisfies StreamReply);
      text = '';
      wake?.();
    } else if (end !== undefined) {
      port.postMessage(end);
      close();
    }
  };
  const close = (): void => {
    over.abort();
    wake?.();
    port.removeEventListener('message', listener);
  };
  const listener = ({ data }: { readonly data: unknown }): void => {
    if ((data as StreamRequest).type === 'close') close();
    else {
      isAsked = true;
      offer();
    }
  };
  port.addEventListener('message', listener);
  port.start?.();

  async function read(): Promise<StreamReply> {
    const response = await answer(over.signal);
    if (response.status >= 300 || response.body === null) {
      return { type: 'end', status: response.status, message: messageOf(await response.text()) };
    }
    const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader();
    over.signal.addEventListener('abort', () => void pieces.cancel().catch(() => undefined));
    for (;;) {
      const { done, value } = await pieces.read();
      if (done || over.signal.aborted) return { type: 'end', status: response.status, message: '' };
      text += value;
      offer();
      if (text.length > WINDOW) await new Promise<void>((resolve) => (wake = resolve));
    }
  }
  read()
    .catch((error: unknown): StreamReply => ({ type: 'end', status: 0, message: String(error) }))
    .then((last) => {
      end = last;
      offer();
    });
}

/** What a Status says; other answers speak for themselves. */
function messageOf(body: string): string {
  try {
    const { message } = JSON.parse(body) as { readonly message?: unknown };
    return typeof message === 'string' ? message : body;
  } catch {
    return body;
  }
}
