import type { NodeRequest, Trouble } from '@tabernetes/cluster';
import type { PageFile, PageRequest } from './page-protocol.ts';
import type { TerminalRequest } from './world-protocol.ts';

/** Something that was done to a cluster from outside. */
export type Deed =
  /** A request that may have written something. */
  | { readonly do: 'request'; readonly request: PageRequest }
  | { readonly do: 'kubectl'; readonly line: string }
  /** Files of the page, as the workstation's home has them from now on. */
  | { readonly do: 'files'; readonly put: readonly PageFile[]; readonly removed: readonly string[] }
  | { readonly do: 'openTerminal'; readonly terminal: number }
  | { readonly do: 'terminal'; readonly terminal: number; readonly request: TerminalRequest }
  | { readonly do: 'trouble'; readonly trouble: Trouble }
  | { readonly do: 'mend'; readonly id: number }
  | { readonly do: 'crash'; readonly pod: string; readonly container: string }
  | { readonly do: 'stopNode' | 'startNode' | 'removeNode'; readonly node: string }
  | { readonly do: 'addNode'; readonly node: NodeRequest }
  /** The machines were switched off, and on again at another time, in milliseconds since the epoch. */
  | { readonly do: 'restart'; readonly startMs: number };

/** `at` counts from the beginning, in milliseconds; 1: time stood still, so that nothing fell due between this and what was before. */
export type NotedDeed = readonly [at: number, deed: Deed, still?: 1];

/** All that was done to a cluster, and when: done again to a new one of the same options, it makes the same objects. */
export interface WorldLog {
  readonly version: 1;
  /** Where the cluster's time began, in milliseconds since the epoch. */
  readonly startMs: number;
  /** Where it is now. */
  readonly endMs: number;
  /** In order. */
  readonly deeds: readonly NotedDeed[];
  /** False: more was done than is remembered. */
  readonly isWhole: boolean;
}
