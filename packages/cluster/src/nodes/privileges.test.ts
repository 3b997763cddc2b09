import { kinds } from '@tabernetes/api';
import type { Container, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
});
afterEach(() => cluster.stop());

async function run(script: string, container: Partial<Container>, spec: Partial<PodSpec> = {}): Promise<Pod> {
  const main = { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script], ...container };
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'own', namespace: 'default' },
    spec: { restartPolicy: 'Never', containers: [main], ...spec },
  } as Pod);
  await cluster.clock.advance(5_000);
  return cluster.client.resource(kinds.pod).get('own', 'default');
}

const logs = async (): Promise<string> =>
  (await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/own/log'))).text();

describe('What containers may do', () => {
  test('CLU-95 the groups of a process are in order', async () => {
    const securityContext = { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] };
    await run('id', {}, { securityContext });
    expect(await logs()).toBe('uid=1000 gid=3000 groups=2000,3000,4000\n');
  });

  test('CLU-95 directories of what a volume shows belong to the group of the Pod, which may not write there', async () => {
    const items = [{ path: 'dir/name', fieldRef: { fieldPath: 'metadata.name' } }];
    await run(
      'stat -c "%a %u %g %n" /v/dir/. /v/dir/name /v/..data/.',
      { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
      { securityContext: { fsGroup: 2000 }, volumes: [{ name: 'v', downwardAPI: { items } }] },
    );
    expect(await logs()).toBe('2755 0 2000 /v/dir/.\n644 0 2000 /v/dir/name\n2755 0 2000 /v/..data/.\n');
  });

  test('CLU-95 the first group comes first where groups alone are asked for', async () => {
    await run(
      'id -G',
      {},
      { securityContext: { runAsUser: 1000, runAsGroup: 3000, supplementalGroups: [2000, 4000] } },
    );
    expect(await logs()).toBe('3000 2000 4000\n');
  });

  test('CLU-95 a process knows whether its calls are filtered, and how gladly it is ended when memory runs out', async () => {
    const script = 'cat /proc/self/oom_score_adj; grep Seccomp: /proc/self/status';
    const cases = [
      [{}, '1000', '0'],
      [{ resources: { requests: { memory: '1Gi' } } }, '875', '0'],
      [{ resources: { requests: { cpu: '1m' } } }, '999', '0'],
      [{ resources: { limits: { memory: '1Gi', cpu: '1' } } }, '-997', '0'],
      [{ securityContext: { seccompProfile: { type: 'RuntimeDefault' } } }, '1000', '2'],
    ] as const;
    for (const [container, score, seccomp] of cases) {
      await run(script, container);
      expect(await logs()).toBe(`${score}\nSeccomp:\t${seccomp}\n`);
      await cluster.client.resource(kinds.pod).delete('own', 'default', { gracePeriodSeconds: 0 });
    }
  });

  test('CLU-95 root of busybox is in the group wheel too, and has the directories of its image', async () => {
    await run('id; id -G; ls /', {});
    expect(await logs()).toBe(
      'uid=0(root) gid=0(root) groups=0(root),10(wheel)\n0 10\nbin\ndev\netc\nhome\nlib\nlib64\nproc\nroot\nsys\ntmp\nusr\nvar\n',
    );
  });

  test('CLU-95 root without capabilities is stopped as others are', async () => {
    await run('touch a; chown 1000 a; mkdir -m 700 b; ping -c 1 127.0.0.1', {
      securityContext: { capabilities: { drop: ['ALL'] } },
    });
    expect(await logs()).toBe(
      'chown: a: Operation not permitted\nPING 127.0.0.1 (127.0.0.1): 56 data bytes\nping: permission denied (are you root?)\n',
    );
  });

  test('CLU-95 processes of others are not to be signalled', async () => {
    const script = 'sleep 1; kill -9 1; kill -0 1; timeout 1 kill -0 1; kill -0 0 && echo own';
    await run(script, { securityContext: { runAsUser: 1000 } }, { shareProcessNamespace: true });
    const refused = "can't kill pid 1: Operation not permitted\n";
    expect(await logs()).toBe(`sh: ${refused}sh: ${refused}kill: ${refused}own\n`);
  });

  test('CLU-95 an interrupt ends a shell that is the first process, at its next command', async () => {
    const pod = await run('(sleep 1; kill -INT 1) & while :; do sleep 0.2; done', {});
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(130);
  });

  test('CLU-95 a directory is not mounted on a file', async () => {
    const pod = await run(
      'true',
      { volumeMounts: [{ name: 'v', mountPath: '/etc/passwd' }] },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    );
    const { reason, exitCode, message } = pod.status?.containerStatuses?.[0]?.state?.terminated ?? {};
    expect([reason, exitCode]).toEqual(['StartError', 128]);
    expect(message).toMatch(
      /error mounting ".*\/volumes\/kubernetes.io~empty-dir\/v" to rootfs at "\/etc\/passwd": mount .*, flags: 0x5000: not a directory: unknown$/,
    );
  });

  test('CLU-95 a file for the termination message is not mounted on a directory', async () => {
    const pod = await run('true', { terminationMessagePath: '/tmp' });
    const { reason, message } = pod.status?.containerStatuses?.[0]?.state?.terminated ?? {};
    expect(reason).toBe('StartError');
    expect(message).toMatch(
      /error mounting "\/var\/lib\/kubelet\/pods\/[-\da-f]+\/containers\/main\/[\da-f]{8}" to rootfs at "\/tmp": mount .*, flags: 0x5000: not a directory: unknown$/,
    );
  });

  test('CLU-95 a group without a user gets no sandbox', async () => {
    await run('true', {}, { securityContext: { runAsGroup: 5 } });
    const { items } = await cluster.client.resource(kinds.event).list({ namespace: 'default' });
    expect(items.map(({ reason, message }) => [reason, message])).toContainEqual([
      'FailedCreatePodSandBox',
      'Failed to create pod sandbox: rpc error: code = Unknown desc = failed to generate sanbdox container spec options: failed to generate user string: user group "5" is specified without user',
    ]);
  });

  test('CLU-95 a Pod shares what its termination messages may take', async () => {
    const script = 'head -c 4096 /dev/zero | tr "\\\\0" x > /dev/termination-log';
    const others = ['a', 'b', 'c'].map((name) => ({ name, image: 'busybox:1.36', command: ['true'] }));
    const main = { name: 'main', image: 'busybox:1.36', command: ['sh', '-c', script] };
    const pod = await run(script, {}, { containers: [...others, main] });
    const status = pod.status?.containerStatuses?.find(({ name }) => name === 'main');
    expect(status?.state?.terminated?.message?.length).toBe(3072);
  });

  test('CLU-95 ports below 1024 are for those who have the right to them, and for all where the Pod says so', async () => {
    const script = 'httpd -f -p 80; nc -l -p 81; timeout 1 httpd -f -p 1024; echo $?';
    await run(script, { securityContext: { runAsUser: 1000 } });
    expect(await logs()).toBe('httpd: bind: Permission denied\nnc: bind: Permission denied\nTerminated\n143\n');
  });

  test('CLU-95 root needs the capability for them, others the word of the Pod', async () => {
    const drop = { capabilities: { drop: ['NET_BIND_SERVICE'] } };
    await run('httpd -p 80 || echo $?; httpd -p 8080 && httpd -p 8080 || echo $?', { securityContext: drop });
    expect(await logs()).toBe('httpd: bind: Permission denied\n1\nhttpd: bind: Address already in use\n1\n');
    await cluster.client.resource(kinds.pod).delete('own', 'default');
    await cluster.clock.advance(1_000);
    const sysctls = [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '80' }];
    await run(
      'timeout 1 httpd -f -p 80; echo $?',
      { securityContext: { runAsUser: 7 } },
      { securityContext: { sysctls } },
    );
    expect(await logs()).toBe('Terminated\n143\n');
  });

  test('CLU-95 root of busybox becomes others by su, nobody else does', async () => {
    const script = `cd /tmp; su nobody -s /bin/sh -c 'id -u; pwd; echo $HOME $USER $SHELL $0 $1' x y
su - www-data -s /bin/sh -c 'pwd; env | sort'; su -m daemon -s /bin/sh -c 'echo $HOME; cat /etc/shadow; cd /root'
su nosuch; su nobody -c id; echo $?; su daemon -s /bin/nosuch; echo $?; su daemon -s /bin/sh -c 'su; exit 4'; echo $?`;
    await run(`exec 2>&1; ${script}`, {});
    expect(await logs()).toBe(`65534
/tmp
/home nobody /bin/sh x y
/var/www
HOME=/var/www
LOGNAME=www-data
PATH=/bin:/usr/bin
PWD=/var/www
SHELL=/bin/sh
SHLVL=1
USER=www-data
/root
cat: can't open '/etc/shadow': Permission denied
sh: cd: line 0: can't cd to /root: Permission denied
su: unknown user nosuch
1
su: can't execute '/bin/nosuch': No such file or directory
1
su: must be suid to work properly
4
`);
  });

  test('CLU-95 su needs the capabilities for it', async () => {
    await run('su nobody', { securityContext: { capabilities: { drop: ['ALL'] } } });
    expect(await logs()).toBe("su: can't set groups: Operation not permitted\n");
  });

  test('CLU-105 ps shows the columns that it is asked for, in their widths', async () => {
    await run('ps -o pid,ppid,user,group,comm; ps -o pid=ID,user=WHO; ps -o args,pid; ps -o nosuch', {});
    const lines = (await logs()).split('\n');
    expect(lines.slice(0, 6)).toEqual([
      'PID   PPID  USER     GROUP    COMMAND',
      '    1     0 root     root     sh',
      '    2     1 root     root     ps',
      'ID WHO',
      ' 1 roo',
      ' 3 roo',
    ]);
    expect(lines[6]).toBe('COMMAND'.padEnd(2048));
    expect(lines.at(-2)).toContain("ps: bad -o argument 'nosuch', supported arguments: user,group,comm,args,pid,");
  });

  test('CLU-105 sed -i makes a file of its own, and does not replace what is mounted', async () => {
    const script = `exec 2>&1; cd /tmp; echo one > f; chmod 600 f; chown 33 f; sed -i s/one/two/ f; cat f; ls -n f | cut -c1-16; ls
sed -i s/a/b/ /etc/hosts; cd /proc; sed -i s/a/b/ version; rm /tmp/f`;
    await run(script, {});
    const said = (await logs()).replace(/(hosts|version)[A-Za-z0-9]{6}/g, '$1XXXXXX').split('\n');
    expect(said).toEqual([
      'two',
      '-rw-------    1 ',
      'f',
      "sed: can't move '/etc/hostsXXXXXX' to '/etc/hosts': Device or resource busy",
      "sed: can't create temp file 'versionXXXXXX': Permission denied",
      '',
    ]);
  });

  test('CLU-105 tar says what it can neither read nor write', async () => {
    const script = `exec 2>&1; cd /tmp; mkdir g; echo 1 > g/a; tar cf g.tar g; mkdir -p w/g/a v; echo > v/g; chmod 0 g/a
tar xf g.tar -C /root; tar xf g.tar -C no; tar xf g.tar -C w; tar xf g.tar -C v; tar xf g.tar -C /; tar cf - g | wc -c; tar cf /g.tar g; chmod 600 g/a; cd g; tar cf x.tar .; tar tf x.tar`;
    await run(script, { securityContext: { runAsUser: 1000 } });
    expect(await logs()).toBe(`tar: can't change directory to '/root': Permission denied
tar: can't change directory to 'no': No such file or directory
tar: can't remove old file g/a: Is a directory
tar: can't create directory 'g': File exists
tar: can't remove old file g/a: Not a directory
tar: can't make dir g: Permission denied
tar: can't create directory 'g': Permission denied
tar: can't open 'g/a': No such file or directory
tar: can't open 'g/a': Permission denied
tar: error exit delayed from previous errors
1536
tar: can't open '/g.tar': Permission denied
tar: ./x.tar: file is the archive; skipping
./
./a
`);
  });

  test('CLU-105 wget shows headers as servers write them, stty the want of a size', async () => {
    await run(
      'httpd -p 8080 -h /etc; sleep 1; wget -S -O /dev/null http://127.0.0.1:8080/passwd 2>&1 | grep Content-',
      {},
    );
    expect(await logs()).toMatch(/^ {2}Content-Type: .*\n {2}Content-Length: \d+\n$|^ {2}Content-Length: \d+\n/);
    await cluster.client.resource(kinds.pod).delete('own', 'default');
    await cluster.clock.advance(40_000);
    const pod = await run('stty size', { tty: true });
    expect(pod.status?.containerStatuses?.[0]?.state?.terminated?.exitCode).toBe(0);
    expect(await logs()).toContain('stty: standard input');
  });
});
