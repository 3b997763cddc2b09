import { describe, expect, test } from 'vitest';
import { connectHttp, type HttpExchange } from './connect/http-connect.ts';
import { type Fetch, hostHttp } from './host/http-host.ts';
import { WINDOW } from './http-protocol.ts';

interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  error: string | undefined;
}

/** A front and a host over a real MessageChannel. */
function pair(fetch: Fetch) {
  const { port1, port2 } = new MessageChannel();
  const host = hostHttp(port2, fetch);
  const front = connectHttp(port1);
  return {
    front,
    close() {
      front.dispose();
      host.dispose();
      port1.close();
    },
    ask: (method: string, path: string, body?: string): Promise<Answer> =>
      new Promise((resolve) => {
        const answer: Answer = { status: 0, headers: {}, body: '', error: undefined };
        const decoder = new TextDecoder();
        front.send(
          {
            method,
            url: `https://host${path}`,
            headers: [['x-asked', 'yes']],
            ...(body !== undefined && { body: new TextEncoder().encode(body) }),
          },
          {
            head(status, headers) {
              answer.status = status;
              answer.headers = Object.fromEntries(headers);
            },
            chunk(bytes, acknowledge) {
              answer.body += decoder.decode(bytes, { stream: true });
              acknowledge();
            },
            end(error) {
              answer.error = error;
              resolve(answer);
            },
          },
        );
      }),
  };
}

const turns = (n: number): Promise<void> =>
  n === 0 ? Promise.resolve() : new Promise<void>((resolve) => setImmediate(resolve)).then(() => turns(n - 1));

describe('HTTP over a port', () => {
  test('WRK-1 carries method, path, headers and body both ways', async () => {
    const { ask, close } = pair(async (request) => {
      const { pathname, search } = new URL(request.url);
      const text = `${request.method} ${pathname}${search} ${request.headers.get('x-asked')} ${await request.text()}`;
      return new Response(text, { status: 201, headers: { 'x-answered': 'yes' } });
    });
    expect(await ask('POST', '/a?b=c', 'body')).toMatchObject({
      status: 201,
      body: 'POST /a?b=c yes body',
      headers: { 'x-answered': 'yes' },
    });
    expect(await ask('GET', '/')).toMatchObject({ status: 201, body: 'GET / yes ' });
    close();
  });

  test('WRK-1 says so when the host fails', async () => {
    const { ask, close } = pair(() => Promise.reject(new Error('out of order')));
    expect((await ask('GET', '/')).error).toBe('out of order');
    close();
  });

  test('WRK-2 waits for acknowledgements', async () => {
    let made = 0;
    const { front, close } = pair(
      async () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              made++;
              controller.enqueue(new Uint8Array(1));
            },
          }),
        ),
    );
    const held: (() => void)[] = [];
    const exchange: HttpExchange = {
      head: () => undefined,
      chunk: (_, acknowledge) => held.push(acknowledge),
      end: () => undefined,
    };
    front.send({ method: 'GET', url: 'https://host/', headers: [] }, exchange);
    await turns(500);
    expect(held).toHaveLength(WINDOW);
    expect(made).toBeLessThanOrEqual(WINDOW + 3);
    for (const acknowledge of held.splice(0)) acknowledge();
    await turns(500);
    expect(held).toHaveLength(WINDOW);
    close();
  });

  test('WRK-3 cancels the stream of a client that goes away', async () => {
    let cancelled = false;
    let aborted = false;
    const { front, close } = pair(async (request) => {
      request.signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Response(
        new ReadableStream({
          start: (controller) => controller.enqueue(new Uint8Array(1)),
          cancel() {
            cancelled = true;
          },
        }),
      );
    });
    const abort = front.send(
      { method: 'GET', url: 'https://host/', headers: [] },
      { head: () => undefined, chunk: (_, ack) => ack(), end: () => undefined },
    );
    await turns(50);
    abort();
    await turns(50);
    expect([cancelled, aborted]).toEqual([true, true]);
    close();
  });
});
