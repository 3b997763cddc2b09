import type { ApiRequest } from '@tabernetes/apimachinery';
import { ADMIN, testApiServer } from '@tabernetes/apiserver/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ClientConfig } from '../config/client-config.ts';
import { memoryFiles } from '../testing/memory-files.ts';
import { runKubectl } from '../testing/run-kubectl.ts';
import { klog } from './klog.ts';
import { requestLog } from './request-log.ts';

const NOW = Date.UTC(2025, 0, 1);

describe('requests that are told of', () => {
  let api: Awaited<ReturnType<typeof testApiServer>>;
  const asked: string[] = [];
  const server = {
    request(request: Parameters<typeof api.server.request>[0]) {
      asked.push(`${request.method} ${request.path}`);
      return api.server.request({ ...request, user: ADMIN } as typeof request);
    },
  };
  beforeEach(async () => {
    api = await testApiServer();
    asked.length = 0;
  });
  afterEach(() => api.dispose());
  const run = async (line: string, fs = memoryFiles({}, NOW)): Promise<readonly string[]> => {
    const { stderr } = await runKubectl(line.split(' '), { server, fs });
    return stderr.split('\n').filter((each) => !each.includes('envvar.go'));
  };

  test('KCT-7 at 6, a line for each, with how long it took', async () => {
    expect(await run('get cm -v=6')).toEqual([
      'I0101 00:00:00.000000       1 round_trippers.go:560] GET https://kubernetes/api?timeout=32s 200 OK in 0 milliseconds',
      'I0101 00:00:00.000000       1 round_trippers.go:560] GET https://kubernetes/apis?timeout=32s 200 OK in 0 milliseconds',
      'I0101 00:00:00.000000       1 round_trippers.go:560] GET https://kubernetes/api/v1/namespaces/default/configmaps?limit=500 200 OK in 0 milliseconds',
      'No resources found in default namespace.',
      '',
    ]);
  });

  test('KCT-7 of headers, what is sent is told of first', async () => {
    const told = await run('create cm a -v=7');
    const at = told.findLastIndex((line) => line.includes('Request Headers:'));
    const names = told.slice(at + 1).map((line) => /\] {5}([\w-]+): /.exec(line)?.[1]);
    expect(names.slice(0, 2)).toEqual(['Content-Type', 'Accept']);
  });

  test('KCT-7 at 7, addresses and headers; at 8, bodies', async () => {
    const fs = memoryFiles({}, NOW);
    await run('create cm a', fs);
    const headers = await run('delete cm a --wait=false -v=7', fs);
    expect(
      headers.filter((each) => /DELETE|Content-Type|Body/.test(each)).map((each) => each.replace(/^.*] /, '')),
    ).toEqual([
      'DELETE https://kubernetes/api/v1/namespaces/default/configmaps/a',
      '    Content-Type: application/json',
    ]);
    const bodies = await run('delete cm a --wait=false -v=8', fs);
    const first = bodies.findIndex((each) => each.includes('"Request Body"'));
    expect(bodies.slice(first, first + 3).map((each) => each.replace(/^.*] /, ''))).toEqual([
      '"Request Body" body=<',
      '\t{"propagationPolicy":"Background"}',
      ' >',
    ]);
    expect(bodies.some((each) => each.startsWith('\t{"kind":"Status","apiVersion":"v1"'))).toBe(true);
  });

  test('KCT-7 upgrades that are refused are asked for again in another way, others are the GET that they are', () => {
    let text = '';
    const config: ClientConfig = { server: 'https://s', namespace: 'default', insecure: false, timeoutMs: 0 };
    const log = requestLog(klog({ now: () => NOW, pid: 1, write: (part) => (text += part) }, 6), config);
    const request: ApiRequest = {
      method: 'POST',
      path: '/exec',
      query: {},
      headers: { upgrade: 'websocket' },
    };
    for (const status of [400, 101]) {
      log.ended(request, { status, headers: {}, body: { kind: 'text', contentType: '', text: 'no' } }, 0);
    }
    expect(text).toContain('fallback.go:56] RemoteCommand fallback: unable to upgrade streaming request: no\n');
    expect(text.match(/[A-Z]+ https.*/g)).toEqual([
      'GET https://s/exec  in 0 milliseconds',
      'POST https://s/exec 400 Bad Request in 0 milliseconds',
      'GET https://s/exec 101 Switching Protocols in 0 milliseconds',
    ]);
  });

  test('KCT-7 texts of several lines stand indented', () => {
    let text = '';
    const log = klog({ now: () => NOW, pid: 12, write: (part) => (text += part) }, 8);
    log.infoS('a.go:1', 'Body', 'body', 'one\ntwo');
    expect(text).toBe('I0101 00:00:00.000000      12 a.go:1] "Body" body=<\n\tone\n\ttwo\n >\n');
  });

  test('KCT-6 discovery is asked for once; a type that it does not know, again', async () => {
    const fs = memoryFiles({}, NOW);
    await run('get cm', fs);
    await run('get cm', fs);
    expect(asked.filter((each) => each === 'GET /api')).toHaveLength(1);
    await run('get gizmos', fs);
    expect(asked.filter((each) => each === 'GET /api')).toHaveLength(2);
  });
});
