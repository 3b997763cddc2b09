import type { ChildProcess, Pipe, Process, SpawnOptions } from '@tabernetes/node-api';
import { attempt, Failure } from './command.ts';
import { joinPath } from './paths.ts';

/**
 * Starts another program as execvp does. Unlike {@link Process.spawn} it says in the caller's name why it could not.
 *
 * @returns the child, or the exit code: 127 when there is no such program, 126 when it may not be run
 */
export async function launch(
  process: Process,
  argv: readonly string[],
  options: SpawnOptions = {},
  caller = 'env',
): Promise<ChildProcess | number> {
  const [name = ''] = argv;
  const path = options.env?.['PATH'] ?? process.env['PATH'] ?? '/sbin:/usr/sbin:/bin:/usr/bin';
  const places = name.includes('/') ? [name] : path.split(':').map((folder) => joinPath(folder || '.', name));
  const found = places.find((place) => {
    const stat = attempt(() => process.fs.stat(place));
    return 'value' in stat && stat.value.type === 'file';
  });
  if (found === undefined) {
    await process.stderr.write(`${caller}: can't execute '${name}': No such file or directory\n`);
    return 127;
  }
  // Without a PATH of its own the child would not be found again.
  const isFoundAgain = (options.env ?? process.env)['PATH'] !== undefined;
  return process.spawn(isFoundAgain ? argv : [found, ...argv.slice(1)], options);
}

/** A pipe to or from a child. @throws {Failure} */
export function pipeOf(process: Process): Pipe {
  return process.pipe?.() ?? fail("can't create pipe");
}

const fail = (message: string): never => {
  throw new Failure(message);
};

/** Runs another program to its end. */
export async function run(
  process: Process,
  argv: readonly string[],
  options: SpawnOptions = {},
  caller = 'env',
): Promise<number> {
  const child = await launch(process, argv, options, caller);
  return typeof child === 'number' ? child : child.exited;
}
