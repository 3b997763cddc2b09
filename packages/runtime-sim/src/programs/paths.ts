import type { Process } from '@tabernetes/node-api';
import { attempt, command, complain, UsageError } from './support/command.ts';
import { type Options, parseOptions } from './support/options.ts';
import { baseName, directoryName, joinPath } from './support/paths.ts';

/** The last part of a path. */
export const basename = command('FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...', async (process) => {
  const options = parseOptions(process.argv.slice(1), '+as:');
  const many = options.has('a') || options.has('s');
  const [first, second] = options.operands;
  if (first === undefined) throw new UsageError('');
  const suffix = options.value('s') ?? (many ? '' : (second ?? ''));
  for (const path of many ? options.operands : [first]) {
    const name = baseName(path);
    const cut = suffix !== '' && name !== suffix && name.endsWith(suffix) ? name.slice(0, -suffix.length) : name;
    await process.stdout.write(`${cut}\n`);
  }
  return 0;
});

/** A path without its last part. */
export const dirname = command('FILENAME', async (process) => {
  const [path] = process.argv.slice(1);
  if (path === undefined) throw new UsageError('');
  await process.stdout.write(`${directoryName(path)}\n`);
  return 0;
});

/** What a symbolic link says, or with `-f` where the path leads in the end. */
export const readlink = command('[-fnv] FILE', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'fenvsqm');
  if (options.operands.length === 0) throw new UsageError('');
  let code = 0;
  for (const path of options.operands) {
    const full = options.has('f') || options.has('e') || options.has('m');
    const found = attempt(() => (full ? leadingTo(process, path, options) : process.fs.readLink(path)));
    if ('error' in found) {
      if (options.has('v')) await complain(process, `${path}: ${found.error.message}`);
      code = 1;
    } else await process.stdout.write(options.has('n') ? found.value : `${found.value}\n`);
  }
  return code;
});

/** Where a path leads. */
export const realpath = command('FILE...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'emq');
  if (options.operands.length === 0) throw new UsageError('');
  let code = 0;
  for (const path of options.operands) {
    const found = attempt(() => leadingTo(process, path, options));
    if ('error' in found) {
      if (!options.has('q')) await complain(process, `${path}: ${found.error.message}`);
      code = 1;
    } else await process.stdout.write(`${found.value}\n`);
  }
  return code;
});

/** Where PATH finds programs. */
export const which = command('[-a] COMMAND...', async (process) => {
  const options = parseOptions(process.argv.slice(1), '+a');
  let code = options.operands.length === 0 ? 1 : 0;
  for (const name of options.operands) {
    const places = name.includes('/')
      ? [name]
      : (process.env['PATH'] ?? '/sbin:/usr/sbin:/bin:/usr/bin')
          .split(':')
          .map((folder) => joinPath(folder || '.', name));
    const found = places.filter((path) => {
      const stat = attempt(() => process.fs.stat(path));
      return 'value' in stat && stat.value.type === 'file' && (stat.value.mode & 0o111) !== 0;
    });
    if (found.length === 0) code = 1;
    for (const path of options.has('a') ? found : found.slice(0, 1)) await process.stdout.write(`${path}\n`);
  }
  return code;
});

/** The working directory. */
export const pwd = command('', async (process) => {
  await process.stdout.write(`${process.cwd}\n`);
  return 0;
});

/** The last part of the path may be missing, as for `readlink -f`. */
function canonical({ fs }: Process, path: string): string {
  const real = attempt(() => fs.realPath(path));
  if ('value' in real) return real.value;
  if (real.error.code !== 'ENOENT' || path === '') throw real.error;
  return joinPath(fs.realPath(directoryName(path)), baseName(path));
}

/** With `-e` all of a path must be there, with `-m` nothing of it. */
function leadingTo(process: Process, path: string, options: Options): string {
  if (options.has('e')) return process.fs.realPath(path);
  if (!options.has('m')) return canonical(process, path);
  const parts: string[] = [];
  for (let rest = joinPath(process.cwd, path); ; rest = directoryName(rest)) {
    const real = attempt(() => process.fs.realPath(rest));
    if ('value' in real) return parts.reduce((whole, part) => joinPath(whole, part), real.value);
    parts.unshift(baseName(rest));
  }
}
