/** A request of a page: an object for a body, an object or a text for an answer. */
export interface PageRequest {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** YAML or JSON as the person wrote it, or an object. */
  readonly body?: string | object;
}

export interface PageAnswer {
  readonly status: number;
  readonly warnings: readonly string[];
  readonly body: unknown;
}

/** A file of the editor. */
export interface PageFile {
  /** Without a slash. */
  readonly name: string;
  readonly text: string;
}
