import type { Transport, UserInfo } from '@tabernetes/apimachinery';
import type { Clock, Rng } from '@tabernetes/base';
import type { Connection as KubectlConnection } from '@tabernetes/kubectl';
import type { FileSystem, InputStream, Net, OutputStream, Process, Program, Terminal } from '@tabernetes/node-api';
import { splitLine } from './command-line.ts';
import { memoryFiles } from './memory-files.ts';

/** The machine that people sit at: kubectl, their files, and a kubeconfig that makes them administrators. */
export interface Workstation {
  /** The home directory holds the files of the editor; `~/.kube/config` leads to the cluster. */
  readonly files: FileSystem;
  /** What stands before the next line. */
  prompt(): string;
  /** Runs a line; resolves with its exit code. */
  run(line: string, io: WorkstationIo): Promise<number>;
  /** What the word at the end may become. `length`: how many characters of the text it replaces. */
  complete(text: string): Promise<{ readonly length: number; readonly candidates: readonly string[] }>;
}

export interface WorkstationIo {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly terminal?: Terminal;
  /** Interrupts what runs. */
  readonly signal: AbortSignal;
}

export interface WorkstationDeps {
  readonly transport: Transport;
  /** Whom the token in the kubeconfig stands for. */
  readonly admin: UserInfo;
  readonly clock: Clock;
  readonly rng: Rng;
}

/** Where the machine's files are, and where people start. */
export const HOME = '/root';
const SERVER = 'https://172.18.0.1:6443';
const HOSTNAME = 'workstation';

export function workstation({ transport, admin, clock, rng }: WorkstationDeps): Workstation {
  const files = memoryFiles(() => clock.now(), HOME);
  const token = rng.fork('token').text(32, 'abcdefghijklmnopqrstuvwxyz0123456789');
  files.mkdir(`${HOME}/.kube`);
  files.writeFile(`${HOME}/.kube/config`, kubeconfig(token), { mode: 0o600 });
  let kubectl: Program | undefined;
  let nextPid = 1;

  const connect = (config: { readonly server: string; readonly token?: string }): KubectlConnection => ({
    request(request) {
      if (config.server !== SERVER) {
        return Promise.reject(Object.assign(new Error('connection refused'), { code: 'ECONNREFUSED' }));
      }
      if (config.token === token) return transport.request({ ...request, user: admin });
      const authorization: Record<string, string> =
        config.token === undefined ? {} : { authorization: `Bearer ${config.token}` };
      return transport.request({ ...request, headers: { ...request.headers, ...authorization } });
    },
  });
  // Loaded when somebody asks for it first: no small thing, and most of what looks at a cluster never does.
  const load = async (): Promise<Program> => {
    const { kubectl: make } = await clock.hold(import('@tabernetes/kubectl'));
    return make({ clock, connect });
  };
  const processOf = (argv: readonly string[], io: WorkstationIo): Process => ({
    pid: nextPid++,
    argv,
    env: { HOME, PATH: '/usr/local/bin:/usr/bin:/bin', USER: 'root', TERM: 'xterm' },
    cwd: HOME,
    uid: 0,
    gid: 0,
    hostname: HOSTNAME,
    fs: files,
    net: NO_NETWORK,
    rng,
    ...io,
    now: () => clock.now(),
    sleep: (delayMs) => sleep(clock, delayMs, io.signal),
    spawn: () => ({ pid: 0, exited: Promise.resolve(127), kill: () => undefined }),
    onSignal: () => ({ dispose: () => undefined }),
    kill: () => false,
    usage: () => undefined,
  });

  return {
    files,
    prompt: () => '$ ',
    async run(line, io) {
      const split = splitLine(line);
      if ('refused' in split) {
        await io.stderr.write(
          `There is no shell here yet that could do this (${split.refused}): one command per line.\n`,
        );
        return 2;
      }
      const [name] = split.words;
      if (name === undefined) return 0;
      if (name === 'clear') {
        await io.stdout.write('\u001b[2J\u001b[3J\u001b[H');
        return 0;
      }
      if (name !== 'kubectl' && name !== 'k') {
        await io.stderr.write(`${name}: command not found. This machine has kubectl (or k, for short) and clear.\n`);
        return 127;
      }
      kubectl ??= await load();
      return kubectl(processOf(['kubectl', ...split.words.slice(1)], io));
    },
    async complete(text) {
      const word = /[^\s]*$/.exec(text)?.[0] ?? '';
      const before = text.slice(0, text.length - word.length).trim();
      if (before === '') return { length: word.length, candidates: COMMANDS.filter((each) => each.startsWith(word)) };
      const names = files.readDirectory(HOME).filter((each) => !each.startsWith('.'));
      if (/(?:^|\s)(?:-f|--filename)$/.test(before))
        return { length: word.length, candidates: names.filter((each) => each.startsWith(word)) };
      const split = splitLine(before);
      if ('refused' in split || !COMMANDS.slice(0, 2).includes(split.words[0] ?? ''))
        return { length: 0, candidates: [] };
      kubectl ??= await load();
      let output = '';
      const out: OutputStream = {
        async write(chunk) {
          output += typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
        },
        close: () => undefined,
      };
      const io: WorkstationIo = { stdin: NO_INPUT, stdout: out, stderr: SILENT, signal: new AbortController().signal };
      const code = await kubectl(processOf(['kubectl', '__complete', ...split.words.slice(1), word], io));
      if (code !== 0) return { length: 0, candidates: [] };
      const candidates = output
        .split('\n')
        .filter((each) => each !== '' && !each.startsWith(':'))
        .map((each) => each.split('\t')[0] ?? '')
        .filter((each) => each.startsWith(word));
      return { length: word.length, candidates };
    },
  };
}

const COMMANDS: readonly string[] = ['kubectl', 'k', 'clear'];

/** What a line printed, and how it ended. */
export interface LineResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a line of the command box without a terminal. `line` may leave out the word `kubectl`. */
export async function runLine(
  machine: Workstation,
  line: string,
  signal = new AbortController().signal,
): Promise<LineResult> {
  const printed = { stdout: '', stderr: '' };
  const into = (name: 'stdout' | 'stderr'): OutputStream => {
    const decoder = new TextDecoder();
    return {
      async write(chunk) {
        printed[name] += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
      },
      close: () => undefined,
    };
  };
  const full = /^\s*(?:kubectl|k)(?:\s|$)/.test(line) ? line : `kubectl ${line}`;
  const exitCode = await machine.run(full, { stdin: NO_INPUT, stdout: into('stdout'), stderr: into('stderr'), signal });
  return { exitCode, ...printed };
}

const NO_INPUT: InputStream = {
  read: async () => undefined,
  readLine: async () => undefined,
  readText: async () => '',
  close: () => undefined,
};
const SILENT: OutputStream = { write: async () => undefined, close: () => undefined };

function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      timer.dispose();
      reject(signal.reason);
    };
    const timer = clock.setTimer(delayMs, () => {
      signal.removeEventListener('abort', stop);
      resolve();
    });
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

/** The workstation is outside of the cluster's network. */
const unreachable = (address: string): never => {
  throw Object.assign(new Error(`${address}: network is unreachable`), { code: 'EHOSTUNREACH', address });
};
const NO_NETWORK: Net = {
  addresses: [],
  resolve: async (name) => unreachable(name),
  query: async (name) => unreachable(name),
  connect: async (host, port) => unreachable(`${host}:${port}`),
  listen: (port) => unreachable(`:${port}`),
  fetch: async (url) => unreachable(url),
  serve: (port) => unreachable(`:${port}`),
};

const kubeconfig = (token: string): string => `apiVersion: v1
kind: Config
clusters:
- cluster:
    server: ${SERVER}
  name: tabernetes
contexts:
- context:
    cluster: tabernetes
    user: kubernetes-admin
  name: kubernetes-admin@tabernetes
current-context: kubernetes-admin@tabernetes
preferences: {}
users:
- name: kubernetes-admin
  user:
    token: ${token}
`;
