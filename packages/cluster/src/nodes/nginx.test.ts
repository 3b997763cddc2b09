import { kinds } from '@tabernetes/api';
import type { ConfigMap, Pod, Service } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

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
  return (await (await cluster.fetch(new Request(path))).text()).replace(
    /^\d{4}(?:\/\d\d){2} [\d:]+(?= \[(?:warn|emerg))/gm,
    'STAMP',
  );
}

let asked = 0;
async function curl(...words: string[]): Promise<string> {
  const { status } = await cluster.client.resource(kinds.pod).get('web', 'default');
  const name = `ask-${asked++}`;
  const command = ['curl', '-s', ...words.map((word) => word.replace('WEB', status?.podIP ?? ''))];
  await create(name, { image: 'curlimages/curl', command });
  return log(name);
}

/** What nginx says before it has a log of its own, it says twice. */
const shouted = (level: string, text: string): string => `STAMP [${level}] 1#1: ${text}\nnginx: [${level}] ${text}\n`;

const READY = '/docker-entrypoint.sh: Configuration complete; ready for start up\n';

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
    expect(await curl('-T', '/etc/hostname', 'http://WEB/healthz')).toBe('ok PUT\n');
    expect(await curl('-S', '--unix-socket', '/run/x.sock', 'http://WEB/')).toContain(
      "port 80 after 0 ms: Couldn't connect to server",
    );
    expect(await curl('http://WEB/api/x')).toBe('from the api\n');
    expect(await curl('http://WEB/')).toContain('Welcome to nginx!');
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/no/such')).toBe('404');
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/a.PHP')).toBe('403');
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
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/%zz')).toBe('400');
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/%ff')).toBe('200');
  });

  test('it has pages for errors, limits of bodies, a charset, and tells no version when it is not to', async () => {
    await nginx(`
server {
  listen 80;
  server_tokens off; charset utf-8; client_max_body_size 10;
  error_page 404 /missing.html;
  error_page 403 =200 @sorry;
  error_page 410 =301 http://example.com/gone;
  location = /missing.html { internal; default_type text/html; return 200 "nothing at $request_uri"; }
  location @sorry { default_type text/plain; return 200 "sorry, $uri\n"; }
  location /secret { return 403; }
  location /gone { return 410; }
  location /api { proxy_pass http://127.0.0.1:9; }
  location /app { root /usr/share/nginx/html; try_files $uri @sorry; }
}`);
    expect(await curl('-w', ' %{http_code}', 'http://WEB/no/such')).toBe('nothing at /no/such 404');
    expect(await curl('-w', '%{http_code}', 'http://WEB/missing.html')).toContain('404');
    expect(await curl('-w', '%{http_code}', 'http://WEB/secret')).toBe('sorry, /secret\n200');
    expect(await curl('http://WEB/app/x')).toBe('sorry, /app/x\n');
    const gone = await curl('-i', 'http://WEB/gone');
    expect(gone).toMatch(/^HTTP\/1.1 301 Moved Permanently/);
    expect(gone).toMatch(/location: http:\/\/example.com\/gone/i);
    expect(gone).toMatch(/server: nginx\r?\n/i);
    expect(gone).toMatch(/content-type: text\/html; charset=utf-8/i);
    expect(gone).toContain('<center>nginx</center>');
    const large = await curl('-i', '-d', '01234567890', 'http://WEB/api');
    expect(large).toMatch(/^HTTP\/1.1 413 Request Entity Too Large/);
    expect(large).toContain('<h1>413 Request Entity Too Large</h1>');
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', '-d', '0123456789', 'http://WEB/api')).toBe('502');
    expect(await log('web')).toContain('client intended to send too large body: 11 bytes');
    expect(await log('web')).toMatch(
      /open\(\) "\/etc\/nginx\/html\/no\/such" failed \(2: No such file or directory\), client: /,
    );
  });

  test('it finds servers by expressions, goes from one to the next behind it, and packs what is asked for packed', async () => {
    for (const name of ['one', 'two'])
      await create(name, { image: 'hashicorp/http-echo', args: [`-text=${name}`, '-listen=:8080'] });
    const ip = async (name: string): Promise<string | undefined> =>
      (await cluster.client.resource(kinds.pod).get(name, 'default')).status?.podIP;
    await nginx(`
upstream turns { server ${await ip('one')}:8080 weight=2; server ${await ip('two')}:8080; }
log_format short "$status $request_uri $upstream_addr";
server { listen 80; server_name ~^(?<who>\\w+)\\.example\\.com$; return 200 "hello $who\n"; }
server { listen 80; server_name shop.*; return 200 "shop\n"; }
server {
  listen 80 default_server; listen 127.0.0.1:81;
  gzip on; gzip_types text/plain; gzip_vary on;
  access_log /tmp/short.log short;
  location / { proxy_pass http://turns; }
  location = /long { default_type text/plain; return 200 "a text that is long enough to be packed, a text that is long"; }
  location = /gone { access_log /dev/stdout short; return 444; }
  location /old { absolute_redirect off; return 301 /new; }
}`);
    expect(await curl('-H', 'Host: ann.example.com', 'http://WEB/')).toBe('hello ann\n');
    expect(await curl('-H', 'Host: shop.io', 'http://WEB/')).toBe('shop\n');
    const seen = [];
    for (let i = 0; i < 6; i++) seen.push((await curl('http://WEB/')).trim());
    expect(seen).toEqual(['one', 'two', 'one', 'one', 'two', 'one']);
    const packed = await curl('-I', '-H', 'Accept-Encoding: gzip', 'http://WEB/long');
    expect(packed).toMatch(/content-encoding: gzip/i);
    expect(packed).toMatch(/vary: accept-encoding/i);
    expect(await curl('http://WEB/long')).toContain('long enough');
    expect(await curl('-I', 'http://WEB/old')).toMatch(/location: \/new\r?\n/i);
    expect(await curl('-w', '%{exitcode}', 'http://WEB/gone')).toContain('52');
    expect(await log('web')).toContain('444 /gone -\n');
    expect(await curl('-w', '%{exitcode}', 'http://WEB:81/')).toContain('7');
    expect(await log('web')).not.toContain('GET /long');
  });

  test('wget goes on behind what it has of a file, and writes to a log what it has to say', async () => {
    await nginx('server { location / { root /usr/share/nginx/html; } location /gone { return 444; } }');
    const { status } = await cluster.client.resource(kinds.pod).get('web', 'default');
    const at = `http://${status?.podIP}`;
    const lines = [
      `wget -q -O whole ${at}/50x.html; head -c 100 whole > 50x.html; wget -q -c ${at}/50x.html; cmp whole 50x.html; echo $?`,
      `wget -o log -O out ${at}/; echo $?; cat log`,
      `wget -o log -O out ${at}/gone; echo $?; cat log`,
    ];
    await create('ask', { image: 'busybox:1.36', command: ['sh', '-c', `cd /tmp; ${lines.join('; ')}`] });
    const connecting = `Connecting to ${status?.podIP} (${status?.podIP}:80)\n`;
    expect(await log('ask')).toBe(
      `0\n0\n${connecting}saving to 'out'\n'out' saved\n1\n${connecting}wget: error getting response\n`,
    );
    expect(await log('web')).toMatch(/"GET \/50x.html HTTP\/1.1" 206 /);
  });

  test('it says what it does not do of what it takes', async () => {
    await nginx('server { send_timeout 5s; location / { return 200 yes; } }');
    expect(await log('web')).toContain(
      'nginx: [warn] "send_timeout" has no effect in the simulated nginx in /etc/nginx/conf.d/default.conf:1\n',
    );
    expect(await curl('http://WEB/')).toBe('yes');
  });

  test('it waits for those behind it as long as it is told', async () => {
    await create('slow', { image: 'busybox:1.36', command: ['nc', '-lk', '-p', '80', '-e', 'sleep', '1000'] });
    const { status } = await cluster.client.resource(kinds.pod).get('slow', 'default');
    await nginx(`server { location / { proxy_read_timeout 1s; proxy_pass http://${status?.podIP}; } }`);
    expect(await curl('-o', '/dev/null', '-w', '%{http_code}', 'http://WEB/')).toBe('504');
    expect(await log('web')).toContain('upstream timed out (110: Connection timed out) while reading response header');
  });

  test('the entrypoint makes configurations of templates, and any other command takes its place', async () => {
    await create('templated', {
      image: 'nginx:1.27',
      env: [{ name: 'GREETING', value: 'hello' }],
      args: [
        'sh',
        '-c',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of the template.
        'mkdir -p /etc/nginx/templates && echo "server { listen 82; return 200 \\"\\${GREETING} \\$uri\\"; }" > /etc/nginx/templates/a.conf.template; /docker-entrypoint.sh nginx; sleep 1; curl -s localhost:82/x; curl -s localhost',
      ],
    });
    expect(await log('templated')).toMatch(
      /^20-envsubst-on-templates.sh: Running envsubst on .* to \/etc\/nginx\/conf.d\/a.conf\n.*Configuration complete; ready for start up\n127.0.0.1 - - .*hello \/x.*<!DOCTYPE html>/s,
    );
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
    [
      'server { client_max_body_size ten; }',
      '"client_max_body_size" directive invalid value in /etc/nginx/conf.d/default.conf:1',
    ],
    ['server { error_page 200 /x; }', 'value must be between 300 and 599 in /etc/nginx/conf.d/default.conf:1'],
    [
      'server { ssl_verify_client on; }',
      'the simulated nginx has no directive "ssl_verify_client" in /etc/nginx/conf.d/default.conf:1',
    ],
    [
      'server { listen 443 ssl; }',
      'no "ssl_certificate" is defined for the "listen ... ssl" directive in /etc/nginx/conf.d/default.conf:1',
    ],
    [
      'server { gzip yes; }',
      'invalid value "yes" in "gzip" directive, it must be "on" or "off" in /etc/nginx/conf.d/default.conf:1',
    ],
    ['server { location / { return 200 $nope; } }', 'unknown "nope" variable in /etc/nginx/conf.d/default.conf:1'],
  ] as const;
  for (const [conf, message] of refused) {
    test(`it does not start with: ${conf.replaceAll('\n', '⏎')}`, async () => {
      await nginx(conf);
      expect(await log('web')).toBe(`${READY}${shouted('emerg', message)}`);
      const { status } = await cluster.client.resource(kinds.pod).get('web', 'default');
      expect(status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(1);
    });
  }

  const ignored =
    'the "user" directive makes sense only if the master process runs with super-user privileges, ignored in /etc/nginx/nginx.conf:2';
  const disks = [
    ['no right to its directories', { runAsUser: 101 }, `${shouted('warn', ignored)}`, '13: Permission denied'],
    ['a disk that cannot be written to', { readOnlyRootFilesystem: true }, '', '30: Read-only file system'],
  ] as const;
  for (const [name, securityContext, warning, why] of disks) {
    test(`CLU-76 it does not start with ${name}`, async () => {
      await create('web', { image: 'nginx:1.27', securityContext });
      const failed = shouted('emerg', `mkdir() "/var/cache/nginx/client_temp" failed (${why})`);
      expect(await log('web')).toBe(`${READY}${warning}${failed}`);
    });
  }

  test('CLU-76 who may not have low ports starts with a configuration that asks for none, and writes elsewhere', async () => {
    const folders = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (each) => `${each}_temp_path /tmp/${each};`,
    );
    const conf = (port: number, pid: string): string =>
      `pid ${pid};\nevents {}\nhttp { ${folders.join(' ')} server { listen ${port}; return 200 mine; } }`;
    const run = async (name: string, text: string): Promise<void> => {
      const command = ['sh', '-c', `echo '${text}' > /tmp/conf; exec nginx -c /tmp/conf -g 'daemon off;'`];
      await create(name, { image: 'nginx:1.27', command, securityContext: { runAsUser: 101 } });
    };
    await run('low', conf(80, '/tmp/pid'));
    expect(await log('low')).toBe(shouted('emerg', 'bind() to 0.0.0.0:80 failed (13: Permission denied)'));
    await run('nopid', conf(8080, '/run/nginx.pid'));
    expect(await log('nopid')).toBe(shouted('emerg', 'open() "/run/nginx.pid" failed (13: Permission denied)'));
    await run('web', conf(8080, '/tmp/pid'));
    expect(await curl('http://WEB:8080/')).toBe('mine');
  });

  test('a main file of its own takes the place of the built-in one', async () => {
    await nginx(
      'events { worker_connections 64; }\nhttp { server { listen 8081; location / { return 200 mine; } } }',
      'nginx.conf',
    );
    expect(await curl('http://WEB:8081/')).toBe('mine');
    expect(await curl('-w', '%{exitcode}', 'http://WEB:80/')).toContain('7');
  });
});
