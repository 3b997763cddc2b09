import { joinBytes, toBytes, toText } from '../../file-system/content.ts';
import type { OpenFile, Waiter } from '../../process/open-file.ts';
import { ShellError } from '../control.ts';
import type { Shell } from '../shell.ts';
import { isName } from '../variables.ts';
import type { Builtin } from './builtin.ts';

interface ReadOptions {
  raw: boolean;
  silent: boolean;
  prompt: string;
  timeoutMs: number | undefined;
  maxChars: number | undefined;
  delimiter: string;
  fd: number;
}

class TimedOut {}

/** Reads a line into variables. Exit 1 at the end of the input or of the time. */
export const read: Builtin = async (shell, argv) => {
  const { options, names } = parse(argv);
  for (const name of names) if (!isName(name)) throw new ShellError(`${name}: bad variable name`, { fatal: false });
  const file = shell.proc.fds.get(options.fd);
  if (options.prompt !== '' && file?.terminal === true) await shell.proc.stderr.write(options.prompt);
  if (file === undefined) throw new ShellError(`${options.fd}: Bad file descriptor`, { code: 1, fatal: false });
  const { text, ended } = await readText(shell, file, options);
  assignFields(shell, text, names.length === 0 ? ['REPLY'] : names, options.raw, names.length === 0);
  return ended ? 1 : 0;
};

function parse(argv: readonly string[]): { readonly options: ReadOptions; readonly names: readonly string[] } {
  const options: ReadOptions = {
    raw: false,
    silent: false,
    prompt: '',
    timeoutMs: undefined,
    maxChars: undefined,
    delimiter: '\n',
    fd: 0,
  };
  let at = 1;
  for (; /^-./.test(argv[at] ?? ''); at++) {
    const word = argv[at] as string;
    if (word === '--') {
      at++;
      break;
    }
    for (let i = 1; i < word.length; i++) {
      const letter = word[i] as string;
      if (letter === 'r') options.raw = true;
      else if (letter === 's') options.silent = true;
      else if ('ptnud'.includes(letter)) {
        const argument = i + 1 < word.length ? word.slice(i + 1) : argv[++at];
        if (argument === undefined) throw new ShellError(`No arg for -${letter} option`, { fatal: false });
        take(options, letter, argument);
        break;
      } else throw new ShellError(`illegal option -${letter}`, { fatal: false });
    }
  }
  return { options, names: argv.slice(at) };
}

function take(options: ReadOptions, letter: string, argument: string): void {
  const number = Number(argument);
  if (letter !== 'p' && letter !== 'd' && !(number >= 0)) throw new ShellError('invalid count', { fatal: false });
  if (letter === 'p') options.prompt = argument;
  else if (letter === 't') options.timeoutMs = number * 1000;
  else if (letter === 'n') options.maxChars = number;
  else if (letter === 'u') options.fd = number;
  else options.delimiter = argument === '' ? '\0' : (argument[0] as string);
}

/** The text before the delimiter; what a backslash joins is one text. */
async function readText(
  shell: Shell,
  file: OpenFile,
  options: ReadOptions,
): Promise<{ readonly text: string; readonly ended: boolean }> {
  const { timeoutMs } = options;
  const untilMs = timeoutMs === undefined ? undefined : shell.proc.now() + timeoutMs;
  const waiter = patient(shell, untilMs);
  let text = '';
  try {
    for (;;) {
      const line =
        options.delimiter === '\n' && options.maxChars === undefined
          ? await file.readLine(waiter)
          : await readChars(file, waiter, options);
      if (line === undefined) return { text, ended: true };
      const whole = line.endsWith(options.delimiter);
      text += whole ? line.slice(0, -1) : line;
      if (!whole) return { text, ended: options.maxChars === undefined || [...text].length < options.maxChars };
      if (options.raw || !/(^|[^\\])(\\\\)*\\$/.test(text)) return { text, ended: false };
      text = text.slice(0, -1);
    }
  } catch (error) {
    if (error instanceof TimedOut) return { text, ended: true };
    throw error;
  }
}

async function readChars(
  file: OpenFile,
  waiter: Waiter,
  { delimiter, maxChars = Number.POSITIVE_INFINITY }: ReadOptions,
): Promise<string | undefined> {
  const bytes: Uint8Array[] = [];
  let chars = 0;
  while (chars < maxChars) {
    const chunk = await file.read(waiter, 1);
    if (chunk === undefined) break;
    const byte = toBytes(chunk);
    bytes.push(byte);
    // Bytes that go on with a character count with it.
    if (((byte[0] ?? 0) & 0xc0) !== 0x80) chars++;
    if (toText(chunk) === delimiter) break;
  }
  return bytes.length === 0 ? undefined : toText(joinBytes(bytes));
}

/** Waits as the shell's process does, but sees to signals with an action meanwhile, and no longer than asked. */
function patient(shell: Shell, untilMs: number | undefined): Waiter {
  const { proc, traps } = shell;
  return {
    block: async (register) => {
      let woken = false;
      let late = false;
      while (!woken) {
        await traps.block((wake) => {
          const off = register(() => {
            woken = true;
            wake();
          });
          const timer =
            untilMs === undefined
              ? undefined
              : proc.world.clock.setTimer(Math.max(0, untilMs - proc.now()), () => {
                  late = true;
                  wake();
                });
          return () => {
            off();
            timer?.dispose();
          };
        });
        if (traps.isPending) await shell.runTraps();
        if (late && !woken) throw new TimedOut();
      }
    },
    brokenPipe: () => proc.brokenPipe(),
  };
}

/** Cuts a line at IFS; the last variable gets what is left. */
function assignFields(shell: Shell, text: string, names: readonly string[], raw: boolean, whole: boolean): void {
  const ifs = shell.variables.get('IFS') ?? ' \t\n';
  const chars: { readonly char: string; readonly quoted: boolean }[] = [];
  for (let i = 0; i < text.length; i++) {
    const quoted = !raw && text[i] === '\\';
    if (quoted) i++;
    const char = text[i];
    if (char !== undefined) chars.push({ char, quoted });
  }
  const blank = (at: number): boolean => {
    const one = chars[at];
    return one !== undefined && !one.quoted && /[ \t\n]/.test(one.char) && ifs.includes(one.char);
  };
  const cuts = (at: number): boolean => {
    const one = chars[at];
    return one !== undefined && !one.quoted && ifs.includes(one.char);
  };
  let at = 0;
  if (!whole) while (blank(at)) at++;
  for (const [index, name] of names.entries()) {
    if (index === names.length - 1) {
      let end = chars.length;
      if (!whole) {
        while (end > at && blank(end - 1)) end--;
        // One separator after the last field is its end, not part of it.
        if (end > at && cuts(end - 1) && !blank(end - 1)) {
          let fields = 0;
          for (let i = at; i < end - 1; i++) if (cuts(i)) fields++;
          if (fields === 0) end--;
        }
      }
      shell.assign(
        name,
        chars
          .slice(at, end)
          .map(({ char }) => char)
          .join(''),
      );
      return;
    }
    const from = at;
    while (at < chars.length && !cuts(at)) at++;
    shell.assign(
      name,
      chars
        .slice(from, at)
        .map(({ char }) => char)
        .join(''),
    );
    while (blank(at)) at++;
    if (cuts(at) && !blank(at)) {
      at++;
      while (blank(at)) at++;
    } else if (at === from && at < chars.length) at++;
  }
}
