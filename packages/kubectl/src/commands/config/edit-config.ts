import type { CommandContext } from '../../command.ts';
import type { ClusterEntry, ContextEntry, Kubeconfig, UserEntry } from '../../config/kubeconfig.ts';
import { defaultFile, saveKubeconfig } from '../../config/write-kubeconfig.ts';

type Changes = {
  readonly [K in keyof Kubeconfig]?: Kubeconfig[K];
};

/** Writes a change of the kubeconfig. `relativize`: paths below the file's directory are written from there. */
export function save({ config, process }: CommandContext, changes: Changes, relativize = true): void {
  saveKubeconfig(config, process, { ...config.load(), ...changes }, relativize);
}

/** The file that messages name. */
export const fileOf = ({ config, process }: CommandContext): string => defaultFile(config, process.fs);

type Entry = ClusterEntry | ContextEntry | UserEntry;

export function withEntry<T extends Entry>(
  map: ReadonlyMap<string, T>,
  name: string,
  entry: T,
): ReadonlyMap<string, T> {
  return new Map([...map, [name, entry]]);
}

export function withoutEntry<T extends Entry>(map: ReadonlyMap<string, T>, name: string): ReadonlyMap<string, T> {
  const rest = new Map(map);
  rest.delete(name);
  return rest;
}

/** Prints the command's help and throws: what kubectl does about a wrong number of arguments. */
export async function wrongArguments({ run, path, args }: CommandContext): Promise<never> {
  await run([...path.split(' '), '--help']);
  throw new Error(`Unexpected args: [${args.join(' ')}]`);
}

/** A path as it is, or from the working directory. */
export const absolute = ({ process }: CommandContext, path: string): string =>
  path.startsWith('/') ? path : `${process.cwd.replace(/\/$/, '')}/${path.replace(/^\.\//, '')}`.replace(/\/$/, '');
