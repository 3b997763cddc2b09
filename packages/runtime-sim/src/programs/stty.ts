import type { Pty } from '../process/pty.ts';
import { command, complain, Failure } from './support/command.ts';
import { terminalOf } from './support/terminal-of.ts';

/**
 * Tells how the terminal of its standard input is set, or sets it: echo, lines or single keys, size. What the terminal
 * has not got is refused.
 */
export const stty = command('[-a|g] [SETTING]...', async (process) => {
  const pty = terminalOf(process);
  if (pty === undefined) throw new Failure('standard input: Inappropriate ioctl for device');
  const words = process.argv.slice(1);
  const [first] = words;
  if (first === undefined || first === '-a') await process.stdout.write(first === undefined ? brief(pty) : whole(pty));
  else if (first === '-g') await process.stdout.write(`${saved(pty)}\n`);
  else {
    for (let at = 0; at < words.length; at++) {
      const word = words[at] ?? '';
      if (word === 'size') {
        if (pty.columns === 0) await complain(process, 'standard input');
        else await process.stdout.write(`${pty.rows} ${pty.columns}\n`);
      } else if (word === 'speed') await process.stdout.write(`${SPEED}\n`);
      else if (word === 'rows' || word === 'cols' || word === 'columns') setSize(pty, word, words[++at]);
      else set(pty, word);
    }
  }
  return 0;
});

function setSize(pty: Pty, word: string, value: string | undefined): void {
  if (value === undefined) throw new Failure(`${word} requires an argument`);
  if (!/^\d+$/.test(value)) throw new Failure(`invalid number '${value}'`);
  if (word === 'rows') pty.resize(pty.columns, Number(value));
  else pty.resize(Number(value), pty.rows);
}

function set(pty: Pty, word: string): void {
  switch (word) {
    case 'echo':
    case '-echo':
      pty.echo = word === 'echo';
      return;
    case 'raw':
    case '-cooked':
    case 'cbreak':
    case '-icanon':
      pty.mode = 'raw';
      return;
    case '-raw':
    case 'cooked':
    case '-cbreak':
    case 'icanon':
      pty.mode = 'line';
      return;
    case 'sane':
      pty.echo = true;
      pty.mode = 'line';
      return;
    default: {
      const before = SAVED.exec(word)?.[1];
      if (before === undefined) throw new Failure(`invalid ${word.startsWith('-') ? 'argument' : 'number'} '${word}'`);
      const flags = Number.parseInt(before, 16);
      pty.echo = (flags & ECHO) !== 0;
      pty.mode = (flags & ICANON) === 0 ? 'raw' : 'line';
    }
  }
}

/** What `-g` prints, for a later `stty` to take back. */
function saved(pty: Pty): string {
  const raw = pty.mode === 'raw';
  const flags = OTHER_FLAGS | (pty.echo ? ECHO : 0) | (raw ? 0 : ISIG | ICANON);
  return `${raw ? '0:4' : '500:5'}:bf:${flags.toString(16)}:${SAVED_KEYS}`;
}

function brief(pty: Pty): string {
  const raw = pty.mode === 'raw';
  const local = [...(raw ? ['-isig -icanon'] : []), ...(pty.echo ? [] : ['-echo'])].join(' ');
  const input = raw ? '-brkint -icrnl -imaxbel\n-opost\n' : '-brkint -imaxbel\n';
  return `speed ${SPEED} baud; line = 0;\n${KEYS}${input}${local === '' ? '' : `${local}\n`}`;
}

function whole(pty: Pty): string {
  const raw = pty.mode === 'raw';
  const input = raw ? '-icrnl -ixon\n-ixoff' : 'icrnl ixon -ixoff\n';
  const rest = raw ? ' -iuclc -ixany -imaxbel -iutf8\n' : '-iuclc -ixany -imaxbel -iutf8\n';
  const output = raw
    ? '-opost -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0\nff0\n'
    : 'opost -olcuc -ocrnl onlcr -onocr -onlret -ofill -ofdel nl0 cr0 tab0 bs0 vt0 ff0\n';
  const signals = raw ? '-isig -icanon' : 'isig icanon';
  const echo = pty.echo ? 'echo' : '-echo';
  return (
    `speed ${SPEED} baud; rows ${pty.rows}; columns ${pty.columns}; line = 0;\n${KEYS}` +
    '-parenb -parodd -cmspar cs8 -hupcl -cstopb cread -clocal -crtscts\n' +
    `-ignbrk -brkint -ignpar -parmrk -inpck -istrip -inlcr -igncr ${input}${rest}${output}` +
    `${signals} iexten ${echo} echoe echok -echonl -noflsh -xcase -tostop -echoprt\nechoctl echoke -flusho -extproc\n`
  );
}

const SPEED = 38400;
const KEYS =
  'intr = ^C; quit = ^\\; erase = ^?; kill = ^U; eof = ^D; eol = <undef>;\n' +
  'eol2 = <undef>; swtch = <undef>; start = ^Q; stop = ^S; susp = ^Z; rprnt = ^R;\n' +
  'werase = ^W; lnext = ^V; flush = ^O; min = 1; time = 0;\n';
const SAVED_KEYS = '3:1c:7f:15:4:0:1:0:11:13:1a:0:12:f:17:16:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0:0';
/** The local flags as the kernel numbers them. */
const ISIG = 0x1;
const ICANON = 0x2;
const ECHO = 0x8;
const OTHER_FLAGS = 0x8a30;
const SAVED = /^[\da-f]+:[\da-f]+:[\da-f]+:([\da-f]+)(?::[\da-f]+){32}$/;
