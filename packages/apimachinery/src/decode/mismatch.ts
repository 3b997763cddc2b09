/** What is wrong with a value, before it is known where. */
export class Mismatch {
  /** A type's own decoder failed: nothing after it is decoded. */
  readonly ends: boolean;
  readonly #what: string;
  readonly #goType: string | undefined;

  /** Without a Go type `what` is the whole message. */
  constructor(what: string, goType?: string, ends = goType === undefined) {
    this.#what = what;
    this.#goType = goType;
    this.ends = ends;
  }

  /** The raw value is of the wrong JSON type for the Go type. */
  static ofType(raw: unknown, goType: string, ends = false): Mismatch {
    return new Mismatch(jsonType(raw), goType, ends);
  }

  /** Go's message. `struct` is the Go type that has the field, empty outside of any. */
  text(struct: string, fields: readonly string[]): string {
    if (this.#goType === undefined) return this.#what;
    const where = struct === '' ? 'value' : `struct field ${struct.slice(struct.indexOf('.') + 1)}.${fields.join('.')}`;
    return `json: cannot unmarshal ${this.#what} into Go ${where} of type ${this.#goType}`;
  }
}

function jsonType(raw: unknown): string {
  if (Array.isArray(raw)) return 'array';
  switch (typeof raw) {
    case 'boolean':
      return 'bool';
    case 'number':
      return 'number';
    case 'string':
      return 'string';
    default:
      return 'object';
  }
}
