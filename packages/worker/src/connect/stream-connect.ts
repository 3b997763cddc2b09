import type { PortLike } from '../http-protocol.ts';
import type { StreamReply, StreamRequest } from '../stream-protocol.ts';

export interface StreamListener {
  onText(text: string): void;
  onEnd(status: number, message: string): void;
}

/** Hears an answer that goes on coming, see {@link StreamRequest}. The result closes it: nothing is heard after that. */
export function followStream(port: PortLike, { onText, onEnd }: StreamListener): () => void {
  let isOver = false;
  const send = (request: StreamRequest): void => port.postMessage(request);
  const close = (): void => {
    if (isOver) return;
    isOver = true;
    send({ type: 'close' });
    port.removeEventListener('message', listener);
  };
  const listener = ({ data }: { readonly data: unknown }): void => {
    if (isOver) return;
    const reply = data as StreamReply;
    if (reply.type === 'text') {
      onText(reply.text);
      send({ type: 'next' });
      return;
    }
    close();
    onEnd(reply.status, reply.message);
  };
  port.addEventListener('message', listener);
  port.start?.();
  send({ type: 'next' });
  return close;
}
