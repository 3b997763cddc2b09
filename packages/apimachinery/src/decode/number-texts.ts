/**
 * How numbers were written, where that matters and a JavaScript number does not tell: `1.0` and `1e3` are no integers
 * to Go, `1e3` is another quantity than `1000`, and integers beyond 2^53 lose digits. By the object or list that holds
 * the number, then by its key or index.
 */
export type NumberTexts = ReadonlyMap<object, ReadonlyMap<string | number, string>>;

/** Fields that a document sets twice, by the object that holds them. The value of the object is the last one. */
export type Duplicates = ReadonlyMap<object, readonly Duplicate[]>;

export interface Duplicate {
  readonly key: string;
  /** How many different keys of the object came before the repeated one: problems are told in the order of the text. */
  readonly after: number;
  /** The value that the next one replaced. */
  readonly earlier: unknown;
}

/** What reading knows of a value beyond the value; a `DecodedBody` is one. */
export interface DecodeSource {
  /** From `decodeBody`; without it numbers are what their values say. */
  readonly numbers?: NumberTexts;
  readonly duplicates?: Duplicates;
  /**
   * A canonical object of the same type, frozen: what the value has in common with it, as the same references, is checked already and
   * is taken as it is. The draft then holds frozen parts, which are to be replaced, not written to; the draft itself and its metadata
   * are never frozen. Default: every part is fresh.
   */
  readonly known?: object;
}
