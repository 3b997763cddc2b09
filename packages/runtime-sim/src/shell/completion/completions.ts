/** How the arguments of a command are completed. */
export type Completion =
  /** `PROGRAM __complete WORD… WORD` says what may come: programs made with cobra, as kubectl is, all understand that. */
  | { readonly program: string }
  /** One of these. */
  | { readonly words: readonly string[] };

/** By the name of the command. */
export type Completions = Map<string, Completion>;
