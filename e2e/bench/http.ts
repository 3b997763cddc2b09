import { readFileSync } from 'node:fs';
import { Agent, request as httpsRequest } from 'node:https';
import { parse } from 'yaml';
import { startServer } from '../replay/server.ts';
import type { BenchRow } from './main.ts';
import { podManifest } from './objects.ts';

const N = 2_500;

/** The API over HTTPS, keep-alive, eight requests at a time, against `tabernetes serve` in a process of its own. */
export async function run(report: (row: BenchRow) => void): Promise<void> {
  for (const n of [N, 2 * N, 4 * N]) {
    const started = performance.now();
    const server = await startServer();
    report({ name: 'from the command to a cluster that is ready', n, value: performance.now() - started, unit: 'ms' });
    const send = client(server.kubeconfig, server.url);
    const pods = '/api/v1/namespaces/default/pods';
    const rate = async (name: string, call: (i: number) => Promise<number>): Promise<void> => {
      const from = performance.now();
      let next = 0;
      const lane = async (): Promise<void> => {
        for (let i = next++; i < n; i = next++) {
          const code = await call(i);
          if (code >= 300) throw new Error(`${name}: HTTP ${code}`);
        }
      };
      await Promise.all(Array.from({ length: 8 }, lane));
      report({ name, n, value: (n / (performance.now() - from)) * 1000, unit: '1/s' });
    };
    await rate('create a Pod over HTTPS', (i) => send('POST', pods, JSON.stringify(podManifest(`p-${i}`))));
    await rate('get a Pod over HTTPS', (i) => send('GET', `${pods}/p-${i}`));
    await rate('patch a Pod over HTTPS', (i) =>
      send('PATCH', `${pods}/p-${i}`, '{"metadata":{"labels":{"x":"y"}}}', 'application/merge-patch+json'),
    );
    const from = performance.now();
    await send('GET', pods);
    report({ name: 'list all Pods over HTTPS', n, value: performance.now() - from, unit: 'ms' });
    await server.stop();
  }
}

function client(kubeconfig: string, url: string) {
  const config = parse(readFileSync(kubeconfig, 'utf8'));
  const ca = Buffer.from(config.clusters[0].cluster['certificate-authority-data'], 'base64');
  const authorization = `Bearer ${config.users[0].user.token}`;
  const agent = new Agent({ keepAlive: true, ca, maxSockets: 8 });
  return (method: string, path: string, body?: string, contentType = 'application/json'): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = httpsRequest(
        `${url}${path}`,
        { method, agent, headers: { authorization, 'content-type': contentType } },
        (response) => {
          response.on('data', () => undefined);
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      request.on('error', reject);
      request.end(body);
    });
}
