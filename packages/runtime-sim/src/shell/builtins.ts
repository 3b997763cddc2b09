import type { Builtin } from './builtins/builtin.ts';
import { complete } from './builtins/complete.ts';
import { cd, pwd, ulimit, umask } from './builtins/files.ts';
import { evaluate, exit, failing, jump, returnFrom, shift, sourceFile, succeed, times } from './builtins/flow.ts';
import { history } from './builtins/history.ts';
import { jobs, kill, resume, trap, wait } from './builtins/jobs.ts';
import { command, hash, type } from './builtins/lookup.ts';
import { read } from './builtins/read.ts';
import { echo, printf, test } from './builtins/text.ts';
import { alias, declare, getopts, letBuiltin, local, set, unalias, unset } from './builtins/variables.ts';

/** Commands that run in the shell's own process. `exec` is missing: it needs the command's redirections. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['.', sourceFile],
  [':', succeed],
  ['[', test],
  ['alias', alias],
  ['bg', resume],
  ['break', jump],
  ['cd', cd],
  ['chdir', cd],
  ['command', command],
  ['complete', complete],
  ['continue', jump],
  ['echo', echo],
  ['eval', evaluate],
  ['exit', exit],
  ['export', declare],
  ['false', failing],
  ['fg', resume],
  ['getopts', getopts],
  ['hash', hash],
  ['history', history],
  ['jobs', jobs],
  ['kill', kill],
  ['let', letBuiltin],
  ['local', local],
  ['printf', printf],
  ['pwd', pwd],
  ['read', read],
  ['readonly', declare],
  ['return', returnFrom],
  ['set', set],
  ['shift', shift],
  ['source', sourceFile],
  ['test', test],
  ['times', times],
  ['trap', trap],
  ['true', succeed],
  ['type', type],
  ['ulimit', ulimit],
  ['umask', umask],
  ['unalias', unalias],
  ['unset', unset],
  ['wait', wait],
]);

/** An error in one of these ends a script, and assignments before them last. */
export const SPECIAL_BUILTINS: ReadonlySet<string> = new Set(
  '. : break continue eval exec exit export local readonly return set shift source times trap unset'.split(' '),
);
