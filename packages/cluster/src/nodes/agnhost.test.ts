import { kinds } from '@tabernetes/api';
import type { Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

const IMAGE = 'registry.k8s.io/e2e-test-images/agnhost:2.53';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
});
afterEach(() => cluster.stop());

async function run(name: string, args: readonly string[], spec: Partial<PodSpec> = {}): Promise<void> {
  const [container, ...others] = spec.containers ?? [];
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'default' },
    spec: { restartPolicy: 'Never', ...spec, containers: [{ name: 'c', image: IMAGE, args, ...container }, ...others] },
  } as Pod);
  await cluster.clock.advance(2_000);
}

async function log(name: string): Promise<string> {
  const path = `https://cluster/api/v1/namespaces/default/pods/${name}/log`;
  return (await cluster.fetch(new Request(path))).text();
}

let asked = 0;
async function curl(path: string, options: readonly string[] = []): Promise<string> {
  const { status } = await cluster.client.resource(kinds.pod).get('server', 'default');
  const name = `ask-${asked++}`;
  const command = ['curl', '-s', '-w', ' %{http_code}', ...options, `http://${status?.podIP}:8080${path}`];
  await run(name, [], { containers: [{ name: 'c', image: 'curlimages/curl', command }] });
  return (await log(name)).trimEnd();
}

const stateOf = async (name: string) =>
  (await cluster.client.resource(kinds.pod).get(name, 'default')).status?.containerStatuses?.[0]?.state;

describe('CLU-98 agnhost does what its subcommands say', () => {
  test('netexec answers what it is asked', async () => {
    await run('server', ['netexec', '--http-port=8080']);
    expect(await curl('/echo?msg=hi&code=418')).toBe('hi 418');
    expect(await curl('/hostname')).toBe('server 200');
    expect(await curl('/header?key=Accept')).toBe('*/* 200');
    expect(await curl('/shell?cmd=echo%20out;echo%20err%20>%262;exit%203')).toBe(
      '{"error":"exit status 3","output":"out\\nerr\\n"} 200',
    );
    expect(await curl('/redirect?location=/echo&code=307')).toBe(' 307');
    expect(await curl('/redirect?location=/echo&code=x')).toBe(
      `argument 'code' must be an integer or empty, got "x"\n 200`,
    );
    expect(await curl('/dial?host=127.0.0.1&port=8080&request=hostname&tries=2')).toBe(
      '{"responses":["server","server"]} 200',
    );
    expect(await curl('/dial?host=127.0.0.1&port=1&request=hostname')).toBe(
      '{"errors":["Get \\"http://127.0.0.1:1/hostname\\": dial tcp 127.0.0.1:1: connect: connection refused"]} 200',
    );
    expect(await curl('/nope')).toMatch(/^NOW: \d{4}-.* 200$/);
    expect(await curl('/upload')).toBe('{"error":"Unable to upload file."} 200');
    const kept = /^\{"output":"(\/uploads\/upload\d+)"\} 201$/.exec(
      await curl('/upload', ['-F', 'file=@/etc/hostname']),
    );
    expect(await curl(`/shell?cmd=cat%20${kept?.[1]}`)).toMatch(/^\{"output":"ask-\d+\\n"\} 200$/);
    expect(await log('server')).toMatch(/^\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d Started HTTP server on port 8080\n/);
    await curl('/exit?code=7');
    expect(await stateOf('server')).toMatchObject({ terminated: { exitCode: 7 } });
  });

  test('netexec is not ready any more while it waits to end', async () => {
    await run('server', ['netexec', '--delay-shutdown=20']);
    expect(await curl('/readyz')).toBe('ok 200');
    await cluster.client.resource(kinds.pod).delete('server', 'default', { gracePeriodSeconds: 60 });
    await cluster.clock.advance(1_000);
    expect(await curl('/readyz')).toBe('shutting down 503');
  });

  test('mounttest tells of files', async () => {
    const volumes = [{ name: 'v', emptyDir: { medium: 'Memory' } }];
    const volumeMounts = [{ name: 'v', mountPath: '/v' }];
    const files = [
      '--fs_type=/v',
      '--file_mode=/v',
      '--new_file_0660=/v/new',
      '--file_perm=/v/new',
      '--file_owner=/v/new',
    ];
    await run('mount', ['mounttest', ...files, '--file_content=/v/none'], {
      volumes,
      containers: [{ name: 'c', volumeMounts }],
    });
    expect(await log('mount')).toBe(
      [
        'mount type of "/v": tmpfs',
        'content of file "/v/new": mount-tester new file\n',
        'mode of file "/v": dtrwxrwxrwx',
        'perms of file "/v/new": -rw-rw----',
        'owner UID of "/v/new": 0',
        'owner GID of "/v/new": 0',
        'error reading file content for "/v/none": open /v/none: no such file or directory\n',
      ].join('\n'),
    );
    expect(await stateOf('mount')).toMatchObject({ terminated: { exitCode: 1 } });
  });

  test('its image has tools, serves its files, and sees the hosts of its node', async () => {
    await run('server', ['test-webserver', '--port=8080']);
    expect(await curl('/')).toContain('<a href="etc/">etc/</a>\n<a href="');
    expect(await curl('/etc/hosts')).toContain('# Kubernetes-managed hosts file.');
    const command = ['sh', '-c', 'dig +short kubernetes.default.svc.cluster.local; diff /etc/hosts /node'];
    const volumes = [{ name: 'v', hostPath: { path: '/etc/hosts', type: 'File' } }];
    const volumeMounts = [{ name: 'v', mountPath: '/node' }];
    await run('tools', [], {
      hostNetwork: true,
      dnsPolicy: 'ClusterFirstWithHostNet',
      volumes,
      containers: [{ name: 'c', image: IMAGE, command, volumeMounts }],
    });
    expect(await log('tools')).toBe(
      [
        '10.96.0.1',
        '--- /etc/hosts',
        '+++ /node',
        '@@ -1,4 +1,3 @@',
        '-# Kubernetes-managed hosts file (host network).',
        ' 127.0.0.1\tlocalhost',
        ' ::1\tlocalhost ip6-localhost ip6-loopback',
        ' 172.18.0.2\tnode-1',
        '',
      ].join('\n'),
    );
  });

  test('guestbook keeps texts, and replicas have what is written', async () => {
    await run('primary', ['guestbook', '--http-port=6379']);
    const { status } = await cluster.client.resource(kinds.pod).get('primary', 'default');
    const primary = status?.podIP ?? '';
    await run('replica', ['guestbook', `--replicaof=${primary}`, '--http-port=6379']);
    const replica = (await cluster.client.resource(kinds.pod).get('replica', 'default')).status?.podIP ?? '';
    expect(await log('replica')).toContain(`Registered to node: ${primary}\n`);
    await run('server', ['guestbook', '--http-port=8080'], {
      hostAliases: [
        { ip: primary, hostnames: ['agnhost-primary'] },
        { ip: replica, hostnames: ['agnhost-replica'] },
      ],
    });
    expect(await curl('/guestbook?cmd=get&key=messages')).toBe('{"data":""} 200');
    expect(await curl('/guestbook?cmd=set&key=messages&value=a%20b')).toBe('{"message":"Updated"} 200');
    expect(await curl('/guestbook?cmd=get&key=messages')).toBe('{"data":"a b"} 200');
    expect(await curl('/guestbook?cmd=set')).toBe('cannot set with empty key.\n 400');
    expect(await curl('/guestbook?cmd=del')).toBe("unsupported cmd: 'del'\n 400");
    expect(await log('primary')).toContain(`Node '${replica}' registered.\n`);
  });

  test('others print what they see, connect, and end as they are told', async () => {
    await run('args', ['entrypoint-tester', 'a', 'b c']);
    expect(await log('args')).toBe('[/agnhost entrypoint-tester a b c]\n');
    await run('dns', ['dns-suffix'], {
      dnsPolicy: 'None',
      dnsConfig: { nameservers: ['1.1.1.1'], searches: ['x.local', 'y.local'] },
    });
    expect(await log('dns')).toBe('x.local,y.local\n');
    await run('lines', ['logs-generator', '--log-lines-total=3', '--run-duration=3s']);
    await cluster.clock.advance(2_000);
    expect(
      (await log('lines')).match(/^I\d{4} [\d:.]+ +1 logs_generator.go:76\] \d (GET|POST|PUT) \/api\/v1/gm),
    ).toHaveLength(3);
    await run('refused', ['connect', '127.0.0.1:1']);
    expect(await log('refused')).toBe('REFUSED\n');
    await run('stress', ['stress']);
    expect(await log('stress')).toBe('Error: "stress" is not simulated\n');
    await run('server', ['porter', '--json-response'], {
      containers: [
        {
          name: 'c',
          image: IMAGE,
          env: [
            { name: 'SERVE_PORT_8080', value: 'hello' },
            { name: 'SERVE_TLS_PORT_8443', value: 'in private' },
          ],
        },
      ],
    });
    expect(await curl('/x')).toBe('{"Method":"GET","Body":"hello"} 200');
    const behind = 'https://cluster/api/v1/namespaces/default/pods/https:server:8443/proxy/';
    expect(await (await cluster.fetch(new Request(behind))).json()).toEqual({ Method: 'GET', Body: 'in private' });
    await run('page', ['porter'], {
      containers: [{ name: 'c', image: IMAGE, env: [{ name: 'SERVE_PORT_80', value: '<a href="/x">x</a>' }] }],
    });
    const page = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/page/proxy/'));
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await page.text()).toBe('<a href="/api/v1/namespaces/default/pods/page/proxy/x">x</a>');
    await cluster.client.resource(kinds.pod).delete('server', 'default');
    await cluster.clock.advance(3_000);
    expect(
      (await cluster.client.resource(kinds.pod).list({ namespace: 'default' })).items.map(
        ({ metadata }) => metadata.name,
      ),
    ).not.toContain('server');
  });
});

test('CLU-98 netexec keeps no more of what a command prints than its container may', async () => {
  await run('server', ['netexec'], {
    containers: [{ name: 'c', image: IMAGE, resources: { limits: { memory: '64Mi' } } }],
  });
  await curl(`/shell?cmd=${encodeURIComponent('head -c 50000000 /dev/zero')}`);
  await cluster.clock.advance(60_000);
  expect(await stateOf('server')).toMatchObject({ terminated: { reason: 'OOMKilled', exitCode: 137 } });
});
