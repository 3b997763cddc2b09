/** Ways out of the middle of a script; thrown, and caught by whatever they end. */
export class ExitShell {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

export class ReturnFrom {
  readonly code: number;
  constructor(code: number) {
    this.code = code;
  }
}

export class LoopJump {
  readonly kind: 'break' | 'continue';
  readonly levels: number;
  constructor(kind: 'break' | 'continue', levels: number) {
    this.kind = kind;
    this.levels = levels;
  }
}

/** Ctrl-C at a terminal: the command that was typed is given up, the shell goes on. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
  readonly code = 130;
}

/** An error that the shell itself reports; special built-ins and expansions end a script with it. */
export class ShellError extends Error {
  override readonly name = 'ShellError';
  readonly code: number;
  /** Ends the shell even where an ordinary error would not. */
  readonly fatal: boolean;
  /** The built-in that reports it. */
  within: string | undefined;
  constructor(message: string, { code = 2, fatal = true }: { readonly code?: number; readonly fatal?: boolean } = {}) {
    super(message);
    this.code = code;
    this.fatal = fatal;
  }
}
