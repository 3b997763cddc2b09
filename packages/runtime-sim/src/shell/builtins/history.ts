import { type Builtin, count, letters } from './builtin.ts';

/** `history [N]` lists what was typed at the prompt, `-c` forgets it. */
export const history: Builtin = async (shell, argv) => {
  const { flags, rest } = letters(argv, 'c');
  if (flags.has('c')) {
    shell.history.length = 0;
    return 0;
  }
  const entries = shell.history;
  const from = rest[0] === undefined ? 0 : Math.max(0, entries.length - count(rest[0], entries.length));
  const lines = entries.slice(from).map((entry, at) => `${String(from + at + 1).padStart(5)}  ${entry}\n`);
  await shell.proc.stdout.write(lines.join(''));
  return 0;
};
