import { decodePortMessage, encodePortMessage, PORT_MESSAGE, type PortForwardSession } from '@tabernetes/apimachinery';
import { expect, test } from 'vitest';
import { portChannels } from './port-channels.ts';

/** Port 80 answers each chunk in capitals; nothing listens on others. */
function echo(): PortForwardSession & { isClosed: boolean } {
  return {
    isClosed: false,
    async open(port) {
      if (port !== 80) throw new Error(`nobody listens on ${port}`);
      return new TransformStream<Uint8Array, Uint8Array>({
        transform: (bytes, controller) =>
          controller.enqueue(new TextEncoder().encode(new TextDecoder().decode(bytes).toUpperCase())),
      });
    },
    close() {
      this.isClosed = true;
    },
  };
}

test('connections of a port-forward open, carry and end independently', async () => {
  const session = echo();
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const input = writable.getWriter();
  const output = portChannels(session, readable).getReader();
  const send = (type: 0 | 1 | 2 | 4, id: number, text = ''): void => {
    const port = new Uint8Array([0, Number(text)]);
    input
      .write(encodePortMessage(type, id, type === PORT_MESSAGE.open ? port : new TextEncoder().encode(text)))
      .catch(() => undefined);
  };
  const next = async (): Promise<string> => {
    const message = decodePortMessage((await output.read()).value ?? new Uint8Array());
    return `${message?.connection} ${message?.type} ${new TextDecoder().decode(message?.payload)}`.trim();
  };
  send(PORT_MESSAGE.open, 1, '80');
  send(PORT_MESSAGE.data, 1, 'hello');
  expect(await next()).toBe('1 1 HELLO');
  send(PORT_MESSAGE.open, 2, '81');
  expect(await next()).toBe('2 3 nobody listens on 81');
  send(PORT_MESSAGE.data, 1, 'again');
  send(PORT_MESSAGE.end, 1);
  expect([await next(), await next()]).toEqual(['1 1 AGAIN', '1 2']);
  expect(session.isClosed).toBe(false);
  await input.close();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(session.isClosed).toBe(true);
});
