import { type Clock, nextTurn, type Rng } from '@tabernetes/base';
import type { InputStream, Net, OutputStream, Program, Terminal } from '@tabernetes/node-api';
import { Content } from '../file-system/content.ts';
import type { MachineFiles } from '../file-system/machine-files.ts';
import type { FsNode } from '../file-system/node.ts';
import { Tree } from '../file-system/tree.ts';
import { InputFile, OutputFile, TextFile } from '../process/files.ts';
import type { OpenFile } from '../process/open-file.ts';
import { PidNamespace } from '../process/pid-namespace.ts';
import { type Applet, Proc } from '../process/proc.ts';
import { Pty } from '../process/pty.ts';
import { CpuMeter, type World } from '../process/world.ts';
import { mountLines } from '../runtime/container.ts';
import { devices } from '../runtime/devices.ts';
import { type Machine, procFiles } from '../runtime/proc-files.ts';

export interface SimulatedMachineDeps {
  readonly clock: Clock;
  readonly rng: Rng;
  readonly net: Net;
  readonly files: MachineFiles;
  /** Told of what no program should throw. */
  readonly onError: (error: unknown) => void;
}

export interface SimulatedMachineOptions {
  readonly hostname: string;
  /** Programs by path: `/bin/ls`. */
  readonly programs: Readonly<Record<string, Program | Applet>>;
  /** Text files by path; those that are there already stay as they are. */
  readonly etc: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** What a terminal runs first. */
  readonly shell: readonly string[];
  readonly hardware: Machine;
}

/** A machine that is no node of the cluster: processes, files, and terminals that people sit at. */
export interface SimulatedMachine {
  /** Runs a program; resolves with its exit code. `signal` interrupts it as Ctrl-C does. */
  run(argv: readonly string[], io: MachineIo): Promise<number>;
  /** Opens a terminal with a shell of its own. */
  open(screen: MachineScreen): MachineTerminal;
  /** Ends everything that runs. */
  dispose(): void;
}

export interface MachineIo {
  /** Default nothing. */
  readonly stdin?: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly signal?: AbortSignal;
}

/** What a terminal shows, and to whom. */
export interface MachineScreen {
  readonly columns: number;
  readonly rows: number;
  /** Text with the codes of a terminal. A promise holds back who writes. */
  write(text: string): Promise<void> | undefined;
  /** Lets the person edit a text; undefined when they give it up. */
  edit?(text: string, fileName: string): Promise<string | undefined>;
}

export interface MachineTerminal {
  /** Keys, as a terminal sends them. */
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** The person has gone: all that was started there is told so. */
  hangUp(): void;
  /** Resolves with the exit code of the shell. */
  readonly exited: Promise<number>;
}

/**
 * Processes of a machine share the cluster's clock for what sleeps. What they compute costs no virtual time: the machine
 * stands outside of the cluster, and goes on while time is paused.
 */
export function simulatedMachine(
  { clock, rng, net, files, onError }: SimulatedMachineDeps,
  { hostname, programs, etc, env, shell, hardware }: SimulatedMachineOptions,
): SimulatedMachine {
  const { mounts, fs } = files;
  const pids = new PidNamespace({ host: true });
  const world: World = {
    clock,
    rng,
    hostname,
    net,
    mounts,
    meter: new CpuMeter(clock.now()),
    processes: new Set(),
    cpuLimitMillicores: undefined,
    image: hostname,
    memoryChanged: () => undefined,
    rest: () => clock.hold(nextTurn()),
    onError,
    ports: [],
    capabilities: { effective: 0x1ff_ffff_ffffn, noNewPrivileges: false },
  };
  for (const [path, program] of Object.entries(programs)) {
    fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    if (!fs.exists(path)) fs.add(path, executable(program));
  }
  for (const [path, text] of Object.entries(etc)) {
    fs.mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true });
    if (!fs.exists(path)) fs.writeFile(path, text);
  }
  fs.mkdir('/tmp', { recursive: true, mode: 0o1777 });
  const proc = procFiles({
    machine: hardware,
    pids,
    now: () => clock.now(),
    mounts: () => mountLines(mounts),
    sysctls: { 'kernel.hostname': hostname },
    cgroup: '/',
    oomScoreAdj: 0,
  });
  for (const [path, root, fsType] of [
    ['/proc', proc, 'proc'],
    ['/dev', devices(true), 'devtmpfs'],
  ] as const) {
    const tree = new Tree(root, { fsType });
    tree.root.tree = tree;
    mounts.add({ path, tree, readOnly: false, source: fsType, options: 'nosuid,relatime' });
  }

  const start = (
    argv: readonly string[],
    fds: Map<number, OpenFile>,
    { terminal, background }: { readonly terminal?: Terminal; readonly background: boolean },
  ): Proc => {
    const own = new Proc(world, pids, {
      argv,
      env: { ...env, ...(terminal !== undefined && { TERM: 'xterm-256color' }) },
      fs: fs.as(fs.who, fs.cwd),
      fds,
      pid: pids.next(),
      background,
      ...(terminal !== undefined && { terminal }),
    });
    const found = own.find(argv[0] ?? '');
    return own.run(
      'error' in found
        ? async ({ stderr }) => {
            await stderr.write(`${argv[0]}: command not found\n`);
            return 127;
          }
        : found.program,
    );
  };
  const ended = (own: Proc): Promise<number> =>
    new Promise((resolve) => {
      own.onExit(() => resolve(own.exitCode ?? 0));
    });

  return {
    async run(argv, { stdin, stdout, stderr, signal }) {
      const own = start(
        argv,
        new Map<number, OpenFile>([
          [0, stdin === undefined ? new TextFile('', '/dev/null') : new InputFile(stdin)],
          [1, OutputFile.to(stdout)],
          [2, OutputFile.to(stderr)],
        ]),
        { background: false },
      );
      const interrupt = (): void => void own.kill(-own.pgid, 'INT');
      if (signal?.aborted === true) interrupt();
      signal?.addEventListener('abort', interrupt, { once: true });
      const code = await ended(own);
      signal?.removeEventListener('abort', interrupt);
      return code;
    },
    open(screen) {
      const pty = new Pty();
      pty.resize(screen.columns, screen.rows);
      pty.addScreen((text) => screen.write(text));
      const terminal = pty.face(screen.edit?.bind(screen));
      const own = start(
        shell,
        new Map<number, OpenFile>([
          [0, pty],
          [1, pty.retain()],
          [2, pty.retain()],
        ]),
        { terminal, background: true },
      );
      pty.foreground ??= own;
      const all = (): readonly Proc[] => [...world.processes].filter((each) => each.terminal === terminal);
      const hangUp = (): void => {
        pty.hangUp();
        for (const each of all()) each.exit(129, 'HUP');
      };
      return {
        type(keys) {
          void pty.type(keys).catch(onError);
        },
        resize: (columns, rows) => pty.resize(columns, rows),
        hangUp,
        exited: ended(own).then((code) => {
          // What the shell left behind has no terminal any more.
          hangUp();
          return code;
        }),
      };
    },
    dispose() {
      for (const each of [...world.processes]) each.exit(137, 'KILL');
    },
  };
}

function executable(program: Program | Applet): FsNode {
  return {
    type: 'file',
    mode: 0o755,
    uid: 0,
    gid: 0,
    modifiedMs: 0,
    tree: undefined,
    content: new Content('\u007fELF'),
    links: 1,
    program,
  };
}
