import type { Container } from '@tabernetes/api/types/core-v1';
import type { HttpAnswer } from '@tabernetes/node-api';
import { afterEach, describe, expect, test } from 'vitest';
import { type TestKubelet, testKubelet } from '../testing/test-kubelet.ts';

let node: TestKubelet;
afterEach(() => {
  node.dispose();
  expect(node.errors).toEqual([]);
});

const answer = (status: number, body: string, location?: string): HttpAnswer => ({
  status,
  statusText: '',
  headers: location === undefined ? {} : { location },
  httpVersion: '1.1',
  body: (async function* () {
    yield new TextEncoder().encode(body);
  })(),
  text: () => Promise.resolve(body),
});

/** A container that is asked for this page once a minute. */
const asked = (name: string): Container => ({
  name,
  image: 'busybox:1.36',
  readinessProbe: { httpGet: { path: `/${name}`, port: 80 }, periodSeconds: 60 },
});

describe('a probe', () => {
  test('KUB-30 that is redirected elsewhere succeeds with a warning', async () => {
    const pages: Record<string, HttpAnswer> = {
      '/away': answer(302, 'over there', 'http://example.com/x'),
      '/local': answer(301, 'here', '/ok'),
      '/ok': answer(200, 'ok'),
      '/nowhere': answer(304, ''),
    };
    node = await testKubelet({ fetch: (url) => Promise.resolve(pages[new URL(url).pathname] ?? answer(404, '')) });
    const seen: string[] = [];
    for (const name of ['away', 'local', 'nowhere']) {
      const pod = await node.run(name, { containers: [asked(name)] });
      await node.advance(10);
      expect(pod.status?.containerStatuses?.[0]?.ready).toBe(true);
      seen.push(...(await node.events(name)).filter((event) => event.includes('probe')));
    }
    expect(seen).toEqual([
      'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: over there',
      'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: ',
    ]);
  });

  test('KUB-30 reads the beginning of an answer within its time, and lets go of the rest', async () => {
    let sent = 0;
    let left = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          sent += 1024;
          yield new Uint8Array(1024);
        }
      } finally {
        left += 1;
      }
    }
    async function* silent(): AsyncGenerator<Uint8Array> {
      await new Promise(() => undefined);
    }
    const signals: (AbortSignal | undefined)[] = [];
    node = await testKubelet({
      fetch(url, options) {
        signals.push(options?.signal);
        return Promise.resolve({ ...answer(200, ''), body: url.endsWith('/endless') ? endless() : silent() });
      },
    });
    const ready: Record<string, boolean | undefined> = {};
    for (const name of ['endless', 'silent']) {
      const pod = await node.run(name, { containers: [asked(name)] });
      await node.advance('10s');
      ready[name] = pod.status?.containerStatuses?.[0]?.ready;
    }
    expect(ready).toEqual({ endless: true, silent: false });
    expect({ sent, left, open: signals.filter((signal) => signal?.aborted !== true).length }).toEqual({
      sent: 10 * 1024,
      left: 1,
      open: 0,
    });
    expect((await node.events('silent')).filter((event) => event.includes('probe'))).toEqual([
      'Unhealthy: Readiness probe errored: context deadline exceeded (Client.Timeout or context cancellation while reading body)',
    ]);
  });

  test('KUB-30 follows ten requests far, and only what asks to be followed', async () => {
    node = await testKubelet({
      fetch: (url) =>
        Promise.resolve(url.includes('/choices') ? answer(300, 'one of many', '/ok') : answer(307, '', `${url}x`)),
    });
    const seen: string[] = [];
    for (const name of ['choices', 'round']) {
      await node.run(name, { containers: [asked(name)] });
      await node.advance(10);
      seen.push(...(await node.events(name)).filter((event) => event.includes('probe')));
    }
    expect(seen).toEqual([
      'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: one of many',
      `Unhealthy: Readiness probe failed: Get "http://10.244.1.3/round${'x'.repeat(10)}": stopped after 10 redirects`,
    ]);
  });

  test('KUB-30 of a command tells its output first, then its errors, 10 KiB of both', async () => {
    const long = 'o'.repeat(10_230);
    node = await testKubelet({
      exec: async (_config, { stdout, stderr }) => {
        await stderr.write('this was an error\n');
        await stdout.write(long);
        return 1;
      },
    });
    await node.run('web', {
      containers: [{ name: 'app', image: 'busybox:1.36', readinessProbe: { exec: { command: ['check'] } } }],
    });
    await node.advance(10);
    expect(await node.events('web')).toContain(`Unhealthy: Readiness probe failed: ${long}this was a`);
  });
});
