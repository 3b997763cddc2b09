/** What the shell is to do besides, as cobra's scripts understand it. */
const ERROR = 1;
export const NO_SPACE = 2;
export const NO_FILES = 4;
/** Candidates are extensions of file names. */
export const FILES_BY_EXTENSION = 8;
/** Plugins alone say these two. */
const DIRECTORIES = 16;
const KEEP_ORDER = 32;
/** Complete file names. */
export const DEFAULT = 0;
/** From here on they mean nothing. */
const BOUND = 64;

const NAMES: readonly (readonly [number, string])[] = [
  [ERROR, 'ShellCompDirectiveError'],
  [NO_SPACE, 'ShellCompDirectiveNoSpace'],
  [NO_FILES, 'ShellCompDirectiveNoFileComp'],
  [FILES_BY_EXTENSION, 'ShellCompDirectiveFilterFileExt'],
  [DIRECTORIES, 'ShellCompDirectiveFilterDirs'],
  [KEEP_ORDER, 'ShellCompDirectiveKeepOrder'],
];

/** `ShellCompDirectiveNoSpace, ShellCompDirectiveNoFileComp` */
export const directiveText = (directive: number): string =>
  directive >= BOUND
    ? `ERROR: unexpected ShellCompDirective value: ${directive}`
    : NAMES.filter(([bit]) => directive & bit)
        .map(([, name]) => name)
        .join(', ') || 'ShellCompDirectiveDefault';

export interface Completions {
  /** A tab separates a candidate from what it means. */
  readonly candidates: readonly string[];
  readonly directive: number;
}
