import type { Process } from '@tabernetes/node-api';
import { attempt, command, complain, Failure, UsageError } from './support/command.ts';
import { parseOptions } from './support/options.ts';
import { accountNumber, applyMode, joinPath, modeText } from './support/paths.ts';

/** Changes permission bits. */
export const chmod = command('[-Rcvf] MODE[,MODE]... FILE...', async (process) => {
  const args = process.argv.slice(1);
  // A mode may begin with a minus sign.
  const options = parseOptions(
    args.filter((arg) => !/^-[rwxXst]+$/.test(arg)),
    'Rcvf',
    { recursive: 'R' },
  );
  const bare = args.find((arg) => /^-[rwxXst]+$/.test(arg));
  const [mode, ...paths] = bare === undefined ? options.operands : [bare, ...options.operands];
  if (mode === undefined || paths.length === 0) throw new UsageError('');
  if (applyMode(mode, 0, false) === undefined) throw new Failure(`invalid mode '${mode}'`);
  return changeAll(process, paths, options.has('R'), options.has('f'), (path) => {
    const stat = process.fs.stat(path);
    const next = applyMode(mode, stat.mode, stat.type === 'directory') ?? stat.mode;
    process.fs.chmod(path, next);
    if (!options.has('v') && !(options.has('c') && next !== stat.mode)) return undefined;
    return `mode of '${path}' changed to ${(next & 0o7777).toString(8).padStart(4, '0')} (${modeText(stat.type, next).slice(1)})`;
  });
});

/** Changes owners. Called chgrp, only the group. */
export const chown = command('[-Rhcvf] USER[:[GRP]] FILE...', async (process, name) => {
  const options = parseOptions(process.argv.slice(1), 'RhHLPcvf', { recursive: 'R' });
  const [owner, ...paths] = options.operands;
  if (owner === undefined || paths.length === 0) throw new UsageError('');
  const [user = '', group] = name === 'chgrp' ? ['', owner] : owner.split(/[:.]/);
  const uid = user === '' ? undefined : accountNumber(process, 'passwd', user);
  const gid = group === undefined || group === '' ? undefined : accountNumber(process, 'group', group);
  if (user !== '' && uid === undefined) throw new Failure(`unknown user ${user}`);
  if (group !== undefined && group !== '' && gid === undefined) throw new Failure(`unknown group ${group}`);
  return changeAll(process, paths, options.has('R'), options.has('f'), (path) => {
    const stat = process.fs.stat(path);
    // There is no changing of the owner of a link itself.
    if (options.has('h') && process.fs.lstat(path).type === 'symlink') return undefined;
    const [nextUid, nextGid] = [uid ?? stat.uid, gid ?? stat.gid];
    process.fs.chown(path, nextUid, nextGid);
    if (!options.has('v') && !(options.has('c') && (nextUid !== stat.uid || nextGid !== stat.gid))) return undefined;
    return `changed ownership of '${path}' to ${nextUid}:${nextGid}`;
  });
});

async function changeAll(
  process: Process,
  paths: readonly string[],
  recursive: boolean,
  quiet: boolean,
  change: (path: string) => string | undefined,
): Promise<number> {
  let code = 0;
  const visit = async (path: string): Promise<void> => {
    const done = attempt(() => change(path));
    if ('error' in done) {
      const text = done.error.code === 'EACCES' ? 'Operation not permitted' : done.error.message;
      if (!quiet) await complain(process, `${path}: ${text}`);
      code = 1;
    } else if (done.value !== undefined) await process.stdout.write(`${done.value}\n`);
    if (!recursive) return;
    const stat = attempt(() => process.fs.lstat(path));
    if (!('value' in stat) || stat.value.type !== 'directory') return;
    const names = attempt(() => process.fs.readDirectory(path));
    if ('value' in names) for (const name of names.value) await visit(joinPath(path, name));
  };
  for (const path of paths) await visit(path);
  return code;
}
