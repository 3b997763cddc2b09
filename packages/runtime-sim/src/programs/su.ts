import type { Process } from '@tabernetes/node-api';
import type { Applet, Proc } from '../process/proc.ts';
import { attempt, command, Failure } from './support/command.ts';
import { type Options, parseOptions } from './support/options.ts';
import { isDirectory } from './support/paths.ts';

interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
  readonly shell: string;
}

/** @see https://man7.org/linux/man-pages/man7/capabilities.7.html */
const [CAP_SETGID, CAP_SETUID] = [1n << 6n, 1n << 7n];

/**
 * A shell as another user. Nobody has a password that could be asked for: root alone becomes others.
 * @see https://git.busybox.net/busybox/tree/loginutils/su.c?h=1_36_stable
 */
export const su: Applet = (proc) =>
  command("[-lmp] [-s SH] [-] [USER [FILE ARGS | -c 'CMD' [ARG0 ARGS]]]", async (process) => {
    const given = process.argv.slice(1);
    const options = parseOptions(given, 'lmpc:s:');
    const [first, ...others] = options.operands;
    const isLogin = first === '-' || options.has('l');
    const [name = 'root', ...rest] = first === '-' ? others : options.operands;
    if (process.uid !== 0) throw new Failure('must be suid to work properly');
    const account = accountOf(process, name);
    if (account === undefined) throw new Failure(`unknown user ${name}`);
    const { effective } = proc.world.capabilities;
    if ((effective & CAP_SETGID) === 0n) throw new Failure("can't set groups: Operation not permitted");
    if ((effective & CAP_SETUID) === 0n) throw new Failure("can't set uid: Operation not permitted");
    return shellOf(proc, account, isLogin, rest, options);
  })(proc);

async function shellOf(
  proc: Proc,
  account: Account,
  isLogin: boolean,
  rest: readonly string[],
  options: Options,
): Promise<number> {
  const keeps = !isLogin && (options.has('m') || options.has('p'));
  const shell = options.value('s') ?? ((keeps ? proc.env['SHELL'] : undefined) || account.shell || '/bin/sh');
  const [line] = options.values('c');
  const words = line === undefined ? rest : ['-c', line, ...rest];
  const name = shell.slice(shell.lastIndexOf('/') + 1);
  let { cwd } = proc;
  if (isLogin) {
    cwd = isDirectory(proc, account.home) ? account.home : '/';
    if (cwd !== account.home) await proc.stderr.write(`su: can't change directory to '${account.home}'\n`);
  }
  const { capabilities } = proc.fs.who;
  const child = proc.fork({
    argv: [isLogin ? `-${name}` : name, ...words],
    env: environment(proc, account, shell, isLogin, keeps),
    cwd,
    who: {
      uid: account.uid,
      gid: account.gid,
      groups: groupsOf(proc, account),
      ...(account.uid === 0 && capabilities !== undefined && { capabilities }),
    },
  });
  const found = child.find(shell);
  child.run(
    'error' in found
      ? async ({ stderr }) => {
          const why = found.error === 'EACCES' ? 'Permission denied' : 'No such file or directory';
          await stderr.write(`su: can't execute '${shell}': ${why}\n`);
          return 1;
        }
      : found.program,
  );
  return new Promise((resolve) => {
    child.onExit(() => resolve(child.exitCode ?? 0));
  });
}

/** What the shell finds in its environment. @see libbb/setup_environment.c */
function environment(
  { env }: Proc,
  { name, uid, home }: Account,
  shell: string,
  isLogin: boolean,
  keeps: boolean,
): Readonly<Record<string, string>> {
  if (keeps) return env;
  const named = { USER: name, LOGNAME: name };
  const own = { HOME: home, SHELL: shell };
  if (!isLogin) return { ...env, ...(uid !== 0 && named), ...own };
  const { TERM } = env;
  return { ...(TERM !== undefined && { TERM }), PATH: uid === 0 ? ROOT_PATH : PATH, ...named, ...own };
}

const ROOT_PATH = '/sbin:/usr/sbin:/bin:/usr/bin';
const PATH = '/bin:/usr/bin';

function accountOf(process: Process, asked: string): Account | undefined {
  for (const [name = '', , uid, gid, , home = '/', shell = ''] of linesOf(process, 'passwd'))
    if (name === asked) return { name, uid: Number(uid), gid: Number(gid), home, shell };
  return undefined;
}

function groupsOf(process: Process, { name, gid }: Account): readonly number[] {
  const member = linesOf(process, 'group').filter(([, , , members = '']) => members.split(',').includes(name));
  return [...new Set([gid, ...member.map(([, , number]) => Number(number))])].sort((a, b) => a - b);
}

function linesOf({ fs }: Process, file: 'passwd' | 'group'): readonly (readonly string[])[] {
  const read = attempt(() => fs.readText(`/etc/${file}`));
  return 'error' in read ? [] : read.value.split('\n').map((line) => line.split(':'));
}
