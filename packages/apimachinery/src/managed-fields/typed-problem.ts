/** One thing that keeps a value from being of its type. */
export interface TypedError {
  /** `.spec.containers[name="web"].image`; empty for the value as a whole. */
  readonly path: string;
  readonly message: string;
}

/** A value is not of its type. The message lists the errors as upstream does. */
export class TypedProblem extends Error {
  override readonly name = 'TypedProblem';
  readonly errors: readonly TypedError[];
  constructor(errors: readonly TypedError[], within?: string) {
    super(within === undefined ? listed(errors) : `${within}: ${listed(errors)}`);
    this.errors = errors;
  }
}

const text = ({ path, message }: TypedError): string => (path === '' ? message : `${path}: ${message}`);

function listed(errors: readonly TypedError[]): string {
  const [only] = errors;
  if (errors.length === 1 && only !== undefined) return text(only);
  return ['errors:', ...errors.map((error) => `  ${text(error)}`)].join('\n');
}
