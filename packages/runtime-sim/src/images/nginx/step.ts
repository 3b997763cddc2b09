import type { HttpReply } from '@tabernetes/node-api';

/** What comes of a request in a location: an answer, another place to go to, or a code that nginx has a page for. */
export type Step =
  | { readonly reply: HttpReply }
  /** A path with its query, or a named location (`@name`). */
  | { readonly to: string }
  | {
      readonly status: number;
      readonly location?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };
