import type { Clock } from '@tabernetes/base';
import type { Process } from '@tabernetes/node-api';
import type { Api } from './api.ts';
import type { ClientConfig, ConfigAccess } from './config/client-config.ts';
import type { FlagSet } from './flags/flag-set.ts';
import type { Printer } from './io.ts';

/** What a command has at hand while it runs. */
export interface CommandContext {
  /** `rollout undo` */
  readonly path: string;
  /** The word by which it was called: an alias, perhaps. */
  readonly calledAs: string;
  readonly flags: FlagSet;
  readonly args: readonly string[];
  readonly out: Printer;
  readonly err: Printer;
  readonly process: Process;
  readonly clock: Clock;
  readonly config: ConfigAccess;
  /** The server that the kubeconfig and the flags point to. Made on first use. @throws {ConfigurationInvalid} */
  api(): Api;
  /** The namespace of the flags or the current context, and whether it was asked for explicitly. */
  namespace(): { readonly name: string; readonly explicit: boolean };
  /** Tells of an error that does not end the command, as klog does; `source` is the file that tells of it upstream. */
  tell(source: string, problem: string): void;
  /** The same without saying that nobody handles it. */
  complain(source: string, text: string): void;
  /** The same of what is no error, whatever the verbosity. */
  warn(source: string, text: string): void;
  /** The same of what is worth a line alone. */
  inform(source: string, text: string): void;
  /** The same of what is told from a verbosity on. */
  trace(level: number, source: string, text: string): void;
  /** Tells of an error as klog does and ends the command: by default with 1, as klog's Exit; its Fatal ends with 255. */
  fatal(source: string, problem: string, code?: number): never;
  /** Opens a text in the host's editor and resolves with what was saved; rejects when there is none. */
  edit(text: string, fileName: string): Promise<string>;
  /** Runs another kubectl command in the same surroundings; resolves with its exit code. */
  run(argv: readonly string[]): Promise<number>;
}

/** What runs when a command is called: resolves with the exit code, none being 0; errors are told by {@link report}. */
export interface Command {
  run(context: CommandContext): Promise<number | undefined>;
}

/** Meaning of one command in our own words. */
export interface HelpText {
  /** One line, no full stop. */
  readonly short: string;
  /** Paragraphs; the short text when absent. */
  readonly long?: string;
  /** What for, and the command line. */
  readonly examples?: readonly (readonly [comment: string, line: string])[];
  /** Meaning of flags by name; those that many commands share may be left out (see help/shared-flags.ts). */
  readonly flags?: Readonly<Record<string, string>>;
}

/** Help of a command and of those below it, by path. */
export type HelpTexts = Readonly<Record<string, HelpText>>;

/** What the surroundings give to kubectl. */
export interface KubectlDeps {
  readonly clock: Clock;
  /** Makes the way to a server; undefined settings are the kubeconfig's absence of them. */
  connect(config: ClientConfig, process: Process): import('./api.ts').Connection;
  /** What the default kubeconfig holds when there is neither a file nor a flag: the command box's own cluster. */
  readonly defaultConfig?: ClientConfig;
  /** Discovery and OpenAPI documents are kept in files between calls, as in `~/.kube/cache`. */
  readonly keepsCache?: boolean;
  /** Default: `$KUBE_EDITOR`, `$EDITOR` or vi, as a program on a temporary file. */
  edit?(text: string, fileName: string): Promise<string>;
}
