import type { PageClusterOptions, PageFile, WorldLog } from '@tabernetes/worker/connect';
import { DEFAULT_OPTIONS } from './default-options.ts';
import { DEFAULT_SHAPE, type NodeShape, readShape } from './node-shape.ts';
import { SandboxFault } from './sandbox-fault.ts';

/** What a person can set about their cluster. */
export interface SandboxOptions {
  readonly nodes: number;
  readonly seed: number;
  readonly latency: 'none' | 'short' | 'real';
  /** Virtual seconds per real second, at the start. */
  readonly speed: number;
  /** What its nodes are. Default: {@link DEFAULT_SHAPE}. */
  readonly shape?: NodeShape;
}

export const MAX_NODES = 1_000;
const MAX_SPEED = 1_000;

/** What every new sandbox of a browser is called until somebody says otherwise. */
export const FIRST_NAME = 'default';

/** Names that an address can hold as they are. */
export const isSandboxName = (name: string): boolean => /^[\w][\w.-]{0,40}$/.test(name);

/** All that a page keeps of a sandbox. */
export interface Sandbox {
  readonly version: 1;
  readonly files: readonly PageFile[];
  readonly options: SandboxOptions;
  /** The cluster with its machines switched off; none: a new one. */
  readonly cluster?: NonNullable<PageClusterOptions['restore']>;
  /** What was done to the cluster; without {@link cluster} it is done again. */
  readonly log?: WorldLog;
}

/** Where sandboxes are kept: the page's business, not the components'. */
export interface Keeping {
  /** What this sandbox is called. */
  readonly name: string;
  /** All that are kept. */
  names(): Promise<readonly string[]>;
  /** Goes to another sandbox; `sandbox` becomes what is kept under its name. */
  open(name: string, sandbox?: Sandbox): Promise<void>;
  /** Keeps a sandbox no longer. */
  remove(name: string): Promise<void>;
  /** What was kept or came with the address. `badLink`: why the address could not be read. */
  load(): Promise<{ readonly sandbox?: Sandbox; readonly badLink?: unknown }>;
  /** @throws {Error} when there is no room, or the browser does not allow it */
  save(sandbox: Sandbox): Promise<void>;
  /** An address that opens the same files on a new cluster of the same options, to which the same is done. */
  link(sandbox: Sandbox): string;
  /** Begins again with these files and options. */
  restart(sandbox: Sandbox): Promise<void>;
}

/** A sandbox as it was read from somewhere: checked, because links are cut in half and files come from newer versions. */
export function readSandbox(value: unknown): Sandbox {
  const { version, files, options, cluster, log } = (value ?? {}) as Partial<Sandbox>;
  if (typeof version === 'number' && version > 1) throw new SandboxFault('newer');
  if (version !== 1 || !Array.isArray(files)) throw new SandboxFault('foreign');
  const isFile = (file: unknown): boolean => {
    const { name, text } = (file ?? {}) as Partial<PageFile>;
    return typeof text === 'string' && typeof name === 'string' && isFileName(name);
  };
  if (!files.every(isFile)) throw new SandboxFault('nameless');
  return {
    version: 1,
    files,
    options: readOptions(options),
    ...(cluster !== undefined && { cluster }),
    ...(isLog(log) && { log }),
  };
}

/** Deeds are done by the worker, which refuses those that it does not know. */
const isLog = (log: Partial<WorldLog> | undefined): log is WorldLog =>
  log?.version === 1 &&
  log.isWhole === true &&
  Number.isFinite(log.startMs) &&
  Number.isFinite(log.endMs) &&
  Array.isArray(log.deeds) &&
  log.deeds.every((noted) => Array.isArray(noted) && Number.isFinite(noted[0]) && typeof noted[1] === 'object');

/** Names that are files of the workstation's home, too. */
export const isFileName = (name: string): boolean => /^[\w][\w.-]{0,99}$/.test(name);

function readOptions(options: Partial<SandboxOptions> | undefined): SandboxOptions {
  const { nodes, seed, latency, speed, shape } = { ...DEFAULT_OPTIONS, ...options };
  const whole = (value: number, most: number, fallback: number): number =>
    Number.isInteger(value) && value >= 0 && value <= most ? value : fallback;
  return {
    nodes: whole(nodes, MAX_NODES, DEFAULT_OPTIONS.nodes),
    seed: whole(seed, 2 ** 32 - 1, DEFAULT_OPTIONS.seed),
    latency: latency === 'none' || latency === 'real' ? latency : 'short',
    speed: speed > 0 && speed <= MAX_SPEED ? speed : DEFAULT_OPTIONS.speed,
    ...(shape !== undefined && { shape: readShape(shape) ?? DEFAULT_SHAPE }),
  };
}
