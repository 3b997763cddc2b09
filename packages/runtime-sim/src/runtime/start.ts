import { FileOperationError } from '../file-system/file-error.ts';
import type { FsView } from '../file-system/fs-view.ts';
import { ROOT } from '../file-system/walk.ts';
import { OutputFile, TextFile } from '../process/files.ts';
import { findProgram } from '../process/find-program.ts';
import type { OpenFile } from '../process/open-file.ts';
import { Pipe } from '../process/pipe.ts';
import { type Applet, Proc } from '../process/proc.ts';
import { Pty } from '../process/pty.ts';
import { DEFAULT_CAPABILITIES } from './capabilities.ts';
import type { Container } from './container.ts';
import { RuntimeError } from './runtime-error.ts';
import { hostsReader } from './sandbox.ts';
import { findUser } from './users.ts';

export const DEFAULT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const CREATE_FAILED =
  'failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ';

/** Makes the first process of a container; {@link Container.begin} lets it run. @throws {RuntimeError} with runc's words */
export function startMain(container: Container, onEnd: () => void): void {
  const { config, spec } = container;
  const given = config.command.length > 0;
  const argv = given
    ? config.command.concat(config.args)
    : spec.entrypoint.concat(config.args.length > 0 ? config.args : spec.cmd);
  const own = !given && config.args.length === 0 ? spec.main : undefined;
  if (container.misfit !== undefined)
    throw new RuntimeError('Unknown', `${CREATE_FAILED}error during container init: ${container.misfit}: unknown`);
  const { fs, env } = processSetting(container, CREATE_FAILED);
  const workingDir = config.workingDir || spec.workingDir || '/';
  if (workingDir !== '/') enterDirectory(fs, workingDir);
  const program = own ?? programOf(fs, argv, env['PATH'] ?? DEFAULT_PATH, CREATE_FAILED);
  const fds = standardStreams(container);
  const main = new Proc(container, container.pids, {
    argv: program instanceof Function ? argv : program.argv,
    env,
    fs,
    fds,
    pid: container.pids.enter(),
    ...(container.pty === undefined ? {} : { terminal: container.pty.face() }),
  });
  if (container.pty !== undefined) container.pty.foreground = main;
  container.main = main;
  container.state = 'running';
  container.startedMs = container.now();
  container.program = program instanceof Function ? program : program.program;
  tellHosts(container);
  main.onExit(onEnd);
}

/** User, files and environment of a process that the runtime starts in a container. */
export function processSetting(
  container: Container,
  failed: string,
): { readonly fs: FsView; readonly env: Record<string, string> } {
  const { config, spec } = container;
  const asked = config.uid === undefined ? spec.user : String(config.uid);
  const plain = (asked === '' || asked === '0') && config.gid === undefined && config.supplementalGroups.length === 0;
  const user = plain ? undefined : findUser(spec.root(), asked === '' ? '0' : asked);
  if (!plain && user === undefined) {
    throw new RuntimeError('Unknown', `${failed}unable to find user ${asked}: no matching entries in passwd file`);
  }
  const gid = config.gid ?? user?.gid ?? 0;
  // The kernel keeps them in order.
  const groups = [...new Set([gid, ...(user?.groups ?? []), ...config.supplementalGroups])].sort((a, b) => a - b);
  const { effective } = container.capabilities;
  const isWhole = (effective & DEFAULT_CAPABILITIES) === DEFAULT_CAPABILITIES;
  const root = spec.rootGroups === undefined ? ROOT_IN_GROUP : { ...ROOT_IN_GROUP, groups: spec.rootGroups };
  const credentials = user === undefined ? root : { uid: user.uid, gid, groups };
  const who = isWhole || credentials.uid !== 0 ? credentials : { ...credentials, capabilities: effective };
  const env: Record<string, string> = {
    PATH: DEFAULT_PATH,
    HOSTNAME: container.hostname,
    ...(config.tty ? { TERM: 'xterm' } : {}),
    ...spec.env,
    ...config.env,
  };
  env['HOME'] ??= user?.home ?? '/root';
  return { fs: container.fs(who, '/'), env };
}

/** What a command line runs. @throws {RuntimeError} with runc's words */
export function programOf(
  fs: FsView,
  argv: readonly string[],
  path: string,
  failed: string,
): { readonly program: Applet; readonly argv: readonly string[] } {
  const [name = ''] = argv;
  const found = findProgram(fs, name, path);
  if (!('error' in found)) return { program: found.program, argv: found.argv(argv) };
  const slashed = name.includes('/');
  const why =
    !slashed && found.error === 'ENOENT'
      ? 'executable file not found in $PATH'
      : found.error === 'EACCES' || found.error === 'EISDIR'
        ? 'permission denied'
        : found.path === name || !slashed
          ? `stat ${name}: ${found.error === 'ENOTDIR' ? 'not a directory' : 'no such file or directory'}`
          : 'no such file or directory';
  throw new RuntimeError('Unknown', `${failed}exec: ${JSON.stringify(name)}: ${why}: unknown`);
}

/** Goes to the working directory, made if need be. @throws {RuntimeError} */
function enterDirectory(fs: FsView, path: string): void {
  try {
    if (!fs.exists(path)) fs.as(ROOT).mkdir(path, { recursive: true });
    if (fs.stat(path).type !== 'directory') throw new FileOperationError('ENOTDIR', path);
  } catch (error) {
    if (!(error instanceof FileOperationError)) throw error;
    throw new RuntimeError(
      'Unknown',
      `${CREATE_FAILED}error during container init: mkdir ${path}: ${error.message.toLowerCase()}: unknown`,
    );
  }
  fs.cwd = fs.realPath(path);
}

const ROOT_IN_GROUP = { uid: 0, gid: 0, groups: [0] };

function standardStreams(container: Container): Map<number, OpenFile> {
  const { config } = container;
  if (config.tty) {
    const pty = new Pty();
    pty.addScreen((text) => container.output('stdout', text));
    if (!config.stdin) pty.hangUp();
    container.pty = pty;
    return new Map<number, OpenFile>([
      [0, pty],
      [1, pty.retain()],
      [2, pty.retain()],
    ]);
  }
  let stdin: OpenFile = new TextFile('', '/dev/null');
  if (config.stdin) {
    container.stdin = new Pipe('pipe:[0]');
    stdin = container.stdin.readEnd();
    container.stdinEnd = container.stdin.writeEnd();
  }
  return new Map<number, OpenFile>([
    [0, stdin],
    [1, new OutputFile('pipe:[1]', (chunk) => container.output('stdout', chunk))],
    [2, new OutputFile('pipe:[2]', (chunk) => container.output('stderr', chunk))],
  ]);
}

/** Names in the Pod's /etc/hosts win over DNS, so the network asks what is there. */
function tellHosts({ sandbox, config }: Container): void {
  if (sandbox.hostsKnown || sandbox.endpoint === undefined) return;
  const mount = config.mounts.find(({ containerPath }) => containerPath === '/etc/hosts');
  if (mount === undefined) return;
  sandbox.hostsKnown = true;
  sandbox.endpoint.setHosts(hostsReader(mount.volume, `/${mount.subPath ?? ''}`));
}
