import type { Manifest } from './api.ts';
import { actionFirst } from './notes-first-edition.ts';
import { patterns } from './notes-patterns.ts';
import { actionSecond } from './notes-second-edition.ts';

/** What the text around a manifest says of it. */
export interface Note {
  /** Where everything goes that names no namespace. Default `default`. */
  readonly namespace?: string;
  /** Objects that come first. */
  readonly objects?: readonly Manifest[];
  /** Manifests that come first, by their path. */
  readonly with?: readonly string[];
  /** Lines of kubectl that come first, and that come after a while. */
  readonly before?: readonly string[];
  readonly after?: readonly string[];
  /** How long it takes before the lines that come after. Default 15. */
  readonly settleSeconds?: number;
  /** States other than those of what goes well, by kind or `Kind/name`. `|` separates what is right as well. */
  readonly expect?: Readonly<Record<string, string>>;
  /** True where the state comes and goes. */
  readonly passing?: boolean;
  readonly why?: string;
  /** How long to wait at most. Default 10. */
  readonly minutes?: number;
}

/** What a file is made to show. */
export const noteOf = (file: string): Note => ({ ...patterns, ...actionFirst, ...actionSecond })[file] ?? {};
