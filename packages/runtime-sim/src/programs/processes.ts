import { type Process, SIGNAL_NUMBERS, type SignalName } from '@tabernetes/node-api';
import { parseDuration } from './sleep.ts';
import { isBusybox } from './support/busybox.ts';
import { launch, run } from './support/child.ts';
import { attempt, command, complain, Failure, UsageError } from './support/command.ts';
import { plainDate } from './support/date-format.ts';
import { parseOptions } from './support/options.ts';
import { accountNames } from './support/paths.ts';

interface Row {
  readonly pid: number;
  readonly ppid: number;
  readonly uid: number;
  readonly gid: number;
  readonly pgid: number;
  readonly state: string;
  readonly comm: string;
  readonly args: string;
  readonly memoryKib: number;
}

/** The processes of the container. */
export const ps = command('[-o COL1,COL2=HEADER] [-T]', async (process) => {
  const args = process.argv.slice(1);
  const columns = args.flatMap((arg, i) =>
    args[i - 1] === '-o' ? arg.split(',') : arg.startsWith('-o') && arg.length > 2 ? arg.slice(2).split(',') : [],
  );
  const users = accountNames(process, 'passwd');
  const rows = list(process);
  if (columns.length > 0) {
    await process.stdout.write(chosenColumns(process, columns, rows));
    return 0;
  }
  // busybox shows the same whatever is asked for.
  const joined = isBusybox(process) ? '' : args.join('').replaceAll('-', '');
  await process.stdout.write(
    /[ef]/.test(joined) && !joined.includes('a') ? fullTable(rows, users, process) : plainTable(rows, users),
  );
  return 0;
});

interface Column {
  readonly title: string;
  readonly width: number;
  /** Numbers stand at the right. */
  readonly isNumber?: true;
  text(row: Row, names: Names): string;
}

interface Names {
  user(id: number): string;
  group(id: number): string;
}

const LONGEST_LINE = 2048;

/** @see https://git.busybox.net/busybox/tree/procps/ps.c?h=1_36_stable out_spec */
const COLUMNS: Readonly<Record<string, Column>> = {
  user: { title: 'USER', width: 8, text: ({ uid }, { user }) => user(uid) },
  group: { title: 'GROUP', width: 8, text: ({ gid }, { group }) => group(gid) },
  comm: { title: 'COMMAND', width: 16, text: ({ comm }) => comm },
  args: { title: 'COMMAND', width: LONGEST_LINE, text: ({ args }) => args },
  pid: { title: 'PID', width: 5, isNumber: true, text: ({ pid }) => String(pid) },
  ppid: { title: 'PPID', width: 5, isNumber: true, text: ({ ppid }) => String(ppid) },
  pgid: { title: 'PGID', width: 5, isNumber: true, text: ({ pgid }) => String(pgid) },
  nice: { title: 'NI', width: 5, isNumber: true, text: () => '0' },
  rgroup: { title: 'RGROUP', width: 8, text: ({ gid }, { group }) => group(gid) },
  ruser: { title: 'RUSER', width: 8, text: ({ uid }, { user }) => user(uid) },
  time: { title: 'TIME', width: 6, text: () => '0:00' },
  tty: { title: 'TT', width: 6, text: () => '?' },
  vsz: { title: 'VSZ', width: 4, isNumber: true, text: ({ memoryKib }) => String(memoryKib) },
  sid: { title: 'SID', width: 5, isNumber: true, text: ({ pgid }) => String(pgid) },
  stat: { title: 'STAT', width: 4, text: ({ state }) => state },
  rss: { title: 'RSS', width: 4, isNumber: true, text: ({ memoryKib }) => String(memoryKib) },
};

/** @throws {Failure} for a column that there is not */
function chosenColumns(process: Process, asked: readonly string[], rows: readonly Row[]): string {
  const chosen = asked.map((word) => {
    const [name = '', title] = word.split('=');
    const column = Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
    if (column === undefined)
      throw new Failure(`bad -o argument '${name}', supported arguments: ${Object.keys(COLUMNS).join(',')}`);
    // A title of one's own says how wide the column is.
    return title === undefined ? column : { ...column, title, width: title.length };
  });
  const [users, groups] = [accountNames(process, 'passwd'), accountNames(process, 'group')];
  const names: Names = { user: (id) => users.get(id) ?? String(id), group: (id) => groups.get(id) ?? String(id) };
  const widest = Math.min((process.terminal?.columns || LONGEST_LINE + 1) - 1, LONGEST_LINE);
  const line = (text: (column: Column) => string): string =>
    `${chosen
      .map((column, i) => (i === chosen.length - 1 ? text(column) : text(column).padEnd(column.width)))
      .join(' ')
      .slice(0, widest)}\n`;
  const row = (one: Row): string =>
    line((column) =>
      column
        .text(one, names)
        .slice(0, column.width)
        .padStart(column.isNumber ? column.width : 0),
    );
  return `${line(({ title }) => title)}${rows.map(row).join('')}`;
}

/** One picture of the processes and the memory. */
export const top = command('[-b] [-n COUNT] [-d SECONDS]', async (process) => {
  const options = parseOptions(process.argv.slice(1), 'bn:d:mH');
  const count = Number(options.value('n') ?? 1);
  const delayMs = (parseDuration(options.value('d') ?? '5') ?? 5) * 1000;
  for (let i = 0; i < count; i++) {
    if (i > 0) await process.sleep(delayMs);
    const info = attempt(() => process.fs.readText('/proc/meminfo'));
    const kib = (name: string): number =>
      'value' in info ? Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(info.value)?.[1] ?? 0) : 0;
    const users = accountNames(process, 'passwd');
    const unused = kib('MemFree');
    let text = `Mem: ${kib('MemTotal') - unused}K used, ${unused}K free, 0K shrd, 0K buff, ${kib('Cached')}K cached\n`;
    text +=
      'CPU:   0% usr   0% sys   0% nic 100% idle   0% io   0% irq   0% sirq\nLoad average: 0.00 0.00 0.00 1/1 1\n';
    text += '  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n';
    for (const row of list(process)) {
      const user = (users.get(row.uid) ?? String(row.uid)).padEnd(8);
      text += `${String(row.pid).padStart(5)} ${String(row.ppid).padStart(5)} ${user} ${row.state.padEnd(3)} ${String(row.memoryKib).padStart(6)}   0%   0   0% ${row.args}\n`;
    }
    await process.stdout.write(text);
  }
  return 0;
});

/** Sends signals. */
export const kill = command('[-l] [-SIG] PID...', async (process) => {
  const [first, ...rest] = process.argv.slice(1);
  if (first === undefined) throw new UsageError('you need to specify whom to kill');
  if (first === '-l') {
    const names = Object.entries(SIGNAL_NUMBERS).sort(([, a], [, b]) => a - b);
    const [asked] = rest;
    if (asked === undefined)
      await process.stdout.write(names.map(([name, number]) => `${String(number).padStart(2)}) ${name}\n`).join(''));
    else {
      const found = names.find(
        ([name, number]) =>
          String(number) === asked ||
          String(number + 128) === asked ||
          name === asked.toUpperCase().replace(/^SIG/, ''),
      );
      await process.stdout.write(`${found === undefined ? asked : /^\d/.test(asked) ? found[0] : found[1]}\n`);
    }
    return 0;
  }
  let signal: SignalName | 0 = 'TERM';
  let pids = [first, ...rest];
  if (first === '-s' || first === '-n') {
    signal = signalNamed(rest[0] ?? '');
    pids = rest.slice(1);
  } else if (first === '--') pids = rest;
  else if (first.startsWith('-')) {
    signal = signalNamed(first.slice(1));
    pids = rest[0] === '--' ? rest.slice(1) : rest;
  }
  if (pids.length === 0) throw new UsageError('you need to specify whom to kill');
  let code = 0;
  for (const text of pids) {
    if (!/^-?\d+$/.test(text)) {
      await complain(process, `invalid number '${text}'`);
      code = 1;
      continue;
    }
    const pid = Number(text);
    if (!process.kill(pid, signal)) {
      const isThere = process.fs.exists(`/proc/${Math.abs(pid)}`);
      await complain(process, `can't kill pid ${pid}: ${isThere ? 'Operation not permitted' : 'No such process'}`);
      code = 1;
    }
  }
  return code;
});

/** Sends signals by name. */
export const killall = command('[-lq] [-SIG] PROCESS_NAME...', async (process, name) => {
  const args = process.argv.slice(1);
  let signal: SignalName | 0 = 'TERM';
  if (args[0]?.startsWith('-') && args[0] !== '-f' && args[0] !== '-q')
    signal = signalNamed((args.shift() ?? '').slice(1));
  const whole = args[0] === '-f';
  const names = args.filter((arg) => arg !== '-f' && arg !== '-q');
  let code = 0;
  for (const wanted of names) {
    const byPattern = name === 'pkill';
    const hits = list(process).filter(
      ({ pid, comm, args: line }) =>
        pid !== process.pid && (byPattern ? (whole ? line : comm).includes(wanted) : comm === wanted),
    );
    if (hits.length === 0) {
      if (!byPattern) await complain(process, `${wanted}: no process killed`);
      code = 1;
    }
    if (signal !== 0) for (const { pid } of hits) process.kill(pid, signal);
  }
  return code;
});

/** Process numbers by name. Called pgrep, by a part of the name. */
export const pidof = command('[-s] [NAME]...', async (process, name) => {
  const options = parseOptions(process.argv.slice(1), 'so:flxan');
  const omitted = new Set(options.values('o').map(Number));
  const pids = list(process)
    .filter(
      ({ pid, comm, args }) =>
        pid !== process.pid &&
        options.operands.some((wanted) =>
          name === 'pgrep'
            ? options.has('x')
              ? (options.has('f') ? args : comm) === wanted
              : (options.has('f') ? args : comm).includes(wanted)
            : comm === wanted,
        ),
    )
    .filter(({ pid }) => !omitted.has(pid))
    .map(({ pid }) => pid);
  if (pids.length === 0) return 1;
  if (name === 'pgrep') {
    if (options.has('n')) pids.splice(0, pids.length - 1);
    const all = new Map(list(process).map((each) => [each.pid, each]));
    for (const pid of pids) {
      const more = options.has('a') ? ` ${all.get(pid)?.args}` : options.has('l') ? ` ${all.get(pid)?.comm}` : '';
      await process.stdout.write(`${pid}${more}\n`);
    }
    return 0;
  }
  if (options.has('s')) pids.splice(0, pids.length - 1);
  await process.stdout.write(`${pids.reverse().join(' ')}\n`);
  return 0;
});

/** Runs a program again and again. */
export const watch = command('[-n SEC] [-t] PROG ARGS', async (process) => {
  const options = parseOptions(process.argv.slice(1), '+n:tdex', { interval: 'n', 'no-title': 't' });
  if (options.operands.length === 0) throw new UsageError('');
  const seconds = parseDuration(options.value('n') ?? '2') ?? 2;
  const line = options.operands.join(' ');
  for (;;) {
    const title = `Every ${seconds.toFixed(1)}s: ${line}`;
    const when = plainDate(process.now());
    const width = Math.max(title.length + 1, (process.terminal?.columns ?? 80) - when.length);
    await process.stdout.write(`\x1b[H\x1b[J${options.has('t') ? '' : `${title.padEnd(width)}${when}\n\n`}`);
    const code = await run(process, options.has('x') ? options.operands : ['sh', '-c', line], {}, 'watch');
    if (options.has('e') && code !== 0) return code;
    await process.sleep(seconds * 1000);
  }
});

const TIMEOUT_USAGE = '[-s SIG] [-k KILL_SECS] SECS PROG ARGS';
/** Ends a program that takes too long: 143, or 137 when it had to be killed. */
export const timeout = command(TIMEOUT_USAGE, (process) => withinTime(process, false));
/** The same of a distribution with GNU's programs: 124 when the time was up. */
export const gnuTimeout = command(TIMEOUT_USAGE, (process) => withinTime(process, true));

async function withinTime(process: Process, isGnu: boolean): Promise<number> {
  const options = parseOptions(process.argv.slice(1), isGnu ? '+s:k:t:fpv' : '+s:k:t:', {
    signal: 's',
    'kill-after': 'k',
    foreground: 'f',
    'preserve-status': 'p',
  });
  const operands = [...options.operands];
  const limit = parseDuration(options.value('t') ?? operands.shift() ?? '');
  if (limit === undefined || operands.length === 0) throw new UsageError('');
  const signal = signalNamed(options.value('s') ?? 'TERM');
  const child = await launch(process, operands, {}, 'timeout');
  if (typeof child === 'number') return child;
  let ended = false;
  const exited = child.exited.then((code) => {
    ended = true;
    return code;
  });
  if (limit === 0 || limit === Number.POSITIVE_INFINITY) return exited;
  await Promise.race([exited, process.sleep(limit * 1000)]);
  if (ended) return exited;
  let sent = signal;
  if (signal !== 0) child.kill(signal);
  const grace = parseDuration(options.value('k') ?? '');
  if (grace !== undefined) {
    await Promise.race([exited, process.sleep(grace * 1000)]);
    if (!ended) {
      sent = 'KILL';
      child.kill(sent);
    }
  }
  const code = await exited;
  if (isGnu) return sent === 'KILL' ? 137 : options.has('p') ? code : 124;
  // busybox's becomes the program that it watches, and ends as that one did.
  if (sent !== 0 && code === 128 + SIGNAL_NUMBERS[sent] && process.pid !== 1) process.kill(process.pid, sent);
  return code;
}

/** Runs a program that outlives the terminal, or with other priorities: just runs it. */
export const nohup = command('PROG ARGS', async (process, name) => {
  const args = process.argv.slice(1);
  if (name === 'nice' && args[0] === '-n') args.splice(0, 2);
  if (args.length === 0) throw new UsageError('');
  return run(process, args, {}, name);
});

/** How long a program takes. */
export const time = command('[-vpf] PROG ARGS', async (process) => {
  const isPortable = process.argv[1] === '-p';
  const args = process.argv.slice(1).filter((arg, i) => i > 0 || !/^-[pv]$/.test(arg));
  const startedMs = process.now();
  const code = await run(process, args, {}, 'time');
  const seconds = (process.now() - startedMs) / 1000;
  const text = `${Math.floor(seconds / 60)}m ${(seconds % 60).toFixed(2)}s`;
  await process.stderr.write(
    isPortable ? `real ${seconds.toFixed(2)}\nuser 0.00\nsys 0.00\n` : `real\t${text}\nuser\t0m 0.00s\nsys\t0m 0.00s\n`,
  );
  return code;
});

/** Calls the program named by its first argument. */
export const busybox = command('[FUNCTION [ARG]...]', async (process) => {
  const args = process.argv.slice(1);
  if (args.length === 0 || args[0] === '--list') {
    const listed = attempt(() => process.fs.readDirectory('/bin'));
    if ('value' in listed) await process.stdout.write(listed.value.map((name) => `${name}\n`).join(''));
    return 0;
  }
  return process.spawn(args).exited;
});

function signalNamed(text: string): SignalName | 0 {
  if (text === '0') return 0;
  const upper = text.toUpperCase().replace(/^SIG/, '');
  for (const [name, number] of Object.entries(SIGNAL_NUMBERS))
    if (name === upper || String(number) === text) return name as SignalName;
  throw new Failure(`bad signal name '${text}'`);
}

function list({ fs }: Process): readonly Row[] {
  const names = attempt(() => fs.readDirectory('/proc'));
  if ('error' in names) return [];
  const rows: Row[] = [];
  for (const name of names.value) {
    if (!/^\d+$/.test(name)) continue;
    const read = attempt(() => ({
      status: fs.readText(`/proc/${name}/status`),
      cmdline: fs.readText(`/proc/${name}/cmdline`),
      stat: fs.readText(`/proc/${name}/stat`),
    }));
    if ('error' in read) continue;
    const field = (key: string): string => new RegExp(`^${key}:\\s+(\\S+)`, 'm').exec(read.value.status)?.[1] ?? '';
    const args = read.value.cmdline.replace(/\0$/, '').replaceAll('\0', ' ');
    const comm = field('Name');
    rows.push({
      pid: Number(name),
      ppid: Number(field('PPid')),
      uid: Number(field('Uid')),
      gid: Number(field('Gid')),
      pgid: Number(read.value.stat.slice(read.value.stat.lastIndexOf(')')).split(' ')[3]),
      state: field('State'),
      comm,
      args: args === '' ? `[${comm}]` : args,
      memoryKib: Number(field('VmSize')),
    });
  }
  return rows.sort((a, b) => a.pid - b.pid);
}

function plainTable(rows: readonly Row[], users: ReadonlyMap<number, string>): string {
  const lines = rows.map(
    ({ pid, uid, args }) => `${String(pid).padStart(5)} ${(users.get(uid) ?? String(uid)).padEnd(8)} ${args}\n`,
  );
  return `PID   USER     COMMAND\n${lines.join('')}`;
}

/** As procps' `ps -ef`. */
function fullTable(rows: readonly Row[], users: ReadonlyMap<number, string>, process: Process): string {
  const started = new Date(process.now()).toISOString().slice(11, 16);
  const lines = rows.map(
    ({ pid, ppid, uid, args }) =>
      `${(users.get(uid) ?? String(uid)).padEnd(8)} ${String(pid).padStart(7)} ${String(ppid).padStart(7)}  0 ${started} ?        00:00:00 ${args}\n`,
  );
  return `UID          PID    PPID  C STIME TTY          TIME CMD\n${lines.join('')}`;
}
