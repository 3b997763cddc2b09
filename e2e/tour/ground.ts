/** Where the tour is made: in the page, or against a served cluster. */
export interface Ground {
  readonly name: string;
  /** Applies a file. @returns what was said of it, a line for each object */
  apply(file: string, objects: number): Promise<string>;
  /** Types a line at the prompt. @returns what it printed */
  type(line: string, timeoutMs: number): Promise<string>;
  /** A picture of what one sees now, as JPEG; none where there is nothing to see. */
  picture?(): Promise<Buffer>;
  close(): Promise<void>;
}
