import table from '../facts/commands.json' with { type: 'json' };

/** Types of flag values, by the names that pflag gives them. */
export type FlagType =
  | 'bool'
  | 'string'
  | 'stringSlice'
  | 'stringArray'
  | 'duration'
  | 'int'
  | 'int32'
  | 'int64'
  | 'tristate'
  | 'stringToString'
  | 'mapStringString'
  | 'moduleSpec'
  | 'level';

/** One flag of one command, as kubectl 1.32 has it. */
export interface FlagFact {
  readonly name: string;
  readonly type: FlagType;
  /** One letter. */
  readonly short?: string;
  /** As the help prints it; absent: the empty text. */
  readonly default?: string;
  /** What the flag means when it is given without a value; absent: a value is needed. */
  readonly noOpt?: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
  /** Why not to use it any more. */
  readonly deprecated?: string;
  readonly shortDeprecated?: string;
  /** File name extensions that completion offers. */
  readonly extensions?: readonly string[];
}

/** One command, as kubectl 1.32 has it. */
export interface CommandFact {
  /** `create secret generic`; empty for kubectl itself. */
  readonly path: string;
  /** The use line: its own name, then arguments. */
  readonly use: string;
  readonly aliases?: readonly string[];
  readonly suggestFor?: readonly string[];
  readonly validArgs?: readonly string[];
  readonly hidden?: boolean;
  readonly deprecated?: string;
  /** False of groups that only print their help. */
  readonly runnable?: boolean;
  readonly disableFlagsInUseLine?: boolean;
  readonly flags: readonly FlagFact[];
  /** Flags that all commands below inherit. */
  readonly persistent?: readonly FlagFact[];
}

const facts = table as readonly CommandFact[];
const byPath: ReadonlyMap<string, CommandFact> = new Map(facts.map((fact) => [fact.path, fact]));

/** Facts of a command by its path (`rollout undo`); undefined when kubectl has no such command. */
export const commandFact = (path: string): CommandFact | undefined => byPath.get(path);

/** Facts of the commands right below, in alphabetical order. */
export function subcommandFacts(path: string): readonly CommandFact[] {
  const depth = path === '' ? 1 : path.split(' ').length + 1;
  const prefix = path === '' ? '' : `${path} `;
  return facts.filter(
    (fact) => fact.path !== '' && fact.path.startsWith(prefix) && fact.path.split(' ').length === depth,
  );
}

/** The flags that a command takes, its own before those that it inherits; of several by a name, the first alone. */
export function flagFacts(path: string): readonly FlagFact[] {
  const words = path === '' ? [] : path.split(' ');
  const flags: FlagFact[] = [...(byPath.get(path)?.flags ?? [])];
  for (let depth = words.length; depth >= 0; depth--) {
    flags.push(...(byPath.get(words.slice(0, depth).join(' '))?.persistent ?? []));
  }
  return flags.filter(({ name }, at) => flags.findIndex((other) => other.name === name) === at);
}
