import { TextFile } from '../../process/files.ts';
import type { OpenFile } from '../../process/open-file.ts';
import { Pipe } from '../../process/pipe.ts';
import { readAllText } from '../../process/streams.ts';
import { BUILTINS } from '../builtins.ts';
import type { Shell } from '../shell.ts';
import { type TypedCommand, typedCommand } from './typed-line.ts';

export interface Candidate {
  /** What the word becomes, unquoted. */
  readonly value: string;
  /** What is shown of it in a list. */
  readonly shown: string;
  /** The word is whole: a space may follow. */
  readonly isWhole: boolean;
}

export interface Candidates {
  readonly typed: TypedCommand;
  readonly list: readonly Candidate[];
}

const KEYWORDS = 'case do done elif else esac fi for function if in then time until while'.split(' ');

/** What the word under the cursor may become. */
export async function candidatesFor(shell: Shell, line: string): Promise<Candidates> {
  const typed = typedCommand(line);
  return { typed, list: await find(shell, typed) };
}

async function find(shell: Shell, typed: TypedCommand): Promise<readonly Candidate[]> {
  const { word, quote, isTarget } = typed;
  const [, variable] = /\$\{?(\w*)$/.exec(quote === "'" ? '' : word) ?? [];
  if (variable !== undefined) return variables(shell, word, variable);
  if (isTarget) return files(shell, word);
  const words = unaliased(shell, typed.words);
  const [command] = words;
  if (command === undefined)
    return word.includes('/') || word.startsWith('~') ? files(shell, word) : commands(shell, word);
  const name = command.slice(command.lastIndexOf('/') + 1);
  const completion = shell.completions.get(name) ?? shell.completions.get(typed.words[0] ?? '');
  if (completion !== undefined) {
    return 'program' in completion
      ? byProgram(shell, completion.program, words.slice(1), word)
      : wholes(completion.words, word);
  }
  if (name === 'cd' || name === 'rmdir') return files(shell, word, (_, isDirectory) => isDirectory);
  if (name === 'export' || name === 'unset' || name === 'readonly')
    return wholes(
      [...shell.variables.entries()].map(([each]) => each),
      word,
    );
  return files(shell, word);
}

/** The words as they are once aliases in front have been replaced. */
function unaliased(shell: Shell, words: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  let now = words;
  for (;;) {
    const [first = ''] = now;
    const alias = shell.aliases.get(first);
    if (alias === undefined || seen.has(first)) return now;
    seen.add(first);
    now = [...alias.split(/\s+/).filter((word) => word !== ''), ...now.slice(1)];
  }
}

const wholes = (values: Iterable<string>, word: string): readonly Candidate[] =>
  [...new Set(values)]
    .filter((value) => value.startsWith(word))
    .sort()
    .map((value) => ({ value, shown: value, isWhole: true }));

function variables(shell: Shell, word: string, prefix: string): readonly Candidate[] {
  const head = word.slice(0, word.length - prefix.length);
  const tail = head.endsWith('{') ? '}' : '';
  return wholes(
    [...shell.variables.entries()].flatMap(([name, { value }]) => (value === undefined ? [] : [name])),
    prefix,
  ).map(({ value }) => ({ value: `${head}${value}${tail}`, shown: value, isWhole: true }));
}

function commands(shell: Shell, word: string): readonly Candidate[] {
  const names = [...BUILTINS.keys(), ...KEYWORDS, ...shell.functions.keys(), ...shell.aliases.keys(), 'exec'];
  const { fs } = shell;
  for (const folder of (shell.variables.get('PATH') ?? '').split(':')) {
    if (folder === '' || !fs.exists(folder) || fs.stat(folder).type !== 'directory') continue;
    for (const name of fs.readDirectory(folder)) {
      if (name.startsWith(word) && !names.includes(name) && fs.may(`${folder}/${name}`, 'execute')) names.push(name);
    }
  }
  return wholes(
    names.filter((name) => /^\w/.test(name)),
    word,
  );
}

/** Files and directories whose path begins with the word. A tilde in front stays one. */
function files(
  shell: Shell,
  word: string,
  isWanted: (name: string, isDirectory: boolean) => boolean = () => true,
): readonly Candidate[] {
  const { fs } = shell;
  const cut = word.lastIndexOf('/') + 1;
  const [folder, prefix] = [word.slice(0, cut), word.slice(cut)];
  if (word === '~') return [{ value: '~/', shown: '~/', isWhole: false }];
  const home = shell.variables.get('HOME') ?? '/root';
  const real = folder.startsWith('~/') ? home + folder.slice(1) : folder === '' ? '.' : folder;
  let names: readonly string[];
  try {
    names = fs.readDirectory(real);
  } catch {
    return []; // a directory that cannot be read has no candidates
  }
  return names.flatMap((name): readonly Candidate[] => {
    if (!name.startsWith(prefix) || (name.startsWith('.') && !prefix.startsWith('.'))) return [];
    const path = `${real}/${name}`;
    const isDirectory = fs.exists(path) && fs.stat(path).type === 'directory';
    if (!isDirectory && !isWanted(name, false)) return [];
    return [
      {
        value: `${folder}${name}${isDirectory ? '/' : ''}`,
        shown: isDirectory ? `${name}/` : name,
        isWhole: !isDirectory,
      },
    ];
  });
}

/** Bits of cobra's answer. @see https://pkg.go.dev/github.com/spf13/cobra#ShellCompDirective */
const [NO_SPACE, NO_FILES, EXTENSIONS, DIRECTORIES] = [2, 4, 8, 16];

async function byProgram(
  shell: Shell,
  program: string,
  words: readonly string[],
  word: string,
): Promise<readonly Candidate[]> {
  const lines = (await output(shell, [program, '__complete', ...words, word]))
    .split('\n')
    .filter((line) => line !== '');
  const directive = Number(lines.pop()?.slice(1) ?? 0) || 0;
  const values = lines.map((line) => line.split('\t')[0] ?? '');
  if ((directive & EXTENSIONS) !== 0)
    return files(shell, word, (name) => values.some((each) => name.endsWith(`.${each}`)));
  if ((directive & DIRECTORIES) !== 0) return files(shell, word, (_, isDirectory) => isDirectory);
  // Of `--namespace=ku` the values alone are told.
  const [flag = ''] = /^--?[\w-]+=/.exec(word) ?? [];
  const found = values
    .map((value) => ({ value: value.startsWith(flag) ? value : flag + value, shown: value }))
    .filter(({ value }) => value.startsWith(word))
    .map((each) => ({ ...each, isWhole: (directive & NO_SPACE) === 0 }));
  return found.length === 0 && (directive & NO_FILES) === 0 ? files(shell, word) : found;
}

/** What a program writes when nobody types anything. */
async function output(shell: Shell, argv: readonly string[]): Promise<string> {
  const { proc } = shell;
  const found = proc.find(argv[0] ?? '', shell.variables.get('PATH') ?? '');
  if ('error' in found) return '';
  const pipe = new Pipe();
  const fds = new Map<number, OpenFile>([
    [0, new TextFile('', '/dev/null')],
    [1, pipe.writeEnd()],
    [2, new TextFile('', '/dev/null', () => undefined)],
  ]);
  const end = pipe.readEnd();
  proc.fork({ argv: found.argv(argv), env: shell.variables.environment(), fds, leader: true }).run(found.program);
  try {
    return await readAllText(proc, end);
  } finally {
    end.release();
  }
}
