/** A piece of a byte stream. A text stands for its UTF-8 bytes; streams pass it on without encoding it when nobody asks for bytes. */
export type Chunk = string | Uint8Array;

/** What a process reads from. Reads wait until there is something; a process that is killed while it waits is thrown out of its read. */
export interface InputStream {
  /** The next bytes, at most `maxBytes`; undefined at the end. */
  read(maxBytes?: number): Promise<Uint8Array | undefined>;
  /** The next line without its newline, or what is left before the end; undefined at the end. */
  readLine(): Promise<string | undefined>;
  /** Everything up to the end, decoded as UTF-8. */
  readText(): Promise<string>;
  /** Gives up the right to read; who writes gets SIGPIPE once nobody reads. */
  close(): void;
}

/** What a process writes to. */
export interface OutputStream {
  /** Resolves when the chunk was taken; waits while the reader is behind. Rejects (EPIPE) when nobody reads any more. */
  write(chunk: Chunk): Promise<void>;
  /** The end of the stream, for its readers. */
  close(): void;
}

/** A terminal: what `-t` gives a process. */
export interface Terminal {
  readonly columns: number;
  readonly rows: number;
  onResize(listener: (columns: number, rows: number) => void): { dispose(): void };
  /** Keys go to the program as they are typed: neither echoed nor collected to lines, and none of them is a signal. */
  setRaw?(raw: boolean): void;
  /**
   * Lets whoever sits there edit a text; resolves with what was saved, undefined when it was given up. Absent: the
   * terminal belongs to nobody who could.
   */
  edit?(text: string, fileName: string): Promise<string | undefined>;
}
