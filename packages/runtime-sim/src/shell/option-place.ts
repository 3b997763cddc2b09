/** Where `getopts` stands: the number of the word, and the place inside a group of letters. */
export interface OptionPlace {
  readonly index: number;
  readonly at: number;
}

export const FIRST_OPTION: OptionPlace = { index: 1, at: 0 };
