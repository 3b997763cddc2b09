import { seededRng, virtualClock } from '@tabernetes/base';
import type { Chunk, Net } from '@tabernetes/node-api';
import { Content, toText } from '../../file-system/content.ts';
import { FsView } from '../../file-system/fs-view.ts';
import { MountTable } from '../../file-system/mounts.ts';
import { device, directory, type FsNode } from '../../file-system/node.ts';
import { Tree } from '../../file-system/tree.ts';
import { OutputFile, TextFile } from '../../process/files.ts';
import type { OpenFile } from '../../process/open-file.ts';
import { PidNamespace } from '../../process/pid-namespace.ts';
import { type Applet, Proc } from '../../process/proc.ts';
import { CpuMeter, type World } from '../../process/world.ts';
import { PROGRAMS } from '../../programs/index.ts';
import { jq } from '../../programs/jq/jq.ts';
import { sh } from '../sh.ts';

export interface ScriptResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

export interface ScriptOptions {
  /** Default nothing: the end at once. */
  readonly stdin?: OpenFile;
  readonly argv?: readonly string[];
  /** Default one that nobody knows. */
  readonly image?: string;
  /** Runs while the script waits. */
  readonly meanwhile?: (proc: Proc, advance: (delayMs: number) => Promise<void>) => Promise<void>;
}

/** Runs a script in a world of its own that holds the shell, the programs, and nothing else. Ends when the shell does. */
export async function runScript(
  script: string,
  { stdin, argv, image = 'test', meanwhile }: ScriptOptions = {},
): Promise<ScriptResult> {
  const clock = virtualClock({ startMs: Date.UTC(2025, 0, 1) });
  const errors: unknown[] = [];
  const world: World = {
    clock,
    rng: seededRng(1),
    hostname: 'host',
    net: { addresses: [] } as unknown as Net,
    mounts: new MountTable({
      path: '',
      tree: new Tree(rootOf()),
      readOnly: false,
      source: 'overlay',
      options: 'relatime',
    }),
    meter: new CpuMeter(clock.now()),
    processes: new Set(),
    cpuLimitMillicores: undefined,
    image,
    memoryChanged: () => undefined,
    onError: (error) => errors.push(error),
    ports: [],
    capabilities: { effective: 0n, noNewPrivileges: false },
  };
  const written = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr') => (chunk: Chunk) => {
    written[name] += toText(chunk);
    return undefined;
  };
  const pids = new PidNamespace({ host: true });
  const proc = new Proc(world, pids, {
    argv: argv ?? ['sh', '-c', script],
    env: { PATH: '/bin', HOME: '/root' },
    fs: new FsView({ mounts: world.mounts, now: () => clock.now() }, { uid: 0, gid: 0, groups: [0] }, '/w'),
    fds: new Map<number, OpenFile>([
      [0, stdin ?? new TextFile('', '/dev/null')],
      [1, new OutputFile('pipe:[1]', into('stdout'))],
      [2, new OutputFile('pipe:[2]', into('stderr'))],
    ]),
    pid: pids.next(),
  });
  proc.run(sh);
  await clock.advance(0);
  await meanwhile?.(proc, (delayMs) => clock.advance(delayMs));
  for (let waited = 0; proc.exitCode === undefined && waited < 200; waited++) await clock.advance(100);
  for (const left of [...world.processes]) left.exit(137, 'KILL');
  await clock.advance(0);
  if (errors.length > 0) throw errors[0];
  return { ...written, code: proc.exitCode ?? -1 };
}

function rootOf() {
  const file = (program: Applet): FsNode => ({
    type: 'file',
    mode: 0o755,
    uid: 0,
    gid: 0,
    modifiedMs: 0,
    tree: undefined,
    content: new Content(),
    links: 1,
    program,
  });
  const programs = Object.entries({ ...PROGRAMS, jq, sh }).map(([name, program]) => [name, file(program)] as const);
  return directory([
    ['bin', directory(programs)],
    [
      'dev',
      directory([
        ['null', device('null')],
        ['zero', device('zero')],
      ]),
    ],
    ['root', directory()],
    ['tmp', directory([], 0o777)],
    ['w', directory()],
  ]);
}
