import type { Completion } from '../completion/completions.ts';
import { ShellError } from '../control.ts';
import type { Builtin } from './builtin.ts';

/**
 * bash's `complete`, as far as completion scripts of programs use it: `-F FUNCTION NAME…` where the function is that of a
 * program which answers `__complete` (`__start_kubectl`), `-W WORDS NAME…`, `-p`, `-r`. Other functions are refused: they
 * fill arrays, which this shell has not got.
 */
export const complete: Builtin = async (shell, argv) => {
  const names: string[] = [];
  let completion: Completion | undefined;
  let mode: 'set' | 'print' | 'remove' = 'set';
  for (let at = 1; at < argv.length; at++) {
    const word = argv[at] ?? '';
    if (word === '-o' || word === '-A') at++;
    else if (word === '-F') completion = { program: programOf(argv[++at] ?? '') };
    else if (word === '-W') completion = { words: (argv[++at] ?? '').split(/\s+/).filter((each) => each !== '') };
    else if (word === '-p') mode = 'print';
    else if (word === '-r') mode = 'remove';
    else if (word.startsWith('-')) throw new ShellError(`${word}: invalid option`, { fatal: false });
    else names.push(word);
  }
  const { completions } = shell;
  if (mode === 'remove') {
    for (const name of names.length > 0 ? names : [...completions.keys()]) completions.delete(name);
    return 0;
  }
  if (mode === 'print' || (names.length === 0 && completion === undefined)) {
    for (const [name, how] of completions) {
      if (names.length > 0 && !names.includes(name)) continue;
      const text = 'program' in how ? `-o default -F __start_${how.program}` : `-W '${how.words.join(' ')}'`;
      await shell.proc.stdout.write(`complete ${text} ${name}\n`);
    }
    return 0;
  }
  if (completion === undefined) throw new ShellError('nothing says how to complete', { fatal: false });
  if ('program' in completion && 'error' in shell.proc.find(completion.program, shell.variables.get('PATH') ?? '')) {
    throw new ShellError(`${completion.program}: only programs that answer __complete can complete`, { fatal: false });
  }
  for (const name of names) completions.set(name, completion);
  return 0;
};

/** `__start_kubectl`, `_kubectl` */
const programOf = (name: string): string => name.replace(/^_+(?:start_)?/, '');
