import type { OutputStream } from '@tabernetes/node-api';
import { createTwoFilesPatch } from 'diff';
import type { CommandContext } from '../../command.ts';

/** Two states of one object as texts. */
export interface Compared {
  /** Of the file. */
  readonly name: string;
  readonly live: string;
  /** Undefined when there would be no such object. */
  readonly merged: string | undefined;
}

/**
 * Prints how the states differ: as `diff -u -N` does, or with the program of `$KUBECTL_EXTERNAL_DIFF`, which is given
 * two directories. Resolves with the exit code: 1 says that there are differences.
 *
 * @throws {Error} when the program is missing, or ends with more than 1
 * @see k8s.io/kubectl/pkg/cmd/diff/diff.go
 */
export async function compareFiles(context: CommandContext, files: readonly Compared[]): Promise<number> {
  const { process } = context;
  const stamp = process.rng.int(4_294_967_296);
  const [from, to] = [`/tmp/LIVE-${stamp}`, `/tmp/MERGED-${(stamp * 7 + 1) % 4_294_967_296}`];
  const program = process.env['KUBECTL_EXTERNAL_DIFF'] ?? '';
  return program === '' ? unified(context, files, from, to) : external(context, files, program, from, to);
}

const EPOCH = '1970-01-01 00:00:00.000000000 +0000';

function unified({ clock, out }: CommandContext, files: readonly Compared[], from: string, to: string): number {
  const now = `${new Date(clock.now()).toISOString().replace('T', ' ').replace('Z', '000000')} +0000`;
  let code = 0;
  for (const { name, live, merged } of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    if (live === merged) continue;
    code = 1;
    const [a, b] = [`${from}/${name}`, `${to}/${name}`];
    const text = createTwoFilesPatch(a, b, live, merged ?? '', now, merged === undefined ? EPOCH : now, { context: 3 });
    out.write(`diff -u -N ${a} ${b}\n${text.replace(/^={67}\n/, '')}`);
  }
  return code;
}

/** The shell's code for programs that there are not. */
const NOT_FOUND = 127;

async function external(
  { process, out, err }: CommandContext,
  files: readonly Compared[],
  line: string,
  from: string,
  to: string,
): Promise<number> {
  const { fs } = process;
  const [program = '', ...words] = line.split(' ');
  if (program === '') throw new Error('failed to run "": exec: no command');
  // Words with anything else in them are passed over, so that a variable cannot carry a command line.
  const safe = words.filter((word) => /^[a-zA-Z0-9-=]+$/.test(word));
  try {
    for (const directory of [from, to]) fs.mkdir(directory, { recursive: true });
    for (const { name, live, merged } of files) {
      fs.writeFile(`${from}/${name}`, live, { mode: 0o700 });
      if (merged !== undefined) fs.writeFile(`${to}/${name}`, merged, { mode: 0o700 });
    }
    await out.flush();
    await err.flush();
    // Where there is no such program, shells of their own accord say so, too: held back until that is known.
    const said: string[] = [];
    const decoder = new TextDecoder();
    const stderr: OutputStream = {
      async write(chunk) {
        said.push(typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true }));
      },
      close: () => undefined,
    };
    const code = await process.spawn([program, from, to, ...safe], { stderr }).exited;
    if (code !== NOT_FOUND) err.write(said.join(''));
    if (code <= 1) return code;
    const why = code === NOT_FOUND ? 'executable file not found in $PATH' : `exit status ${code}`;
    throw new Error(`failed to run ${JSON.stringify(program)}: ${why}`);
  } finally {
    for (const directory of [from, to]) fs.remove(directory, { recursive: true, force: true });
  }
}
