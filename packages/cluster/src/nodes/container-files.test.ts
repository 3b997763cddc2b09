import { kinds } from '@tabernetes/api';
import type { Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
let errors: unknown[];
beforeEach(async () => {
  errors = [];
  cluster = await createCluster({
    nodes: 1,
    clock: 'virtual',
    kubelet: 'simulated',
    startMs: Date.parse('2026-11-20T23:20:00Z'),
    onError: (error) => void errors.push(error),
  });
});
afterEach(async () => {
  await cluster.stop();
  expect(errors).toEqual([]);
});

/** What a script says in a container of its own. */
async function say(script: string, container: object = {}, spec: Partial<PodSpec> = {}): Promise<string> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'one', namespace: 'default' },
    spec: {
      ...spec,
      restartPolicy: 'Never',
      containers: [{ name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script], ...container }],
    },
  } as Pod);
  await cluster.clock.advance(60_000);
  const response = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/one/log'));
  return response.text();
}

describe('the files of a container', () => {
  test('CLU-61 are mounted in the order of containerd', async () => {
    const places = await say("mount | awk '$1 ~ /vda|overlay/ {print $3}'");
    expect(places).toBe('/\n/etc/hosts\n/dev/termination-log\n/etc/hostname\n/etc/resolv.conf\n');
  });

  test('CLU-61 lie in directories of an overlay, made when the container was', async () => {
    const said = await say(
      'ls -ld / /etc /data /usr; touch /usr/x; ls -ld /usr',
      {
        volumeMounts: [{ name: 'sub', mountPath: '/data/sub' }],
      },
      { volumes: [{ name: 'sub', emptyDir: {} }] },
    );
    expect(said.replace(/ +/g, ' ')).toMatch(
      new RegExp(
        [
          'drwxr-xr-x 1 root root 4096 Nov 20 23:20 /',
          'drwxr-xr-x 3 root root 4096 Nov 20 23:20 /data',
          'drwxr-xr-x \\d+ root root 4096 Jan 1 1970 /etc',
          'drwxr-xr-x \\d+ root root 4096 Jan 1 1970 /usr',
          'drwxr-xr-x 1 root root 4096 Nov 20 23:20 /usr',
        ].join('\n'),
      ),
    );
  });

  test('CLU-61 of ConfigMaps are on disk, of Secrets and tokens in memory of a known size', async () => {
    const metadata = { namespace: 'default' };
    await cluster.client
      .resource(kinds.configMap)
      .create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { ...metadata, name: 'c' }, data: { a: '1' } });
    await cluster.client
      .resource(kinds.secret)
      .create({ apiVersion: 'v1', kind: 'Secret', metadata: { ...metadata, name: 's' }, stringData: { a: '1' } });
    const said = await say(
      'ls -ld /c /s /m; mount | grep -e " /s " -e " /m "; df /m | tail -1',
      {
        volumeMounts: [
          { name: 'c', mountPath: '/c' },
          { name: 's', mountPath: '/s' },
          { name: 'm', mountPath: '/m' },
        ],
      },
      {
        volumes: [
          { name: 'c', configMap: { name: 'c' } },
          { name: 's', secret: { secretName: 's' } },
          { name: 'm', emptyDir: { medium: 'Memory', sizeLimit: '8Mi' } },
        ],
      },
    );
    expect(said.replace(/ +/g, ' ').split('\n')).toEqual([
      'drwxrwxrwx 3 root root 4096 Nov 20 23:20 /c',
      'drwxrwxrwt 2 root root 40 Nov 20 23:20 /m',
      'drwxrwxrwt 3 root root 100 Nov 20 23:20 /s',
      'tmpfs on /s type tmpfs (ro,relatime,size=8388608k,noswap)',
      'tmpfs on /m type tmpfs (rw,relatime,size=8192k,noswap)',
      'tmpfs 8192 0 8192 0% /m',
      '',
    ]);
  });

  test('CLU-61 that every container has are mounted as a runtime mounts them; what is not for it is masked', async () => {
    const script =
      'mount | grep -v -e /etc/ -e overlay; ls /dev; df /dev/shm | tail -1; echo x > /proc/sys/kernel/domainname';
    const said = await say(script, {});
    const cgroup = (name: string, option = name): string =>
      `cgroup on /sys/fs/cgroup/${name} type cgroup (ro,nosuid,nodev,noexec,relatime,${option})`;
    expect(said.replace(/ +/g, ' ').trimEnd().split('\n')).toEqual([
      'proc on /proc type proc (rw,nosuid,nodev,noexec,relatime)',
      'tmpfs on /dev type tmpfs (rw,nosuid,size=65536k,mode=755)',
      'devpts on /dev/pts type devpts (rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666)',
      'mqueue on /dev/mqueue type mqueue (rw,nosuid,nodev,noexec,relatime)',
      'sysfs on /sys type sysfs (ro,nosuid,nodev,noexec,relatime)',
      'tmpfs on /sys/fs/cgroup type tmpfs (rw,nosuid,nodev,noexec,relatime,mode=755)',
      ...['cpu', 'cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids'].map((name) => cgroup(name)),
      cgroup('systemd', 'name=systemd'),
      '/dev/vda on /dev/termination-log type ext4 (rw,relatime,discard,resv_strict,resuid=65534,resgid=65534)',
      'shm on /dev/shm type tmpfs (rw,nosuid,nodev,noexec,relatime,size=65536k)',
      'tmpfs on /var/run/secrets/kubernetes.io/serviceaccount type tmpfs (ro,relatime,size=8388608k,noswap)',
      ...['bus', 'fs', 'irq', 'sys'].map((name) => `proc on /proc/${name} type proc (ro,nosuid,nodev,noexec,relatime)`),
      'tmpfs on /proc/acpi type tmpfs (ro,relatime)',
      'tmpfs on /proc/keys type tmpfs (rw,nosuid,size=65536k,mode=755)',
      'tmpfs on /proc/timer_list type tmpfs (rw,nosuid,size=65536k,mode=755)',
      'tmpfs on /sys/firmware type tmpfs (ro,relatime)',
      ...'fd full mqueue null ptmx pts random shm stderr stdin stdout termination-log tty urandom zero'.split(' '),
      'shm 65536 0 65536 0% /dev/shm',
      "sh: can't create /proc/sys/kernel/domainname: Read-only file system",
    ]);
  });

  test('CLU-61 in memory count as what the container uses: who writes too much is killed', async () => {
    const said = await say(
      'dd if=/dev/zero of=/m/f bs=1M count=40; echo rc $?; s=$(stat -c %s /m/f); [ $s -gt 20000000 ] && [ $s -lt 25165824 ] && echo most',
      { resources: { limits: { memory: '24Mi' } }, volumeMounts: [{ name: 'm', mountPath: '/m' }] },
      { volumes: [{ name: 'm', emptyDir: { medium: 'Memory' } }] },
    );
    expect(said).toBe('Killed\nrc 137\nmost\n');
  });

  test('CLU-61 are written byte by byte where a format says so', async () => {
    expect(await say("printf '\\377\\000x\\303\\251' | od -An -tx1; echo -en '\\xfe' | wc -c", {})).toBe(
      ' ff 00 78 c3 a9\n1\n',
    );
  });

  test('CLU-61 of a privileged container are not masked', async () => {
    const said = await say('mount | grep -c -e /proc/ -e firmware; ls -d /proc/sys', {
      securityContext: { privileged: true },
    });
    expect(said).toBe('0\n/proc/sys\n');
  });

  test('CLU-61 of subPaths have the modes of their volume, all the way down', async () => {
    const said = await say(
      'ls -ld /all/made /sub',
      {
        volumeMounts: [
          { name: 'v', mountPath: '/sub', subPath: 'made/here' },
          { name: 'v', mountPath: '/all' },
        ],
      },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    );
    expect(said.match(/^\S+ +\d+/gm)).toEqual(['drwxrwxrwx    3', 'drwxrwxrwx    2']);
  });

  test('CLU-61 of a volume in memory are no more than it holds', async () => {
    const said = await say(
      'dd if=/dev/zero of=/d/x bs=1M count=5',
      { volumeMounts: [{ name: 'd', mountPath: '/d' }] },
      { volumes: [{ name: 'd', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } }] },
    );
    expect(said).toBe("dd: error writing '/d/x': No space left on device\n2+0 records in\n1+0 records out\n");
  });

  test('CLU-61 and its processes are listed as busybox lists them', async () => {
    const said = await say('sleep 600 & ps; true');
    expect(said.split('\n').map((line) => line.replace(/^ *\d+/, 'PID'))).toEqual([
      'PID   USER     COMMAND',
      'PID root     sh -c sleep 600 & ps; true',
      'PID root     sleep 600',
      'PID root     ps',
      '',
    ]);
  });

  test('CLU-61 shells export PWD and SHLVL, in the order of the table that ash keeps', async () => {
    const env = ['HOSTNAME', 'PATH', 'HOME', 'ZED', 'ABC'].map((name) => ({ name, value: name }));
    const said = await say('/bin/env', { env: [...env.slice(0, 1), ...env.slice(2)] }, { enableServiceLinks: false });
    const names = said.match(/^[A-Z]+(?==)/gm)?.filter((name) => !name.startsWith('KUBERNETES'));
    expect(names).toEqual(['HOSTNAME', 'SHLVL', 'HOME', 'PATH', 'ZED', 'ABC', 'PWD']);
  });
});
