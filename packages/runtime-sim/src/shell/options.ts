/** What `set` turns on and off. */
export interface ShellOptions {
  errexit: boolean;
  nounset: boolean;
  noglob: boolean;
  noexec: boolean;
  xtrace: boolean;
  pipefail: boolean;
  interactive: boolean;
  allexport: boolean;
  noclobber: boolean;
  monitor: boolean;
  verbose: boolean;
  ignoreeof: boolean;
  notify: boolean;
  errtrace: boolean;
  vi: boolean;
  /** The script came as an argument. */
  commandString: boolean;
  /** The script comes from the standard input. */
  readsInput: boolean;
}

export type OptionName = keyof ShellOptions;

/** In the order of `set -o`. */
export const OPTION_NAMES: readonly OptionName[] = [
  'errexit',
  'noglob',
  'ignoreeof',
  'monitor',
  'noexec',
  'xtrace',
  'verbose',
  'noclobber',
  'allexport',
  'notify',
  'nounset',
  'errtrace',
  'vi',
  'pipefail',
];

/** Letters of `set -…`, in the opposite of the order in which `$-` shows them. */
export const OPTION_LETTERS: Readonly<Record<string, OptionName>> = {
  e: 'errexit',
  f: 'noglob',
  I: 'ignoreeof',
  i: 'interactive',
  m: 'monitor',
  s: 'readsInput',
  c: 'commandString',
  n: 'noexec',
  x: 'xtrace',
  v: 'verbose',
  C: 'noclobber',
  a: 'allexport',
  b: 'notify',
  u: 'nounset',
  E: 'errtrace',
  V: 'vi',
};

export function defaultOptions(): ShellOptions {
  return {
    errexit: false,
    nounset: false,
    noglob: false,
    noexec: false,
    xtrace: false,
    pipefail: false,
    interactive: false,
    allexport: false,
    noclobber: false,
    monitor: false,
    verbose: false,
    ignoreeof: false,
    notify: false,
    errtrace: false,
    vi: false,
    commandString: false,
    readsInput: false,
  };
}

/** `$-` */
export function flagsOf(options: ShellOptions): string {
  let flags = '';
  for (const [letter, name] of Object.entries(OPTION_LETTERS)) if (options[name]) flags = letter + flags;
  return flags;
}
