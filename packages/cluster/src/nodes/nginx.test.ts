import { kinds } from '@tabernetes/api';
import type { ConfigMap, Pod, Service } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Cluster, createCluster } from '../cluster.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
});
afterEach(() => cluster.stop());

async function nginx(conf: string, file = 'conf.d/default.conf'): Promise<void> {
  await cluster.client.resource(kinds.configMap).create({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'conf', namespace: 'default' },
    data: { conf },
  } as ConfigMap);
  await create('web', {
    image: 'nginx:1.27',
    volumeMounts: [{ name: 'conf', mountPath: `/etc/nginx/${file}`, subPath: 'conf' }],
  });
}

async function create(name: string, container: object, labels: Record<string, string> = {}): Promise<void> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default', labels },
    spec: {
      restartPolicy: 'Never',
      volumes: [{ name: 'conf', configMap: { name: 'conf', optional: true } }],
      containers: [{ name: 'main', ...container }],
    },
  } as Pod);
  await cluster.clock.advance(2_000);
}

async function log(name: string): Promise<string> {
  const path = `https://cluster/api/v1/namespaces/default/pods/${name}/log`;
  return (await cluster.fetch(new Request(path))).text();
}

let asked = 0;
async function curl(...words: string[]): Promise<string> {
  const { status } = await cluster.client.resource(kinds.pod).get('web', 'default');
  const name = `ask-${asked++}`;
  const command = ['curl', '-s', ...words.map((word) => word.replace('WEB', status?.podIP ?? ''))];
  await create(name, { image: 'curlimages/curl', command });
  return log(name);
}

describe('CLU-76 nginx does what its configuration says', () => {
  test('it answers, serves files and passes on', async () => {
    await create(
      'api',
      { image: 'hashicorp/http-echo', args: ['-text=from the api', '-listen=:8080'] },
      { app: 'api' },
    );
    await cluster.client.resource(kinds.service).create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'api', namespace: 'default' },
      spec: { selector: { app: 'api' }, ports: [{ port: 80, targetPort: 8080 }] },
    } as Service);
    await nginx(`
# what a learner writes
upstream back { server api:80; }
server {
  listen 80 default_server; server_name example.com;
  add_header X-Pod $hostname;
  location / { root /usr/share/nginx/html; try_files $uri $uri/ =404; }
  location = /healthz { access_log off; default_type text/plain; return 200 "ok $request_method\\n"; }
  location /api/ { proxy_pass http://back/; proxy_set_header X-Real-IP $remote_addr; }
  location ~* \\.php$ { return 403; }
  location /old { return 301 http://$host/new; }
}`);
    expect(await curl('http://WEB/healthz')).toBe('ok GET\n');
    expect(await curl('http://WEB/api/x')).toBe('from the api\n');
    expect(await curl('http://WEB/')).toContain('Welcome to nginx!');
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/no/such')).toBe('404\n');
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/a.PHP')).toBe('403\n');
    const moved = await curl('-i', '-H', 'Host: shop.io', 'http://WEB/old');
    expect(moved).toMatch(/^HTTP\/1.1 301 Moved Permanently/);
    expect(moved.toLowerCase()).toContain('location: http://shop.io/new');
    expect(await curl('-i', 'http://WEB/')).toMatch(/x-pod: web/i);
    expect(await log('web')).toMatch(/"GET \/api\/x HTTP\/1.1" 200/);
    expect(await log('web')).not.toContain('healthz');
  });

  test('it adds headers to answers that are well, asks the default server for names that nobody has, and reads no broken paths', async () => {
    await nginx(`
server { listen 80; server_name one.io; location / { return 200 "one\n"; } }
server {
  listen 80 default_server; server_name two.io;
  add_header X-Well yes; add_header X-Always yes always;
  location / { return 200 "two\n"; }
  location /no { return 404; }
}`);
    expect(await curl('-H', 'Host: one.io', 'http://WEB/')).toBe('one\n');
    expect(await curl('-H', 'Host: three.io', 'http://WEB/')).toBe('two\n');
    expect(await curl('-i', 'http://WEB/')).toMatch(/x-well: yes\r?\nx-always: yes/i);
    const missing = await curl('-i', 'http://WEB/no');
    expect(missing).toMatch(/x-always: yes/i);
    expect(missing).not.toMatch(/x-well/i);
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/%zz')).toBe('400\n');
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/%ff')).toBe('200\n');
  });

  const refused = [
    [
      'server { listen 80; rewrite ^ /x; }',
      'the simulated nginx has no directive "rewrite" in /etc/nginx/conf.d/default.conf:1',
    ],
    [
      'server {\n location / { proxy_pass http://nowhere; }\n}',
      'host not found in upstream "nowhere" in /etc/nginx/conf.d/default.conf:2',
    ],
    ['server { listen 80', 'unexpected end of file, expecting ";" or "}" in /etc/nginx/conf.d/default.conf:1'],
    ['server { location / { return 200 $nope; } }', 'unknown "nope" variable in /etc/nginx/conf.d/default.conf:1'],
  ] as const;
  for (const [conf, message] of refused) {
    test(`it does not start with: ${conf.replaceAll('\n', '⏎')}`, async () => {
      await nginx(conf);
      expect(await log('web')).toBe(`nginx: [emerg] ${message}\n`);
      const { status } = await cluster.client.resource(kinds.pod).get('web', 'default');
      expect(status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(1);
    });
  }

  test('a main file of its own takes the place of the built-in one', async () => {
    await nginx(
      'events { worker_connections 64; }\nhttp { server { listen 8081; location / { return 200 mine; } } }',
      'nginx.conf',
    );
    expect(await curl('http://WEB:8081/')).toBe('mine\n');
    expect(await curl('-w', '%{exitcode}', 'http://WEB:80/')).toContain('7');
  });
});
