import type { Process } from '@tabernetes/node-api';
import { parseTime } from './date.ts';
import { attempt, command, commandName, complain, Failure, UsageError } from './support/command.ts';
import { parseOptions } from './support/options.ts';
import { applyMode, baseName, directoryName, isDirectory, joinPath } from './support/paths.ts';

/** Makes directories. */
export const mkdir = command('[-m MODE] [-p] DIRECTORY...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'm:pv', { parents: 'p', mode: 'm', verbose: 'v' });
  if (options.operands.length === 0) throw new UsageError('');
  const modeGiven = options.value('m');
  const mode = modeGiven === undefined ? undefined : applyMode(modeGiven, 0o777, true);
  if (modeGiven !== undefined && mode === undefined) throw new Failure(`invalid mode '${modeGiven}'`);
  let code = 0;
  for (const path of options.operands) {
    const made = attempt(() => process.fs.mkdir(path, { recursive: options.has('p') }));
    if ('error' in made) {
      await complain(process, `can't create directory '${path}': ${made.error.message}`);
      code = 1;
    } else {
      if (mode !== undefined) process.fs.chmod(path, mode);
      if (options.has('v')) await process.stdout.write(`created directory: '${path}'\n`);
    }
  }
  return code;
});

/** Named pipes. */
export const mkfifo = command('[-m MODE] NAME', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'm:', { mode: 'm' });
  if (options.operands.length === 0) throw new UsageError('');
  const given = options.value('m');
  const mode = given === undefined ? undefined : applyMode(given, 0o666, false);
  if (given !== undefined && mode === undefined) throw new Failure(`invalid mode '${given}'`);
  let code = 0;
  for (const path of options.operands) {
    const made = attempt(() => process.fs.makeFifo?.(path, mode));
    if ('error' in made) {
      await complain(process, `${path}: ${made.error.message}`);
      code = 1;
    }
  }
  return code;
});

/** Removes empty directories. */
export const rmdir = command('[-p] DIRECTORY...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'p', { parents: 'p', 'ignore-fail-on-non-empty': 'i' });
  if (options.operands.length === 0) throw new UsageError('');
  let code = 0;
  for (const operand of options.operands) {
    for (let path = operand; ; path = directoryName(path)) {
      const done = attempt(() => {
        const { type } = process.fs.lstat(path);
        if (type === 'directory') process.fs.remove(path);
        return type;
      });
      const text = 'error' in done ? done.error.message : done.value === 'directory' ? undefined : 'Not a directory';
      if (text !== undefined) {
        const tolerated = options.has('i') && 'error' in done && done.error.code === 'ENOTEMPTY';
        if (!tolerated) {
          await complain(process, `'${path}': ${text}`);
          code = 1;
        }
        break;
      }
      if (!options.has('p') || directoryName(path) === '.' || directoryName(path) === '/') break;
    }
  }
  return code;
});

/** Removes files and, with `-r`, directories. */
export const rm = command('[-irf] FILE...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'irRfv', { force: 'f', recursive: 'r', verbose: 'v' });
  const recursive = options.has('r') || options.has('R');
  const force = options.has('f');
  if (options.operands.length === 0) {
    if (force) return 0;
    throw new UsageError('');
  }
  let code = 0;
  for (const path of options.operands) {
    if (baseName(path) === '.' || baseName(path) === '..') {
      await complain(process, `can't remove '.' or '..'`);
      code = 1;
      continue;
    }
    const stat = attempt(() => process.fs.lstat(path));
    if ('error' in stat) {
      if (force && stat.error.code === 'ENOENT') continue;
      await complain(process, `can't remove '${path}': ${stat.error.message}`);
      code = 1;
      continue;
    }
    if (stat.value.type === 'directory' && !recursive) {
      await complain(process, `'${path}' is a directory`);
      code = 1;
      continue;
    }
    if (options.has('i') && !force && !(await agrees(process, `remove '${path}'`))) continue;
    const removed = attempt(() => process.fs.remove(path, { recursive }));
    if (!('error' in removed)) {
      if (options.has('v')) await process.stdout.write(`removed '${path}'\n`);
    } else {
      await complain(process, `can't remove '${path}': ${removed.error.message}`);
      code = 1;
    }
  }
  return code;
});

/** Copies files and, with `-r`, directories. */
export const cp = command('[-arPLHpfinlsTu] SOURCE... DEST', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'arRPLHpfinlsTudvt:', {
    archive: 'a',
    recursive: 'r',
    force: 'f',
    verbose: 'v',
    'no-clobber': 'n',
    preserve: 'p',
  });
  const { sources, target, into } = destination(process, options.operands, options.value('t'), options.has('T'));
  const archive = options.has('a');
  const copy: CopyOptions = {
    recursive: archive || options.has('r') || options.has('R'),
    links:
      (archive || options.has('P') || options.has('d') || options.has('r') || options.has('R')) && !options.has('L'),
    preserve: archive || options.has('p'),
    noClobber: options.has('n'),
    update: options.has('u'),
  };
  let code = 0;
  for (const source of sources) {
    const to = into ? joinPath(target, baseName(source)) : target;
    const asks = options.has('i') && !options.has('f') && process.fs.exists(to) && !isDirectory(process, to);
    if (asks && !(await agrees(process, `overwrite '${to}'`))) continue;
    if (options.has('s') || options.has('l')) {
      const made = attempt(() => (options.has('s') ? process.fs.symlink(source, to) : process.fs.link(source, to)));
      if ('error' in made) {
        await complain(process, `can't create link '${to}': ${made.error.message}`);
        code = 1;
      }
    } else if (!(await copyOne(process, source, to, copy))) code = 1;
    else if (options.has('v')) await process.stdout.write(`'${source}' -> '${to}'\n`);
  }
  return code;
});

/** Moves and renames. */
export const mv = command('[-finT] SOURCE... DEST', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'finTut:v', { force: 'f', 'no-clobber': 'n', verbose: 'v' });
  const { sources, target, into } = destination(process, options.operands, options.value('t'), options.has('T'));
  let code = 0;
  for (const source of sources) {
    const to = into ? joinPath(target, baseName(source)) : target;
    if (options.has('n') && process.fs.exists(to)) continue;
    if (options.has('T') && isDirectory(process, to)) {
      await complain(process, `'${to}' is a directory`);
      code = 1;
      continue;
    }
    if (options.has('u') && isNewer(process, to, source)) continue;
    const asks = options.has('i') && !options.has('f') && process.fs.exists(to);
    if (asks && !(await agrees(process, `overwrite '${to}'`))) continue;
    const moved = attempt(() => process.fs.rename(source, to));
    if (!('error' in moved)) {
      if (options.has('v')) await process.stdout.write(`'${source}' -> '${to}'\n`);
      continue;
    }
    if (moved.error.code === 'EXDEV') {
      const all = { recursive: true, links: true, preserve: true, noClobber: false, update: false };
      if (await copyOne(process, source, to, all)) process.fs.remove(source, { recursive: true });
      else code = 1;
      continue;
    }
    await complain(process, `can't rename '${source}': ${moved.error.message}`);
    code = 1;
  }
  return code;
});

/** Links. */
export const ln = command('[-sfnbtv] [-S SUF] TARGET... [LINK|DIR]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'sfnbvTS:', {
    symbolic: 's',
    force: 'f',
    'no-dereference': 'n',
    verbose: 'v',
  });
  const [...targets] = options.operands;
  if (targets.length === 0) throw new UsageError('');
  const last = targets.length === 1 ? '.' : (targets.pop() ?? '.');
  const asFolder =
    isDirectory(process, last) && !(options.has('n') && process.fs.lstat(last).type === 'symlink') && !options.has('T');
  if (targets.length > 1 && !asFolder) throw new Failure(`target '${last}': Not a directory`);
  let code = 0;
  for (const target of targets) {
    const path = asFolder ? joinPath(last, baseName(target)) : last;
    const isThere = 'value' in attempt(() => process.fs.lstat(path));
    if (isThere && options.has('b')) process.fs.rename(path, `${path}${options.value('S') ?? '~'}`);
    else if (isThere && options.has('f')) process.fs.remove(path, { force: true });
    const made = attempt(() => (options.has('s') ? process.fs.symlink(target, path) : process.fs.link(target, path)));
    if ('error' in made) {
      await complain(process, `${path}: ${made.error.message}`);
      code = 1;
    } else if (options.has('v')) await process.stdout.write(`'${path}' -> '${target}'\n`);
  }
  return code;
});

/** Sets times, making what is missing. */
export const touch = command('[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'chamd:t:r:', { date: 'd', reference: 'r', 'no-create': 'c' });
  if (options.operands.length === 0) throw new UsageError('');
  let whenMs = process.now();
  const text = options.value('d') ?? options.value('t');
  const reference = options.value('r');
  if (reference !== undefined) whenMs = process.fs.stat(reference).modifiedMs;
  // There is one time of a file: when it was changed.
  const keeps = options.has('a') && !options.has('m');
  if (text !== undefined) {
    const parsed = parseTime(text, whenMs);
    if (parsed === undefined) throw new Failure(`invalid date '${text}'`);
    whenMs = parsed;
  }
  let code = 0;
  for (const path of options.operands) {
    const isThere = process.fs.exists(path);
    if (isThere ? keeps : options.has('c')) continue;
    const done = attempt(() => process.fs.touch(path, whenMs));
    if ('error' in done) {
      await complain(process, `${path}: ${done.error.message}`);
      code = 1;
    }
  }
  return code;
});

/** Makes a file or directory with a name that nobody uses. */
export const mktemp = command('[-dt] [-p DIR] [TEMPLATE]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'dqtup:', { directory: 'd', tmpdir: 'p' });
  const [template = 'tmp.XXXXXX'] = options.operands;
  const inTmp = options.operands.length === 0 || options.has('t') || options.has('p');
  const folder = options.value('p') ?? process.env['TMPDIR'] ?? '/tmp';
  const marks = /X{6,}$/.exec(template)?.[0];
  if (marks === undefined && options.has('q')) return 1;
  if (marks === undefined) throw new Failure(`${template}: Invalid argument`);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  for (;;) {
    const name = template.slice(0, -marks.length) + process.rng.text(marks.length, letters);
    const path = inTmp ? joinPath(folder, name) : name;
    if (process.fs.exists(path)) continue;
    const made = attempt(() => {
      if (options.has('u')) return;
      if (options.has('d')) process.fs.mkdir(path, { mode: 0o700 });
      else process.fs.writeFile(path, '', { mode: 0o600, exclusive: true });
    });
    if ('error' in made && options.has('q')) return 1;
    if ('error' in made) throw new Failure(`(null): ${made.error.message}`);
    await process.stdout.write(`${path}\n`);
    return 0;
  }
});

/** Whether who sits there says yes. */
async function agrees(process: Process, what: string): Promise<boolean> {
  await process.stderr.write(`${commandName(process)}: ${what}? `);
  return /^\s*[yY]/.test((await process.stdin.readLine()) ?? '');
}

/** Whether the one was changed after the other, or at the same time. */
function isNewer({ fs }: Process, path: string, other: string): boolean {
  const [one, two] = [path, other].map((each) => attempt(() => fs.stat(each).modifiedMs));
  return one !== undefined && two !== undefined && 'value' in one && 'value' in two && one.value >= two.value;
}

interface CopyOptions {
  readonly recursive: boolean;
  readonly links: boolean;
  readonly preserve: boolean;
  readonly noClobber: boolean;
  readonly update: boolean;
}

interface Destination {
  readonly sources: readonly string[];
  readonly target: string;
  readonly into: boolean;
}

function destination(
  process: Process,
  operands: readonly string[],
  folder: string | undefined,
  exact: boolean,
): Destination {
  if (folder !== undefined) return { sources: operands, target: folder, into: true };
  const target = operands.at(-1);
  if (target === undefined || operands.length < 2) throw new UsageError('');
  const sources = operands.slice(0, -1);
  const into = !exact && isDirectory(process, target);
  if (sources.length > 1 && !into) throw new Failure(`target '${target}' is not a directory`);
  return { sources, target, into };
}

async function copyOne(process: Process, from: string, to: string, options: CopyOptions): Promise<boolean> {
  const { fs } = process;
  const found = attempt(() => (options.links ? fs.lstat(from) : fs.stat(from)));
  if ('error' in found) {
    await complain(process, `can't stat '${from}': ${found.error.message}`);
    return false;
  }
  const stat = found.value;
  if (stat.type === 'directory') {
    if (!options.recursive) {
      await complain(process, `omitting directory '${from}'`);
      return false;
    }
    const names = fs.readDirectory(from);
    const made = attempt(() => {
      if (!fs.exists(to)) fs.mkdir(to, { mode: stat.mode });
    });
    if ('error' in made) {
      await complain(process, `can't create directory '${to}': ${made.error.message}`);
      return false;
    }
    let all = true;
    for (const name of names)
      if (!(await copyOne(process, joinPath(from, name), joinPath(to, name), options))) all = false;
    if (options.preserve) keep(process, to, stat);
    return all;
  }
  const there = attempt(() => fs.lstat(to));
  if ('value' in there) {
    if (options.noClobber) return true;
    if (options.update && there.value.modifiedMs >= stat.modifiedMs) return true;
    const same = attempt(() => fs.realPath(from) === fs.realPath(to));
    if ('value' in same && same.value) {
      await complain(process, `'${from}' and '${to}' are the same file`);
      return false;
    }
  }
  const done = attempt(() => {
    if (stat.type === 'symlink') {
      if ('value' in there) fs.remove(to);
      fs.symlink(fs.readLink(from), to);
      return;
    }
    fs.writeFile(to, fs.readFile(from), 'value' in there ? {} : { mode: stat.mode & ~0o022 });
    if (options.preserve) keep(process, to, stat);
  });
  if ('error' in done) {
    const unreadable = done.error.path === from;
    await complain(process, `can't ${unreadable ? `open '${from}'` : `create '${to}'`}: ${done.error.message}`);
    return false;
  }
  return true;
}

function keep(
  { fs, uid }: Process,
  path: string,
  stat: { uid: number; gid: number; mode: number; modifiedMs: number },
): void {
  if (uid === 0) fs.chown(path, stat.uid, stat.gid);
  fs.chmod(path, stat.mode);
  fs.touch(path, stat.modifiedMs);
}
