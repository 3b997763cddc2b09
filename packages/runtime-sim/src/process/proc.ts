import type { Rng } from '@tabernetes/base';
import {
  type ChildProcess,
  type InputStream,
  type Net,
  type Process,
  SIGNAL_NUMBERS,
  type SignalName,
  type SpawnOptions,
  type Terminal,
} from '@tabernetes/node-api';
import type { FsView } from '../file-system/fs-view.ts';
import { CAP_KILL, type Credentials, isCapable } from '../file-system/walk.ts';
import { type Found, findProgram } from './find-program.ts';
import type { OpenFile, Waiter } from './open-file.ts';
import { type OpenOptions, openPath } from './open-path.ts';
import type { PidNamespace } from './pid-namespace.ts';
import { Pipe } from './pipe.ts';
import { ProcessNet } from './process-net.ts';
import { IGNORED_BY_DEFAULT, Killed, STOPS_BY_DEFAULT } from './signals.ts';
import { ProcInput, ProcOutput, streamFile } from './streams.ts';
import type { World } from './world.ts';

/** A program of ours: sees more of its process than programs of users do. */
export type Applet = (proc: Proc) => Promise<number> | number;

/** Bytes that are read or written for what a step costs. */
const BYTES_PER_STEP = 256;

/** Processes of one container; a loop that only starts more of them must not take the memory of the host. */
const MAX_PROCESSES = 1000;

/** There are too many processes. */
export class ForkError extends Error {
  override readonly name = 'ForkError';
  constructor() {
    super("can't fork: Resource temporarily unavailable");
  }
}

/** Below: ports for root, unless the machine says otherwise. */
const HIGH_PORTS = 1024;
const CAP_NET_BIND_SERVICE = 1n << 10n;

const NO_CHILDREN: ReadonlySet<Proc> = new Set();

/** Steps that a program has taken when it lets others have their turn. */
const YIELD_STEPS = 20;
/** Steps that a new process counts for. */
const FORK_STEPS = 20;

export interface ProcOptions {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly fs: FsView;
  /** Taken over: released at the end. */
  readonly fds: Map<number, OpenFile>;
  readonly pid: number;
  readonly parent?: Proc | undefined;
  readonly terminal?: Terminal | undefined;
  /** What it sleeps is nothing to wait for. */
  readonly background?: boolean;
  /** Leads a process group of its own. */
  readonly leader?: boolean;
  /** The process group that it joins. Default the parent's. */
  readonly group?: number;
}

/**
 * A process. Idle, it is this object and the promise that its program waits on: no timer, no task.
 *
 * A program runs on promises; whatever it waits for, it waits through {@link block}, so that a kill can throw it out.
 * What it computes costs virtual time: every so many steps it sleeps a slice, during which the rest of the world goes on.
 * @see CpuMeter.slice
 */
export class Proc implements Process, Waiter {
  readonly world: World;
  readonly pids: PidNamespace;
  readonly pid: number;
  ppid: number;
  argv: readonly string[];
  env: Readonly<Record<string, string>>;
  readonly fs: FsView;
  readonly fds: Map<number, OpenFile>;
  readonly terminal?: Terminal;
  readonly startedMs: number;
  pgid: number;
  background: boolean;
  exitCode: number | undefined;
  endedBy: SignalName | undefined;
  memoryBytes = 400_000;
  cpuMillicores = 0;
  /** Set while CONT has not followed STOP. */
  #stopped: Set<() => void> | undefined;
  /** Whatever it waits for; made when it waits. */
  #interrupts: Set<(error: Error) => void> | undefined;
  #children: Set<Proc> | undefined;
  #exitListeners: Set<() => void> | undefined;
  #stopListeners: Set<() => void> | undefined;
  #net: ProcessNet | undefined;
  #handlers: Map<SignalName, (() => void) | 'ignore'> | undefined;
  #abort: AbortController | undefined;
  #stdin: ProcInput | undefined;
  #stdout: ProcOutput | undefined;
  #stderr: ProcOutput | undefined;

  constructor(world: World, pids: PidNamespace, options: ProcOptions) {
    this.world = world;
    this.pids = pids;
    this.pid = options.pid;
    this.ppid = options.parent?.pids === pids ? options.parent.pid : 0;
    this.pgid = options.leader === true ? this.pid : (options.group ?? options.parent?.pgid ?? this.pid);
    this.argv = options.argv;
    this.env = options.env;
    this.fs = options.fs;
    this.fs.writer = this;
    this.fds = options.fds;
    this.startedMs = world.clock.now();
    this.background = options.background ?? options.parent?.background ?? false;
    const terminal = options.terminal ?? options.parent?.terminal;
    if (terminal !== undefined) this.terminal = terminal;
    pids.processes.set(this.pid, this);
    world.processes.add(this);
    if (options.parent !== undefined) {
      options.parent.#children ??= new Set();
      options.parent.#children.add(this);
    }
    options.fs.pid = this.pid;
  }

  /** Runs a program in it; the process ends when the program does. */
  run(program: Applet): this {
    void this.#run(program);
    return this;
  }

  async #run(program: Applet): Promise<void> {
    try {
      this.exit(await program(this));
    } catch (error) {
      if (this.exitCode !== undefined) return; // killed: whatever comes out of the program now is the echo of it
      await this.#crash(error);
    }
  }

  async #crash(error: unknown): Promise<void> {
    const text = error instanceof Error ? error.message : String(error);
    try {
      await this.stderr.write(`${this.argv[0] ?? ''}: ${text}\n`);
    } catch (unwritable) {
      if (!(unwritable instanceof Killed)) this.world.onError(unwritable);
    }
    this.exit(1);
  }

  get cwd(): string {
    return this.fs.cwd;
  }

  get uid(): number {
    return this.fs.who.uid;
  }

  get gid(): number {
    return this.fs.who.gid;
  }

  get hostname(): string {
    return this.world.hostname;
  }

  get net(): Net {
    this.#net ??= new ProcessNet(this.world.net, this);
    return this.#net;
  }

  get rng(): Rng {
    return this.world.rng;
  }

  get stdin(): ProcInput {
    this.#stdin ??= new ProcInput(this, 0);
    return this.#stdin;
  }

  get stdout(): ProcOutput {
    this.#stdout ??= new ProcOutput(this, 1);
    return this.#stdout;
  }

  get stderr(): ProcOutput {
    this.#stderr ??= new ProcOutput(this, 2);
    return this.#stderr;
  }

  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.exitCode !== undefined) this.#abort.abort(new Killed());
    return this.#abort.signal;
  }

  /** The command's name as /proc/N/comm has it. */
  get comm(): string {
    const name = this.argv[0] ?? '';
    return name.slice(name.lastIndexOf('/') + 1).slice(0, 15);
  }

  get children(): ReadonlySet<Proc> {
    return this.#children ?? NO_CHILDREN;
  }

  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  now(): number {
    return this.world.clock.now();
  }

  /** Counts a step. Undefined: go on; else wait for the next slice. Throws when the process has ended. */
  tick(): Promise<void> | undefined {
    if (this.exitCode !== undefined) throw new Killed();
    if (this.#stopped !== undefined) return this.#untilContinued();
    return this.world.meter.step(1) ? this.#endSlice() : undefined;
  }

  /** Counts what moving so many bytes costs. */
  moved(bytes: number): void {
    if (bytes > BYTES_PER_STEP) this.world.meter.step(Math.floor(bytes / BYTES_PER_STEP));
  }

  async sleep(delayMs: number): Promise<void> {
    const { meter, rest } = this.world;
    if (delayMs > 0) meter.rested();
    else if (meter.step(YIELD_STEPS)) await this.#endSlice();
    // Where computing costs no time, others have their turn on a clock that stands still, too.
    if (delayMs <= 0 && rest !== undefined) await this.until(rest());
    else await this.#sleep(delayMs, this.background);
    if (this.#stopped !== undefined) await this.#untilContinued();
  }

  block(register: (wake: () => void) => () => void): Promise<void> {
    if (this.exitCode !== undefined) return Promise.reject(new Killed());
    this.#interrupts ??= new Set();
    const interrupts = this.#interrupts;
    return new Promise((resolve, reject) => {
      let cancel: (() => void) | undefined;
      const interrupt = (error: Error): void => {
        interrupts.delete(interrupt);
        cancel?.();
        reject(error);
      };
      interrupts.add(interrupt);
      cancel = register(() => {
        interrupts.delete(interrupt);
        resolve();
      });
    });
  }

  /** Throws an error out of whatever it waits for now: a shell whose command was given up. */
  interrupt(error: Error): void {
    for (const interrupt of [...(this.#interrupts ?? [])]) interrupt(error);
  }

  /** A promise of the world outside, given up when the process is killed. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let outcome: { readonly value: T } | { readonly error: unknown } | undefined;
    await this.block((wake) => {
      promise.then(
        (value) => {
          outcome ??= { value };
          wake();
        },
        (error) => {
          outcome ??= { error };
          wake();
        },
      );
      return () => undefined;
    });
    if (outcome !== undefined && 'value' in outcome) return outcome.value;
    throw (outcome as { error: unknown } | undefined)?.error;
  }

  brokenPipe(): never {
    if (this.#handlers?.get('PIPE') === undefined) this.exit(128 + SIGNAL_NUMBERS.PIPE, 'PIPE');
    if (this.exitCode !== undefined) throw new Killed();
    throw new Error('Broken pipe');
  }

  /** What `argv[0]` runs. */
  find(name: string, path = this.env['PATH'] ?? ''): Found {
    return findProgram(this.fs, name, path);
  }

  spawn(argv: readonly string[], options: SpawnOptions = {}): SpawnedProcess {
    const fds = new Map<number, OpenFile>();
    for (const [fd, file] of this.fds) if (fd <= 2) fds.set(fd, file.retain());
    const streams = [options.stdin, options.stdout, options.stderr];
    streams.forEach((stream, fd) => {
      if (stream === undefined) return;
      fds.get(fd)?.release();
      fds.set(fd, streamFile(stream));
    });
    const child = this.fork({ argv, fds, env: options.env ?? this.env, cwd: options.cwd ?? this.cwd });
    const found = child.find(argv[0] ?? '');
    if ('error' in found) {
      child.run(async (proc) => {
        await proc.stderr.write(`${argv[0]}: ${found.error === 'EACCES' ? 'Permission denied' : 'not found'}\n`);
        return found.error === 'EACCES' ? 126 : 127;
      });
    } else {
      child.argv = found.argv(argv);
      child.run(found.program);
    }
    return new SpawnedProcess(child);
  }

  /** A child that runs nothing yet. Descriptors are inherited unless given. @throws {ForkError} */
  fork(options: ForkOptions = {}): Proc {
    if (this.exitCode !== undefined) throw new Killed();
    if (this.world.processes.size >= MAX_PROCESSES) throw new ForkError();
    this.world.meter.step(FORK_STEPS);
    const fs = this.fs.as(options.who ?? this.fs.who, options.cwd ?? this.cwd);
    return new Proc(this.world, this.pids, {
      argv: options.argv ?? this.argv,
      env: options.env ?? this.env,
      fs,
      fds: options.fds ?? this.inheritedFds(),
      pid: this.pids.next(),
      parent: this,
      ...(options.background === undefined ? {} : { background: options.background }),
      ...(options.leader === undefined ? {} : { leader: options.leader }),
      ...(options.group === undefined ? {} : { group: options.group }),
      ...(options.terminal === undefined ? {} : { terminal: options.terminal }),
    });
  }

  inheritedFds(): Map<number, OpenFile> {
    const fds = new Map<number, OpenFile>();
    for (const [fd, file] of this.fds) fds.set(fd, file.retain());
    return fds;
  }

  /** Replaces the program: same process, handlers forgotten. Resolves with the new program's exit code. */
  async become(program: Applet, argv: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
    this.argv = argv;
    this.env = env;
    if (this.#handlers !== undefined) {
      for (const [signal, handler] of this.#handlers) if (handler !== 'ignore') this.#handlers.delete(signal);
    }
    return program(this);
  }

  /** Opens a path as a descriptor would. @throws {FileOperationError} */
  open(path: string, options: OpenOptions = {}): OpenFile {
    return openPath(this, path, options);
  }

  openInput(path: string): InputStream {
    return new ProcInput(this, this.#hold(this.open(path)));
  }

  pipe(): { readonly input: ProcInput; readonly output: ProcOutput } {
    const pipe = new Pipe();
    const output = new ProcOutput(this, this.#hold(pipe.writeEnd()));
    return { input: new ProcInput(this, this.#hold(pipe.readEnd())), output };
  }

  /** Gives an open file the next descriptor: with the process it is closed. */
  #hold(file: OpenFile): number {
    let fd = 3;
    while (this.fds.has(fd)) fd++;
    this.fds.set(fd, file);
    return fd;
  }

  /** Waits for a child. */
  async wait(child: Proc): Promise<number> {
    if (child.exitCode === undefined) await this.block((wake) => child.onExit(wake));
    return child.exitCode ?? 0;
  }

  onExit(listener: () => void): () => void {
    if (this.exitCode !== undefined) {
      listener();
      return () => undefined;
    }
    this.#exitListeners ??= new Set();
    this.#exitListeners.add(listener);
    return () => this.#exitListeners?.delete(listener);
  }

  /** Calls back whenever a signal stops it. */
  onStop(listener: () => void): () => void {
    this.#stopListeners ??= new Set();
    this.#stopListeners.add(listener);
    return () => this.#stopListeners?.delete(listener);
  }

  heldBack(foreground: { readonly pids: unknown; readonly pgid: number } | undefined): Promise<void> | undefined {
    if (foreground === undefined || foreground.pids !== this.pids || foreground.pgid === this.pgid) return undefined;
    this.deliver('TSTP');
    return this.#stopped === undefined ? undefined : this.#untilContinued();
  }

  onSignal(signal: SignalName, handler: (() => void) | 'ignore'): { dispose(): void } {
    this.#handlers ??= new Map();
    if (signal !== 'KILL' && signal !== 'STOP') this.#handlers.set(signal, handler);
    return {
      dispose: () => {
        if (this.#handlers?.get(signal) === handler) this.#handlers.delete(signal);
      },
    };
  }

  /** Back to what the signal does by itself. */
  resetSignal(signal: SignalName): void {
    this.#handlers?.delete(signal);
  }

  ignores(signal: SignalName): boolean {
    return this.#handlers?.get(signal) === 'ignore';
  }

  kill(pid: number, signal: SignalName | 0): boolean {
    const targets: Proc[] = [];
    for (const proc of this.pids.processes.values()) {
      const hit =
        pid > 0
          ? proc.pid === pid
          : pid === 0
            ? proc.pgid === this.pgid
            : pid === -1
              ? proc.pid > 1 && proc !== this
              : proc.pgid === -pid;
      if (hit && this.maySignal(proc)) targets.push(proc);
    }
    if (signal !== 0) for (const target of targets) target.deliver(signal);
    return targets.length > 0;
  }

  /** Root may signal everybody, others their own processes. */
  maySignal(other: Proc): boolean {
    return this.uid === other.uid || isCapable(this.fs.who, CAP_KILL);
  }

  /** True when a signal of this name, sent from outside, would do anything. */
  heeds(signal: SignalName): boolean {
    return this.pids.init !== this || signal === 'KILL' || typeof this.#handlers?.get(signal) === 'function';
  }

  /** A signal arrives. From outside the container even the first process can be killed and stopped. */
  deliver(signal: SignalName, { outside = false }: { readonly outside?: boolean } = {}): void {
    if (this.exitCode !== undefined) return;
    const sheltered = this.pids.init === this;
    if (signal === 'KILL') {
      if (!sheltered || outside) this.exit(128 + SIGNAL_NUMBERS.KILL, 'KILL');
      return;
    }
    if (signal === 'CONT') this.#continue();
    const handler = this.#handlers?.get(signal);
    if (handler === 'ignore') return;
    if (handler !== undefined) {
      handler();
      return;
    }
    if ((sheltered && !(outside && signal === 'STOP')) || IGNORED_BY_DEFAULT.has(signal)) return;
    if (STOPS_BY_DEFAULT.has(signal)) {
      this.#stopped ??= new Set();
      for (const listener of [...(this.#stopListeners ?? [])]) listener();
    } else this.exit(128 + SIGNAL_NUMBERS[signal], signal);
  }

  charge(bytes: number): void {
    if (this.world.charge?.(bytes) !== false) return;
    this.exit(128 + SIGNAL_NUMBERS.KILL, 'KILL');
    throw new Killed();
  }

  usage(use: { readonly cpuMillicores?: number; readonly memoryBytes?: number }): void {
    if (this.exitCode !== undefined) throw new Killed();
    if (use.cpuMillicores !== undefined) {
      this.cpuMillicores = use.cpuMillicores;
      this.#meterCpu();
    }
    if (use.memoryBytes !== undefined) {
      this.memoryBytes = use.memoryBytes;
      this.world.memoryChanged();
    }
  }

  /** Ends the process, once. Its children go to the first process; with the first process all end. */
  exit(code: number, signal?: SignalName): void {
    if (this.exitCode !== undefined) return;
    this.exitCode = code & 255;
    this.endedBy = signal;
    this.pids.processes.delete(this.pid);
    this.world.processes.delete(this);
    for (const child of this.#children ?? []) child.ppid = 1;
    const parent = this.pids.processes.get(this.ppid);
    if (parent !== undefined) parent.#children?.delete(this);
    for (const file of this.fds.values()) file.release();
    this.fds.clear();
    this.#net?.close();
    if (this.cpuMillicores > 0) this.#meterCpu();
    const killed = new Killed();
    for (const interrupt of [...(this.#interrupts ?? [])]) interrupt(killed);
    this.#abort?.abort(killed);
    for (const listener of this.#exitListeners ?? []) listener();
    this.#exitListeners = undefined;
    parent?.deliver('CHLD');
    if (this.pid === 1 && !this.pids.host) for (const proc of [...this.pids.processes.values()]) proc.exit(137, 'KILL');
  }

  #meterCpu(): void {
    let sum = 0;
    for (const proc of this.world.processes) sum += proc.cpuMillicores;
    const limit = this.world.cpuLimitMillicores ?? Number.POSITIVE_INFINITY;
    this.world.meter.rate(Math.min(sum, limit), this.now());
  }

  #sleep(delayMs: number, background: boolean): Promise<void> {
    return this.block((wake) => {
      const timer = this.world.clock.setTimer(delayMs, wake, { background });
      return () => timer.dispose();
    });
  }

  async #endSlice(): Promise<void> {
    const { rest, meter, cpuLimitMillicores = 1000 } = this.world;
    if (rest !== undefined) {
      meter.rested();
      return this.until(rest());
    }
    const cpuMs = meter.slice(this.now());
    const share = Math.min(1000, cpuLimitMillicores) / 1000;
    await this.#sleep(Math.ceil(cpuMs / share), this.background || meter.isEndless);
  }

  /** @see https://man7.org/linux/man-pages/man7/capabilities.7.html CAP_NET_BIND_SERVICE */
  mayListen(port: number): boolean {
    if (port === 0 || port >= HIGH_PORTS) return true;
    if (this.uid === 0 && (this.world.capabilities.effective & CAP_NET_BIND_SERVICE) !== 0n) return true;
    const path = '/proc/sys/net/ipv4/ip_unprivileged_port_start';
    return port >= (this.fs.exists(path) ? Number(this.fs.readText(path)) : HIGH_PORTS);
  }

  /** Undefined while it runs; else resolves when it goes on. */
  stoppedUntil(): Promise<void> | undefined {
    return this.#stopped === undefined ? undefined : this.#untilContinued();
  }

  #untilContinued(): Promise<void> {
    return this.block((wake) => {
      const stopped = this.#stopped;
      if (stopped === undefined) wake();
      stopped?.add(wake);
      return () => stopped?.delete(wake);
    });
  }

  #continue(): void {
    const stopped = this.#stopped;
    this.#stopped = undefined;
    for (const wake of stopped ?? []) wake();
  }
}

export interface ForkOptions {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Default the parent's user and groups. */
  readonly who?: Credentials;
  readonly fds?: Map<number, OpenFile>;
  readonly background?: boolean;
  readonly leader?: boolean;
  readonly group?: number;
  /** Default the parent's. */
  readonly terminal?: Terminal;
}

/** A child as programs see it. */
class SpawnedProcess implements ChildProcess {
  readonly #proc: Proc;

  constructor(proc: Proc) {
    this.#proc = proc;
  }

  get pid(): number {
    return this.#proc.pid;
  }

  get exited(): Promise<number> {
    return new Promise((resolve) => {
      this.#proc.onExit(() => resolve(this.#proc.exitCode ?? 0));
    });
  }

  kill(signal: SignalName = 'TERM'): void {
    this.#proc.deliver(signal);
  }
}
