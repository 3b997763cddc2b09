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

describe('a probe', () => {
  test('KUB-30 that is redirected elsewhere succeeds with a warning', async () => {
    const pages: Record<string, HttpAnswer> = {
      '/away': answer(302, 'over there', 'http://example.com/x'),
      '/local': answer(301, 'here', '/ok'),
      '/ok': answer(200, 'ok'),
      '/nowhere': answer(304, ''),
    };
    node = await testKubelet({ fetch: (url) => Promise.resolve(pages[new URL(url).pathname] ?? answer(404, '')) });
    const pod = await node.run('web', {
      containers: ['away', 'local', 'nowhere'].map((name) => ({
        name,
        image: 'busybox:1.36',
        readinessProbe: { httpGet: { path: `/${name}`, port: 80 } },
      })),
    });
    await node.advance(10);
    expect(pod.status?.containerStatuses?.every((status) => status.ready)).toBe(true);
    expect((await node.events('web')).filter((event) => event.includes('probe'))).toEqual([
      'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: over there',
      'ProbeWarning: Readiness probe warning: Probe terminated redirects, Response body: ',
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
