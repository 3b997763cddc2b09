import { toText } from '../file-system/content.ts';
import type { OpenFile } from '../process/open-file.ts';
import { Proc } from '../process/proc.ts';
import { Pty } from '../process/pty.ts';
import { attempt, command, Failure } from './support/command.ts';
import { parseOptions } from './support/options.ts';

const END_OF_INPUT = '\x04';

/**
 * Runs a command, or a shell, on a terminal of its own, and keeps what is shown there in a file.
 *
 * @see util-linux term-utils/script.c
 */
export const script = command('[-aefq] [-c COMMAND] [FILE]', async (process) => {
  if (!(process instanceof Proc)) throw new Failure('there is no terminal to be had');
  const options = parseOptions(process.argv.slice(1), 'aefqc:', {
    append: 'a',
    return: 'e',
    flush: 'f',
    quiet: 'q',
    command: 'c',
  });
  const [path = 'typescript', ...others] = options.operands;
  if (others.length > 0) throw new Failure("unexpected number of arguments\nTry 'script --help' for more information.");
  const line = options.value('c');
  const keep = (text: string): void => process.fs.writeFile(path, text, { append: true });
  const opened = attempt(() => process.fs.writeFile(path, '', { append: options.has('a') }));
  if ('error' in opened) throw new Failure(`cannot open ${path}: ${opened.error.message}`);
  const isQuiet = options.has('q');
  const onTerminal = process.terminal === undefined ? ' <not executed on terminal>' : '';
  const about = line === undefined ? '' : `COMMAND="${line}"`;
  keep(`Script started on ${moment(process.now())} [${about}${onTerminal}]\n`);
  if (!isQuiet) await process.stdout.write(`Script started, output log file is '${path}'.\n`);
  const code = await onOwnTerminal(
    process,
    [process.env['SHELL'] ?? '/bin/sh', ...(line === undefined ? ['-i'] : ['-c', line])],
    keep,
  );
  keep(`\nScript done on ${moment(process.now())} [COMMAND_EXIT_CODE="${code}"]\n`);
  if (!isQuiet) await process.stdout.write('Script done.\n');
  return options.has('e') ? code : 0;
});

async function onOwnTerminal(process: Proc, argv: readonly string[], keep: (text: string) => void): Promise<number> {
  const pty = new Pty('/dev/pts/1');
  const followed = process.terminal === undefined ? undefined : pty.follow(process.terminal);
  pty.addScreen((text) => {
    keep(text);
    return process.stdout.write(text);
  });
  const fds = new Map<number, OpenFile>([
    [0, pty],
    [1, pty.retain()],
    [2, pty.retain()],
  ]);
  const found = process.find(argv[0] ?? '');
  if ('error' in found) throw new Failure(`failed to execute ${argv[0]}: No such file or directory`);
  const child = process.fork({ argv: found.argv(argv), fds, leader: true, terminal: pty.face() });
  pty.foreground = child;
  // Keys are the standard input; where that ends, so does the terminal's.
  process.terminal?.setRaw?.(true);
  void (async () => {
    for (let keys = await process.stdin.read(); keys !== undefined; keys = await process.stdin.read()) {
      await pty.type(toText(keys));
    }
    await pty.type(END_OF_INPUT);
  })().catch(() => undefined);
  child.run(found.program);
  const code = await process.wait(child);
  followed?.dispose();
  process.terminal?.setRaw?.(false);
  return code;
}

const moment = (ms: number): string =>
  new Date(ms)
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, '+00:00');
