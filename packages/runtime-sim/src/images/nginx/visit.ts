import type { HttpCall, Process } from '@tabernetes/node-api';
import type { NginxConfig, NginxLocation, NginxServer } from './model.ts';
import type { Peers } from './peers.ts';

/** A configuration in force, with what the servers behind it have shown of themselves. */
export interface Running {
  readonly config: NginxConfig;
  /** By the authority that `proxy_pass` names. */
  readonly peers: ReadonlyMap<string, Peers>;
}

/** One try to get an answer from behind. */
export interface Tried {
  readonly address: string;
  readonly status: number;
  readonly tookMs: number;
}

/** A request on its way through the configuration. What is not readonly changes with every internal redirect. */
export interface Visit {
  readonly process: Process;
  readonly running: Running;
  readonly call: HttpCall;
  readonly server: NginxServer;
  readonly port: number;
  /** What the client asks for, without a port; lower case. */
  readonly host: string;
  readonly beganMs: number;
  readonly upstream: Tried[];
  /** What expressions have matched last: by number and by name. */
  readonly groups: Map<string, string>;
  method: string;
  /** Decoded, without the query. */
  path: string;
  args: string;
  location: NginxLocation | undefined;
  /** Where files are looked for. */
  root: string;
  /** What the client is told, whatever comes after: the error that led here. */
  status: number | undefined;
  /** Internal redirects so far. */
  changes: number;
  sawErrorPage: boolean;
}
