import { type Cluster, type ClusterOptions, createCluster } from '@tabernetes/cluster';
import { nodeSandbox } from '@tabernetes/worker/sandbox/node';
import { afterEach, describe, expect, test } from 'vitest';
import { ask } from './ask.ts';

/* Programs that users wrote as text run in workers of their own: what they can do in the cluster, and what becomes of those that go wrong. */

let cluster: Cluster;
const errors: unknown[] = [];
afterEach(async () => {
  await cluster.stop();
  expect(errors.splice(0)).toEqual([]);
});

const start = async (images: ClusterOptions['images'] = {}, turnMs = 5_000): Promise<void> => {
  cluster = await createCluster({
    nodes: 1,
    clock: 'virtual',
    kubelet: 'simulated',
    images,
    sandbox: nodeSandbox({ turnMs, memoryMb: 32 }),
    onError: (error) => void errors.push(error),
  });
};

const image = (app: string, rest: object = {}) => ({ bin: { app }, ...rest });

async function run(name: string, container: object, spec: object = {}): Promise<void> {
  const { object } = await ask(cluster, 'POST', '/api/v1/namespaces/default/pods', {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'me/app:1', ...container }], ...spec },
  });
  expect(object.message).toBeUndefined();
}

const text = async (path: string): Promise<string> =>
  (await cluster.fetch(new Request(`https://cluster/api/v1/namespaces/default/${path}`))).text();
const logs = (name: string): Promise<string> => text(`pods/${name}/log`);
const ended = async (name: string): Promise<Record<string, unknown>> => {
  const pod = JSON.parse(await text(`pods/${name}`));
  return pod.status.containerStatuses[0].state.terminated ?? pod.status.containerStatuses[0].state;
};

describe('a program of a user', () => {
  test('has arguments, environment, files, children and time, and ends with its code', async () => {
    await start({
      'me/app:1': image(
        `export default async ({ argv, env, fs, stdout, stdin, sleep, now, spawn }) => {
          await stdout.write(argv.slice(1).join(' ') + ', ' + env.PLACE + ', ' + (await fs.readText('/etc/motd')));
          await fs.mkdir('/data/deep', { recursive: true });
          await fs.writeFile('/data/deep/file', new Uint8Array([104, 105, 0, 255]));
          console.log((await fs.readFile('/data/deep/file')).join(), (await fs.stat('/data')).type);
          try { await fs.readText('/nowhere'); } catch (error) { console.log(error.code, error.message, error.path); }
          const began = now();
          await sleep(90_000);
          console.log(now() - began);
          let heard = '';
          const child = spawn(['sh', '-c', 'echo "from $0"; exit 4', 'sh'], { stdout: { write: async (chunk) => { heard += chunk; }, close() {} } });
          console.log(await child.exited, heard.trim());
          return 3;
        };`,
        { cmd: ['app', 'hello'], env: { PLACE: 'here' }, files: { '/etc/motd': 'welcome\n' } },
      ),
    });
    await run('own', {});
    await cluster.clock.advance('2m');
    expect(await logs('own')).toBe(
      'hello, here, welcome\n104,105,0,255 directory\nENOENT No such file or directory /nowhere\n90000\n4 from sh\n',
    );
    expect(await ended('own')).toMatchObject({ exitCode: 3, reason: 'Error' });
  });

  test('serves and asks over HTTP, and streams', async () => {
    await start({
      'me/app:1': image(`
        export default async ({ net, hostname }) => {
          net.serve(8080, async (call) => {
            if (call.url === '/stream') return { body: (async function* () { for (const word of ['a', 'b', 'c']) yield word; })() };
            if (call.url === '/wrong') throw new Error('wrong');
            return { status: 201, headers: { 'x-own': hostname }, body: call.method + ' ' + (await call.text()) };
          });
          await new Promise(() => {});
        };`),
      'me/asks:1': image(`
        export default async ({ net }) => {
          const answer = await net.fetch('http://shop/', { method: 'PUT', body: 'some text' });
          console.log(answer.status, answer.headers['x-own'], await answer.text());
          console.log(await (await net.fetch('http://shop/stream')).text());
          const connection = await net.connect('shop', 80);
          await connection.write('GET /raw HTTP/1.0\\r\\n\\r\\n');
          console.log(new TextDecoder().decode(await connection.read()).split('\\r\\n')[0]);
          try { await net.fetch('http://nobody.default.svc/'); } catch (error) { console.log(error.code); }
          try { await net.connect('127.0.0.1', 9); } catch (error) { console.log(error.code); }
        };`),
    });
    await run('shop', {});
    await ask(cluster, 'POST', '/api/v1/namespaces/default/services', {
      ...{ apiVersion: 'v1', kind: 'Service', metadata: { name: 'shop' } },
      spec: { selector: { app: 'shop' }, ports: [{ port: 80, targetPort: 8080 }] },
    });
    await cluster.clock.advance('5s');
    await run('asks', { image: 'me/asks:1' });
    await cluster.clock.advance('5s');
    expect(await logs('asks')).toBe('201 shop PUT some text\nabc\nHTTP/1.1 201 Created\nENOTFOUND\nECONNREFUSED\n');
  });

  test('heeds TERM when it wants to, and is gone on KILL wherever it is', async () => {
    await start({
      'me/app:1': image(`
        export default async ({ onSignal, sleep }) => {
          onSignal('TERM', () => console.log('leaving'));
          for (;;) await sleep(1000);
        };`),
    });
    await run('deaf', {}, { terminationGracePeriodSeconds: 7 });
    await cluster.clock.advance('3s');
    await ask(cluster, 'DELETE', '/api/v1/namespaces/default/pods/deaf');
    await cluster.clock.advance('5s');
    expect(await logs('deaf')).toBe('leaving\n');
    await cluster.clock.advance('5s');
    expect(JSON.parse(await text('pods/deaf')).code).toBe(404);
  });

  test('asks the API as its ServiceAccount', async () => {
    const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
    await start({
      'me/app:1': image(`
        export default async ({ net, fs }) => {
          const answer = await net.fetch('https://kubernetes.default.svc/api/v1/namespaces/default/secrets', {
            headers: { authorization: 'Bearer ' + (await fs.readText('${ACCOUNT}/token')) },
            caPem: await fs.readText('${ACCOUNT}/ca.crt'),
          });
          console.log(answer.status, (await answer.json()).message);
        };`),
    });
    await run('asks', {});
    await cluster.clock.advance('5s');
    expect(await logs('asks')).toBe(
      '403 secrets is forbidden: User "system:serviceaccount:default:default" cannot list resource "secrets" in API group "" in the namespace "default"\n',
    );
  });

  test('runs the same each time, to the byte', async () => {
    const once = async (): Promise<string> => {
      await start({
        'me/app:1': image(`
          export default async ({ fs, sleep, now }) => {
            for (let i = 0; i < 20; i++) {
              await Promise.all([sleep(Math.random() * 300), fs.exists('/tmp'), fs.writeFile('/tmp/x', String(i))]);
              console.log(i, now(), new Date().toISOString(), crypto.randomUUID());
            }
          };`),
      });
      for (const name of ['a', 'b', 'c']) await run(name, {});
      await cluster.clock.advance('1m');
      const said = await Promise.all(['a', 'b', 'c'].map((name) => text(`pods/${name}/log?timestamps=true`)));
      const { revision } = (await cluster.snapshot()).store;
      return `${revision}\n${said.join('')}`;
    };
    const first = await once();
    await cluster.stop();
    expect(first.split('\n').length).toBeGreaterThan(60);
    expect(await once()).toBe(first);
  });
});

describe('a program that goes wrong', () => {
  test('is killed when it computes without a pause, and the Pod says why', async () => {
    await start({ 'me/app:1': image('export default () => { for (;;); };') }, 300);
    await run('loop', {});
    await cluster.clock.advance('5s');
    expect(await ended('loop')).toMatchObject({
      exitCode: 137,
      reason: 'Error',
      message: 'app: it computed for 0.3 s without a pause, and was killed',
    });
    const { items } = JSON.parse(await text('events?fieldSelector=reason=Killed'));
    expect(items).toMatchObject([
      { type: 'Warning', message: 'app: it computed for 0.3 s without a pause, and was killed' },
    ]);
    // The cluster goes on.
    await run('next', { image: 'busybox:1.36', command: ['echo', 'hi'] });
    await cluster.clock.advance('5s');
    expect(await logs('next')).toBe('hi\n');
  });

  test('is killed as out of memory', async () => {
    await start({
      'me/app:1': image('export default () => { const all = []; for (;;) all.push(new Array(1e5).fill(0)); };'),
    });
    await run('big', {});
    await cluster.clock.advance('5s');
    expect(await ended('big')).toMatchObject({ exitCode: 137, reason: 'OOMKilled' });
  });

  test('lets time pass even when it only asks', async () => {
    await start({ 'me/app:1': image("export default async ({ fs }) => { for (;;) await fs.exists('/x'); };") });
    await run('busy', {});
    await cluster.clock.advance('3s');
    await ask(cluster, 'DELETE', '/api/v1/namespaces/default/pods/busy?gracePeriodSeconds=0');
    await cluster.clock.advance('3s');
    expect(JSON.parse(await text('pods/busy')).code).toBe(404);
  });

  test('says what it threw, what it is not, and what it must not', async () => {
    await start({
      'me/app:1': image("export default () => { throw new RangeError('too far'); };"),
      'me/grammar:1': image('export default () => {'),
      'me/imports:1': image("export default () => import('node:fs');"),
    });
    await run('throws', {});
    await run('grammar', { image: 'me/grammar:1' });
    await run('imports', { image: 'me/imports:1' });
    await cluster.clock.advance('5s');
    expect(await logs('throws')).toContain('app: RangeError: too far\n');
    expect(await logs('grammar')).toContain('app: SyntaxError: ');
    expect(await logs('imports')).toContain('app: line 1: programs of images cannot import');
    expect(await ended('throws')).toMatchObject({ exitCode: 1 });
    expect(await ended('imports')).toMatchObject({ exitCode: 126 });
  });

  test('gets errors for requests of any shape, and harms nothing', async () => {
    await start({
      'me/app:1': image(`
        export default async (proc) => {
          const odd = [undefined, null, -1, 1.5, 1e300, '', '../../..', 'x'.repeat(5000), [], {}, { $bytes: 7 }, new Uint8Array(3), [[1]], { mode: 'x', recursive: 1 }, { __proto__: null, constructor: 1 }];
          const calls = [
            ...Object.values(proc.fs), ...Object.values(proc.net).filter((each) => typeof each === 'function'),
            proc.kill, proc.spawn, proc.sleep, proc.usage, proc.openInput, proc.stdout.write, proc.stdin.read,
          ].filter((each) => each !== proc.fs.watch);
          let refused = 0;
          for (let i = 0; i < 1500; i++) {
            const [call, a, b, c] = [calls, odd, odd, odd].map((list) => list[Math.floor(Math.random() * list.length)]);
            if (call === proc.sleep && typeof a === 'number' && a > 1e6) continue;
            try {
              const given = call(a, b, c);
              given?.exited?.catch(() => refused++);
              given?.bound?.catch(() => refused++);
              await Promise.race([given, new Promise((resolve) => setTimeout(resolve, 10))]);
            } catch { refused++; }
          }
          console.error('refused', refused > 500);
          return 0;
        };`),
    });
    await run('odd', {});
    await cluster.clock.advance('10m');
    expect(await logs('odd')).toContain('refused true\n');
    expect(await ended('odd')).toMatchObject({ exitCode: 0 });
  });
});

describe('an image that is a ConfigMap', () => {
  const create = (name: string, data: object, metadata: object = {}) =>
    ask(cluster, 'POST', '/api/v1/namespaces/default/configmaps', {
      ...{ apiVersion: 'v1', kind: 'ConfigMap' },
      metadata: { name, labels: { 'tabernetes.dev/image': 'own' }, ...metadata },
      data,
    });

  test('runs, and what is changed runs where it is pulled again', async () => {
    await start();
    await create('own', { 'own.js': "export default () => console.log('one');" });
    await run('first', { image: 'own' });
    await cluster.clock.advance('5s');
    expect(await logs('first')).toBe('one\n');
    const patch = { data: { 'own.js': "export default () => console.log('two');" } };
    await ask(cluster, 'PATCH', '/api/v1/namespaces/default/configmaps/own', patch, 'application/merge-patch+json');
    await run('second', { image: 'own' });
    await cluster.clock.advance('5s');
    expect(await logs('second')).toBe('two\n');
  });

  test('is not pulled when it is none, nor in place of what everybody knows', async () => {
    await start();
    await create('own', { 'image.json': '{}' });
    await create('busybox', { 'sh.js': 'export default () => 7;' }, { labels: { 'tabernetes.dev/image': 'busybox' } });
    await run('none', { image: 'own' });
    await run('known', { image: 'busybox', command: ['echo', 'hi'] });
    await cluster.clock.advance('5s');
    expect(JSON.stringify(await ended('none'))).toContain(
      'ConfigMap default/own is not an image: it has no program: no key ends with .js',
    );
    expect(await logs('known')).toBe('hi\n');
  });
});
