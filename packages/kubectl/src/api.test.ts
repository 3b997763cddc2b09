import { expect, test } from 'vitest';
import { createApi } from './api.ts';

test('KCT-49 an answer that streams when --request-timeout is over ends with what Go says then', async () => {
  let timeOut: () => void = () => undefined;
  const api = createApi(
    {
      async request({ signal }) {
        const stream = new ReadableStream<Uint8Array>({
          start: (controller) => signal?.addEventListener('abort', () => controller.error(new Error('aborted'))),
        });
        return { status: 200, headers: {}, body: { kind: 'stream', contentType: 'text/plain', stream } };
      },
    },
    { server: 'https://kubernetes', namespace: 'default', insecure: false, timeoutMs: 1_000 },
    {
      userAgent: 'test',
      onWarning: () => undefined,
      setTimer(_delayMs, callback) {
        timeOut = callback;
        return { dispose: () => undefined };
      },
    },
  );
  const { body } = await api.request('GET', '/log');
  if (body.kind !== 'stream') throw new Error(body.kind);
  const read = body.stream.getReader().read();
  timeOut();
  await expect(read).rejects.toThrow(
    'net/http: request canceled (Client.Timeout or context cancellation while reading body)',
  );
});
