import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type RunningServer, startServer } from './replay/server.ts';

interface Answer {
  readonly code: number;
  readonly body: { readonly [key: string]: unknown };
}

const caOf = (server: RunningServer): Buffer =>
  Buffer.from(
    parse(readFileSync(server.kubeconfig, 'utf8')).clusters[0].cluster['certificate-authority-data'],
    'base64',
  );

function ask(
  server: RunningServer,
  path: string,
  {
    token = 'admintoken',
    method = 'GET',
    body = '',
    headers: more = {},
  }: { token?: string; method?: string; body?: string; headers?: Readonly<Record<string, string>> } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      ...more,
      ...(token !== '' && { authorization: `Bearer ${token}` }),
    };
    const request = httpsRequest(`${server.url}${path}`, { method, headers, ca: caOf(server) }, (response) => {
      let text = '';
      response.on('data', (data: Buffer) => {
        text += data.toString();
      });
      response.on('error', reject); // it broke off
      response.on('end', () => resolve({ code: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** What is answered, as it is. */
function text(server: RunningServer, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: 'Bearer admintoken' };
    const request = httpsRequest(`${server.url}${path}`, { headers, ca: caOf(server) }, (response) => {
      let whole = '';
      response.on('data', (data: Buffer) => {
        whole += data.toString();
      });
      response.on('error', reject);
      response.on('end', () => resolve(whole));
    });
    request.on('error', reject);
    request.end();
  });
}

/** Resolves when a watch that has begun is over, by its end or by a broken connection. */
function endOfWatch(server: RunningServer): Promise<void> {
  return new Promise((resolve) => {
    const headers = { authorization: 'Bearer admintoken' };
    const request = httpsRequest(
      `${server.url}/api/v1/namespaces?watch=true`,
      { headers, ca: caOf(server) },
      (response) => {
        response.resume();
        response.on('error', () => undefined);
        response.on('close', resolve);
      },
    );
    request.on('error', () => resolve());
    request.end();
  });
}

describe('tabernetes serve', () => {
  test('writes a kubeconfig whose certificate authority vouches for it, and asks who calls', async () => {
    const server = await startServer();
    const config = parse(readFileSync(server.kubeconfig, 'utf8'));
    expect(config).toMatchObject({
      'current-context': 'kubernetes-admin@kubernetes',
      contexts: [
        {
          name: 'kubernetes-admin@kubernetes',
          context: { cluster: 'kubernetes', user: 'kubernetes-admin', namespace: 'default' },
        },
      ],
      users: [{ name: 'kubernetes-admin', user: { token: 'admintoken' } }],
    });
    expect(await ask(server, '/api/v1/nodes')).toMatchObject({ code: 200, body: { kind: 'NodeList' } });
    expect(await ask(server, '/api/v1/nodes', { token: 'wrong' })).toMatchObject({
      code: 401,
      body: { reason: 'Unauthorized' },
    });
    expect(await ask(server, '/api/v1/nodes', { token: '' })).toMatchObject({
      code: 403,
      body: {
        message:
          'nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group "" at the cluster scope',
      },
    });
    expect(await ask(server, '/api/v1/nodes', { token: 'alicetoken' })).toMatchObject({ code: 403 });
    expect(await ask(server, '/version', { token: '' })).toMatchObject({ code: 200, body: { gitVersion: 'v1.32.13' } });
    expect(await server.stop()).toBe(0);
  });

  test('stops at once, whoever is still connected', async () => {
    const server = await startServer();
    const idle = connect(Number(new URL(server.url).port), '127.0.0.1');
    idle.on('error', () => undefined);
    await new Promise((resolve) => idle.once('connect', resolve));
    const watching = endOfWatch(server);
    await ask(server, '/version');
    expect(await server.stop()).toBe(0);
    await watching;
  });

  test('survives connections that are no TLS and no HTTP', async () => {
    const server = await startServer();
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.end('GET / HTTP/1.1\r\n\r\n');
    await new Promise((resolve) => socket.once('close', resolve));
    expect(await ask(server, '/api/v1/namespaces/default')).toMatchObject({ code: 200 });
    await server.stop();
  });

  test('keeps the cluster in a directory', async () => {
    const state = mkdtempSync(join(tmpdir(), 'tabernetes-state-'));
    const first = await startServer(['--seed', '1', '--state', state]);
    const body = JSON.stringify({ metadata: { name: 'kept' }, data: { a: '1' } });
    const made = await ask(first, '/api/v1/namespaces/default/configmaps', { method: 'POST', body });
    expect(made.code).toBe(201);
    await first.stop();
    const second = await startServer(['--seed', '1', '--state', state]);
    expect((await ask(second, '/api/v1/namespaces/default/configmaps/kept')).body).toEqual(made.body);
    await second.stop();
    rmSync(state, { recursive: true });
  });

  test('TAB-4 loses nothing that was answered when it is killed in the middle of writing', async () => {
    const state = mkdtempSync(join(tmpdir(), 'tabernetes-state-'));
    const first = await startServer(['--seed', '1', '--state', state]);
    const answered: string[] = [];
    let isKilled = false;
    const lane = async (lane: number): Promise<void> => {
      for (let i = 0; !isKilled; i++) {
        const body = JSON.stringify({ metadata: { name: `c-${lane}-${i}` } });
        const made = await ask(first, '/api/v1/namespaces/default/configmaps', { method: 'POST', body }).catch(
          () => undefined, // the connection broke: nobody was told anything
        );
        if (made?.code === 201) answered.push(`c-${lane}-${i}`);
        if (answered.length >= 60 && !isKilled) {
          isKilled = true;
          await first.stop('SIGKILL');
        }
      }
    };
    await Promise.all([0, 1, 2, 3].map(lane));
    const second = await startServer(['--seed', '1', '--state', state]);
    const { body } = await ask(second, '/api/v1/namespaces/default/configmaps');
    const items = body['items'] as readonly { readonly metadata: { readonly name: string } }[];
    const kept = new Set(items.map(({ metadata }) => metadata.name));
    expect(answered.filter((name) => !kept.has(name))).toEqual([]);
    await second.stop();
    rmSync(state, { recursive: true });
  });

  test('TAB-5 ends with an error when its directory or its port is taken', async () => {
    const state = mkdtempSync(join(tmpdir(), 'tabernetes-state-'));
    const first = await startServer(['--state', state]);
    await expect(startServer(['--state', state])).rejects.toThrow('the state directory is in use by process');
    await expect(startServer(['--port', new URL(first.url).port])).rejects.toThrow('EADDRINUSE');
    await first.stop();
    rmSync(state, { recursive: true });
  });

  test('TAB-6 refuses pages of other origins', async () => {
    const server = await startServer();
    const code = async (origin: string): Promise<number> =>
      (await ask(server, '/version', { headers: { origin } })).code;
    expect(await code('https://example.com')).toBe(403);
    expect(await code('null')).toBe(403);
    expect(await code(server.url)).toBe(200);
    await server.stop();
  });

  test('runs programs of a directory as images', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'tabernetes-images-'));
    mkdirSync(join(directory, 'me'));
    const program =
      "export default ({ argv }) => console.log('I am', argv.slice(1).join(), typeof process, typeof require);";
    writeFileSync(join(directory, 'me', 'own@1.js'), program);
    const server = await startServer([
      '--seed',
      '1',
      '--kubelet',
      'simulated',
      '--images',
      directory,
      '--latency',
      'none',
    ]);
    try {
      const containers = [{ name: 'main', image: 'me/own:1', args: ['here'] }];
      const pod = {
        apiVersion: 'v1',
        kind: 'Pod',
        metadata: { name: 'own' },
        spec: { restartPolicy: 'Never', containers },
      };
      const path = '/api/v1/namespaces/default/pods';
      await ask(server, path, { method: 'POST', body: JSON.stringify(pod) });
      const phase = async (): Promise<unknown> => {
        const { status } = (await ask(server, `${path}/own`)).body as { readonly status: { readonly phase: string } };
        return status.phase;
      };
      await expect.poll(phase, { timeout: 20_000 }).toBe('Succeeded');
      expect(await text(server, `${path}/own/log`)).toBe('I am here undefined undefined\n');
    } finally {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    }
  });

  test('has the nodes that it was asked for', async () => {
    const server = await startServer(['--nodes', '5', '--seed', '3', '--speed', '10']);
    const { body } = await ask(server, '/api/v1/nodes');
    expect(
      (body['items'] as readonly { readonly metadata: { readonly name: string } }[]).map((n) => n.metadata.name),
    ).toEqual(['node-1', 'node-2', 'node-3', 'node-4', 'node-5']);
    await server.stop();
  });
});
