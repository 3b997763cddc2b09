import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { basename, join } from 'node:path';
import { realClock, seededRng } from '@tabernetes/base';
import { type ClientConfig, kubectl } from '@tabernetes/kubectl';
import type { Process, SignalName } from '@tabernetes/node-api';
import { HOST_NET } from './host-net.ts';
import { httpsTransport } from './https-transport.ts';
import { nodeFileSystem } from './node-file-system.ts';
import { hostTerminal, inputStream, letGo, outputStream } from './node-streams.ts';
import { startOnHost } from './start-on-host.ts';

/** `tabernetes kubectl …`: our kubectl on the host's files and terminal, against whatever server the kubeconfig names. */
export async function kubectlCommand(args: readonly string[]): Promise<number> {
  const clock = realClock();
  const transports: { dispose(): void }[] = [];
  const run = kubectl({
    clock,
    keepsCache: true,
    connect(config: ClientConfig) {
      const transport = httpsTransport(config);
      transports.push(transport);
      return transport;
    },
    edit: editInTerminal,
  });
  const ended = new AbortController();
  const interrupted = (): void => ended.abort(new Error('interrupted'));
  process.once('SIGINT', interrupted);
  try {
    return await run(hostProcess(['kubectl', ...args], clock, ended.signal));
  } catch (error) {
    if (ended.signal.aborted) return interruptedCode(args);
    // Nobody reads any more: what SIGPIPE does to others.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return 141;
    throw error;
  } finally {
    process.off('SIGINT', interrupted);
    for (const transport of transports) transport.dispose();
    letGo(process.stdin);
    clock.dispose();
  }
}

/**
 * What a command ends with that is interrupted: those that wait for changes see to it themselves and end with 1, others end as the
 * signal ends them.
 *
 * @see https://github.com/kubernetes/kubectl/blob/v0.32.0/pkg/util/interrupt/interrupt.go
 */
export function interruptedCode(args: readonly string[]): number {
  const command = args.find((word) => WAITING.has(word) || READING.has(word)) ?? '';
  return WAITING.has(command) || (READING.has(command) && args.some(isWatchFlag)) ? 1 : 130;
}

const WAITING = new Set(['debug', 'delete', 'logs', 'rollout', 'run', 'wait']);
/** They wait only when they are told to. */
const READING = new Set(['events', 'get']);
const isWatchFlag = (word: string): boolean => /^(-[A-Za-z]*w|--watch(-only)?(=.*)?)$/.test(word);

function hostProcess(argv: readonly string[], clock: ReturnType<typeof realClock>, signal: AbortSignal): Process {
  const { uid, gid } = userInfo();
  const terminal = hostTerminal(process.stdin, process.stdout);
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) env[name] = value;
  return {
    pid: process.pid,
    argv,
    env,
    cwd: process.cwd(),
    uid,
    gid,
    hostname: hostname(),
    stdin: inputStream(process.stdin),
    stdout: outputStream(process.stdout, () => process.stdin.isTTY && process.stdin.isRaw),
    stderr: outputStream(process.stderr),
    ...(terminal && { terminal }),
    fs: nodeFileSystem(process.cwd()),
    net: HOST_NET,
    rng: seededRng(Date.now() ^ process.pid),
    signal,
    now: () => clock.now(),
    sleep: (delayMs) => clock.sleep(delayMs, signal),
    spawn: startOnHost,
    onSignal(name: SignalName, handler) {
      const event = `SIG${name}` as NodeJS.Signals;
      const listener = (): void => {
        if (handler !== 'ignore') handler();
      };
      process.on(event, listener);
      return { dispose: () => process.off(event, listener) };
    },
    kill: () => false,
    usage: () => undefined,
  };
}

/** Opens `$KUBE_EDITOR`, `$EDITOR` or vi on a temporary file, as kubectl does. */
async function editInTerminal(text: string, fileName: string): Promise<string> {
  const path = join(tmpdir(), basename(fileName));
  // A file of its own, or none: nobody else's is written over.
  writeFileSync(path, text, { flag: 'wx', mode: 0o600 });
  try {
    const editor = process.env['KUBE_EDITOR'] || process.env['EDITOR'] || 'vi';
    // Words are arguments; with quotes in it, it is a line of a shell.
    const shell = process.env['SHELL'] || '/bin/bash';
    const isLine = /["'\\]/.test(editor);
    const [program = '', ...words] = isLine ? [shell, '-c', `${editor} "${path}"`] : [...editor.split(' '), path];
    const { error, status } = spawnSync(program, words, { stdio: 'inherit' });
    const name = JSON.stringify(isLine ? `${shell} -c ${editor}` : editor);
    if (error) throw new Error(`unable to launch the editor ${name}`);
    if (status !== 0) throw new Error(`there was a problem with the editor ${name}`);
    // Some editors leave nothing behind.
    if (!existsSync(path)) throw new Error(`open ${path}: no such file or directory`);
    return readFileSync(path, 'utf8');
  } finally {
    rmSync(path, { force: true });
  }
}
