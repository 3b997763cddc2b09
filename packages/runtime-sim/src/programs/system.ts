import type { Process } from '@tabernetes/node-api';
import { isBusybox } from './support/busybox.ts';
import { attempt, command, complain, Failure, UsageError } from './support/command.ts';
import { formatDate } from './support/date-format.ts';
import { mountBelow, mountsOf } from './support/mounts.ts';
import { parseOptions } from './support/options.ts';
import { accountNames, accountNumber, humanSize, joinPath } from './support/paths.ts';
import { terminalOf } from './support/terminal-of.ts';

/** Who runs this. */
export const id = command('[-ugGnr] [USER]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'ugGnrz', { user: 'u', group: 'g', groups: 'G', name: 'n' });
  const users = accountNames(process, 'passwd');
  const groups = accountNames(process, 'group');
  const [name] = options.operands;
  const uid = name === undefined ? process.uid : accountNumber(process, 'passwd', name);
  if (uid === undefined) throw new Failure(`unknown user ${name}`);
  const gid = name === undefined ? process.gid : primaryGroup(process, uid);
  const all = name === undefined ? ownGroups(process) : [gid];
  const show = (number: number, names: ReadonlyMap<number, string>): string =>
    options.has('n') ? (names.get(number) ?? String(number)) : String(number);
  const both = (number: number, names: ReadonlyMap<number, string>): string =>
    names.has(number) ? `${number}(${names.get(number)})` : String(number);
  if ((options.has('r') || options.has('n')) && !['u', 'g', 'G'].some((letter) => options.has(letter)))
    throw new UsageError('');
  let text = `uid=${both(uid, users)} gid=${both(gid, groups)} groups=${all.map((number) => both(number, groups)).join(',')}`;
  if (options.has('u')) text = show(uid, users);
  else if (options.has('g')) text = show(gid, groups);
  else if (options.has('G')) {
    // The first group comes first here, whatever is done above.
    text = [...new Set([gid, ...all])].map((number) => show(number, groups)).join(' ');
  }
  await process.stdout.write(`${text}${options.has('z') ? '\0' : '\n'}`);
  return 0;
});

/** The name of who runs this. */
export const whoami = command('', async (process) => {
  const name = accountNames(process, 'passwd').get(process.uid);
  if (name === undefined) throw new Failure(`unknown uid ${process.uid}`);
  await process.stdout.write(`${name}\n`);
  return 0;
});

/** Groups of who runs this. */
export const groups = command('[USER]', async (process) => {
  const names = accountNames(process, 'group');
  await process.stdout.write(
    `${ownGroups(process)
      .map((number) => names.get(number) ?? String(number))
      .join(' ')}\n`,
  );
  return 0;
});

/** The Pod's name, its address, its domain. */
export const hostname = command('[-sidf]', async (process, name) => {
  const options = parseOptions(process.argv.slice(1), 'sidfIF:', {
    fqdn: 'f',
    'ip-address': 'i',
    'all-ip-addresses': 'I',
    short: 's',
  });
  let text = process.hostname;
  const isDomain = options.has('d') || name === 'dnsdomainname';
  if (options.operands.length > 0 || options.has('F')) throw new Failure('sethostname: Operation not permitted');
  if (options.has('i') || options.has('I')) text = `${process.net.addresses.join(' ')}${options.has('I') ? ' ' : ''}`;
  else if (options.has('s')) text = text.split('.')[0] ?? '';
  else if (options.has('f') || isDomain) {
    const full = fullName(process);
    if (isDomain && !full.includes('.')) return 0;
    text = isDomain ? full.slice(full.indexOf('.') + 1) : full;
  }
  await process.stdout.write(`${text}\n`);
  return 0;
});

/** The kernel's name. */
export const uname = command('[-amnrspvio]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'amnrspvio', { all: 'a' });
  const version = attempt(() => process.fs.readText('/proc/version'));
  const release = ('value' in version ? /version (\S+)/.exec(version.value)?.[1] : undefined) ?? '6.1.0';
  const fields: readonly (readonly [string, string])[] = [
    ['s', 'Linux'],
    ['n', process.hostname],
    ['r', release],
    ['v', '#1 SMP PREEMPT_DYNAMIC'],
    ['m', 'x86_64'],
    ['o', 'GNU/Linux'],
  ];
  const machine = options.has('p') || options.has('i') ? ['unknown'] : [];
  const asked = options.has('a') ? fields : fields.filter(([letter]) => options.has(letter));
  const shown = asked.length === 0 && machine.length === 0 ? ['Linux'] : [...asked.map(([, text]) => text), ...machine];
  await process.stdout.write(`${shown.join(' ')}\n`);
  return 0;
});

/** How many processors there are. */
export const nproc = command('[--all]', async (process) => {
  const info = attempt(() => process.fs.readText('/proc/cpuinfo'));
  const count = 'value' in info ? (info.value.match(/^processor/gm)?.length ?? 1) : 1;
  await process.stdout.write(`${count}\n`);
  return 0;
});

/** Space of the mounted file systems. */
export const df = command('[-Pkmhai] [FILESYSTEM]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'PkmhaTt:');
  const disk = 101_430_960 * 1024;
  // What says nothing of its size may take half the memory, in whole pages.
  const memory = attempt(() => process.fs.readText('/proc/meminfo'));
  const half = 4 * Math.floor(Number(/^MemTotal: +(\d+)/m.exec('value' in memory ? memory.value : '')?.[1] ?? 0) / 8);
  const rows = mountsOf(process)
    .filter(
      ({ type }) =>
        (!options.has('t') || options.values('t').includes(type)) &&
        !['proc', 'sysfs', 'devpts', 'mqueue', 'cgroup', 'cgroup2'].includes(type),
    )
    .map((mount) => {
      if (mount.type !== 'tmpfs') return { ...mount, total: disk, used: Math.floor(disk / 4) };
      const [, kib = half] = /(?:^|,)size=(\d+)k/.exec(mount.options) ?? [];
      return { ...mount, total: Number(kib) * 1024, used: pagesBelow(process, mount.at) };
    });
  const lost: string[] = [];
  const wanted = options.operands.map((path) => {
    const found = attempt(() => process.fs.realPath(path));
    if ('error' in found) {
      lost.push(path);
      return undefined;
    }
    return mountBelow(rows, found.value);
  });
  const shown = options.operands.length === 0 ? rows : wanted.filter((row) => row !== undefined);
  const unit = options.has('m') ? 1024 ** 2 : 1024;
  const size = (bytes: number): string => (options.has('h') ? humanSize(bytes) : String(Math.floor(bytes / unit)));
  const isPosix = options.has('P');
  const title = options.has('h') ? '     Size' : options.has('m') ? '1M-blocks' : isPosix ? '1024-blocks' : '1K-blocks';
  const types = options.has('T') ? 'Type       ' : '';
  await process.stdout.write(
    `Filesystem           ${types}${title} ${isPosix ? '   Used Available Capacity' : '     Used Available Use%'} Mounted on\n`,
  );
  for (const { source, at, type, total, used } of shown) {
    const percent = total === 0 ? 0 : Math.round((used / total) * 100);
    const name = source.length > 20 && !isPosix ? `${source}\n${' '.repeat(20)}` : source.padEnd(20);
    const left = options.has('T') ? `${name} ${type.padEnd(10)}` : name;
    await process.stdout.write(
      `${left} ${size(total).padStart(9)} ${size(used).padStart(9)} ${size(total - used).padStart(9)} ${String(percent).padStart(3)}% ${at}\n`,
    );
  }
  for (const path of lost) await complain(process, `${path}: can't find mount point`);
  return lost.length > 0 ? 1 : 0;
});

/** What the files of a file system in memory take, in whole pages. */
function pagesBelow(process: Process, path: string): number {
  const names = attempt(() => process.fs.readDirectory(path));
  if ('error' in names) return 0;
  let bytes = 0;
  for (const name of names.value) {
    const stat = attempt(() => process.fs.lstat(joinPath(path, name)));
    if ('error' in stat) continue;
    if (stat.value.type === 'directory') bytes += pagesBelow(process, joinPath(path, name));
    else if (stat.value.type === 'file') bytes += Math.ceil(stat.value.size / 4096) * 4096;
  }
  return bytes;
}

/** Space that files take. */
export const du = command('[-aHLdclsxhmk] [FILE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'aHLd:clsxhmkb', { 'max-depth': 'd', summarize: 's' });
  const deepest = options.has('s') ? 0 : Number(options.value('d') ?? Number.POSITIVE_INFINITY);
  const show = async (bytes: number, path: string): Promise<void> => {
    const size = options.has('b')
      ? String(bytes)
      : options.has('h')
        ? humanSize(bytes)
        : String(Math.ceil(bytes / (options.has('m') ? 1024 ** 2 : 1024)));
    await process.stdout.write(`${size}\t${path}\n`);
  };
  let total = 0;
  const visit = async (path: string, depth: number): Promise<number> => {
    const stat = process.fs.lstat(path);
    let sum = Math.ceil(stat.size / 4096) * 4096;
    if (stat.type === 'directory')
      for (const name of process.fs.readDirectory(path)) sum += await visit(joinPath(path, name), depth + 1);
    if (depth <= deepest && (stat.type === 'directory' || depth === 0 || options.has('a'))) await show(sum, path);
    return sum;
  };
  for (const path of options.operands.length === 0 ? ['.'] : options.operands) total += await visit(path, 0);
  if (options.has('c')) await show(total, 'total');
  return 0;
});

/** Memory of the machine. */
export const free = command('[-bkmgh]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'bkmgh');
  const info = process.fs.readText('/proc/meminfo');
  const kib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(info)?.[1] ?? 0);
  const shift = options.has('b') ? 1024 : options.has('m') ? 1 / 1024 : options.has('g') ? 1 / 1024 ** 2 : 1;
  const show = (value: number): string =>
    (options.has('h') ? humanSize(value * 1024) : String(Math.floor(value * shift))).padStart(12);
  const total = kib('MemTotal');
  const unused = kib('MemFree');
  const cached = kib('Cached') + kib('Buffers');
  const available = kib('MemAvailable');
  await process.stdout.write(
    '              total        used        free      shared  buff/cache   available\n' +
      `Mem:  ${show(total)}${show(total - unused - cached)}${show(unused)}${show(0)}${show(cached)}${show(available)}\n` +
      `Swap: ${show(0)}${show(0)}${show(0)}\n`,
  );
  return 0;
});

/** How long the machine is up. */
export const uptime = command('', async (process) => {
  const seconds = Number(process.fs.readText('/proc/uptime').split(' ')[0] ?? 0);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600) % 24;
  const minutes = Math.floor(seconds / 60) % 60;
  const span = `${days > 0 ? `${days} day${days === 1 ? '' : 's'}, ` : ''}${hours > 0 ? `${String(hours).padStart(2)}:${String(minutes).padStart(2, '0')}` : `${minutes} min`}`;
  await process.stdout.write(` ${formatDate('%H:%M:%S', process.now())} up ${span},  load average: 0.00, 0.00, 0.00\n`);
  return 0;
});

/** Clears the terminal. */
export const clear = command('', async (process) => {
  await process.stdout.write('\x1b[H\x1b[J');
  return 0;
});

/** Which terminal this is. */
export const tty = command('', async (process) => {
  const terminal = terminalOf(process);
  await process.stdout.write(`${terminal?.label ?? 'not a tty'}\n`);
  return terminal === undefined ? 1 : 0;
});

/** Tells of mounts; nothing can be mounted. */
export const mount = command('[-t TYPE] [DEVICE] [DIR]', async (process) => {
  if (process.argv.length > 1) throw new Failure('permission denied (are you root?)');
  for (const { source, at, type, options } of mountsOf(process)) {
    await process.stdout.write(`${source} on ${at} type ${type} (${options})\n`);
  }
  return 0;
});

/** Waits until what is written has reached the disk: it has. */
export const sync = command('', async () => 0);

/** A number of the machine's kernel. */
export const sysctl = command('[-n] KEY[=VALUE]...', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'nwqe');
  if (options.operands.length === 0) throw new UsageError('');
  let code = 0;
  for (const operand of options.operands) {
    const [key = '', value] = operand.split('=');
    const file = key.replaceAll('.', '/');
    const path = `/proc/sys/${file}`;
    if (!process.fs.exists(path)) {
      await complain(process, `error: '${file}' is an unknown key`);
      code = 1;
      continue;
    }
    if (value !== undefined) process.fs.writeFile(path, `${value}\n`);
    const text = process.fs.readText(path).trimEnd();
    await process.stdout.write(options.has('n') ? `${text}\n` : `${key} = ${text}\n`);
  }
  return code;
});

function ownGroups(process: Process): readonly number[] {
  const status = attempt(() => process.fs.readText(`/proc/${process.pid}/status`));
  const listed = 'value' in status ? /^Groups:\t(.*)$/m.exec(status.value)?.[1] : undefined;
  const numbers = (listed ?? '')
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
    .map(Number);
  // busybox shows them as the kernel has them; others show the first group first.
  const inOrder = numbers.includes(process.gid) && isBusybox(process);
  return inOrder ? numbers : [...new Set([process.gid, ...numbers])];
}

function primaryGroup(process: Process, uid: number): number {
  const read = attempt(() => process.fs.readText('/etc/passwd'));
  const line = 'value' in read ? read.value.split('\n').find((one) => one.split(':')[2] === String(uid)) : undefined;
  return Number(line?.split(':')[3] ?? 0);
}

/** The name that /etc/hosts gives the Pod's address first. */
function fullName(process: Process): string {
  const hosts = attempt(() => process.fs.readText('/etc/hosts'));
  if ('error' in hosts) return process.hostname;
  for (const line of hosts.value.split('\n')) {
    const [address = '', name, ...others] = line.split(/\s+/);
    if (name !== undefined && process.net.addresses.includes(address) && [name, ...others].includes(process.hostname))
      return name;
  }
  return process.hostname;
}
