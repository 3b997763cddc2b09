import type { Connection, Process } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import type { Json } from './literal.ts';
import type { Change, Contents, Document, ReplicaSet } from './store.ts';

/** What the simulated clients and servers of mongo say to each other: a line of JSON each way. Collections are `database.name`. */
export type Request =
  | { readonly op: 'hello' }
  | { readonly op: 'initiate'; readonly config: Json }
  | { readonly op: 'join'; readonly replicaSet: ReplicaSet }
  | { readonly op: 'sync'; readonly contents: Contents }
  | { readonly op: 'replicate'; readonly version: number; readonly change: Change }
  | { readonly op: 'collections'; readonly database?: string }
  | {
      readonly op: 'find';
      readonly collection: string;
      readonly filter?: Document;
      readonly sort?: Document;
      readonly projection?: Document;
      readonly skip?: number;
      readonly limit?: number;
    }
  | { readonly op: 'aggregate'; readonly collection: string; readonly pipeline: readonly Json[] }
  | { readonly op: 'insert'; readonly collection: string; readonly documents: readonly Document[] }
  | {
      readonly op: 'remove';
      readonly collection: string;
      readonly filter?: Document;
      readonly sort?: Document;
      /** Default all. */
      readonly limit?: number;
    }
  | {
      readonly op: 'update';
      readonly collection: string;
      readonly filter: Document;
      readonly sort?: Document;
      readonly update: Document;
      readonly multi: boolean;
      readonly upsert: boolean;
    };

export interface Reply {
  readonly error?: { readonly codeName: string; readonly message: string };
  /** Of removals and updates: as they were. */
  readonly documents?: readonly Document[];
  /** Of updates: as they are now, with what was made (upsert). */
  readonly changed?: readonly Document[];
  readonly upserted?: Json;
  readonly collections?: readonly string[];
  /** A member that has not seen all that came before. */
  readonly behind?: boolean;
  readonly hello?: {
    /** False where a replica set is asked for and none has been initiated. */
    readonly initiated: boolean;
    readonly writable: boolean;
    readonly replicaSet?: ReplicaSet;
  };
}

export interface Host {
  readonly host: string;
  readonly port: number;
}

/** Reads up to the end of the line. */
export async function readLine(connection: Connection): Promise<string> {
  const decoder = new TextDecoder();
  const pieces: string[] = [];
  for (;;) {
    const bytes = await connection.read();
    if (bytes === undefined) break;
    const piece = decoder.decode(bytes, { stream: true });
    const end = piece.indexOf('\n');
    pieces.push(end < 0 ? piece : piece.slice(0, end));
    if (end >= 0) break;
  }
  return pieces.join('');
}

/** @throws {NetError} */
export async function ask(process: Process, { host, port }: Host, request: Request): Promise<Reply> {
  const connection = await process.net.connect(host, port, { timeoutMs: 10_000 });
  try {
    await connection.write(`${JSON.stringify(request)}\n`);
    const line = await readLine(connection);
    return line === ''
      ? { error: { codeName: 'HostUnreachable', message: 'connection closed' } }
      : (JSON.parse(line) as Reply);
  } finally {
    connection.end();
  }
}

export const hostOf = (address: string): Host => {
  const [host = '127.0.0.1', port = '27017'] = address.split(':');
  return { host, port: Number(port) };
};

/** A connection string taken apart, and the database in it. A name alone is a database of this machine. */
export interface Target {
  readonly hosts: readonly Host[];
  readonly database: string;
}

/** @throws {Error} with the text that mongosh prints */
export async function resolveTarget(process: Process, text: string | undefined): Promise<Target> {
  const local = { hosts: [hostOf('127.0.0.1:27017')] };
  if (text === undefined) return { ...local, database: 'test' };
  const match = /^mongodb(\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)(?:\/([^?]*))?/.exec(text);
  if (match === null) {
    const [address, database] = text.includes('/') ? text.split('/') : [undefined, text];
    return address === undefined
      ? { ...local, database: database ?? 'test' }
      : { hosts: [hostOf(address)], database: database ?? 'test' };
  }
  const [, srv, hosts = '', database = ''] = match;
  const name = database === '' ? 'test' : database;
  if (srv === undefined) return { hosts: hosts.split(',').map(hostOf), database: name };
  const service = `_mongodb._tcp.${hosts}`;
  try {
    const records = await process.net.query(service, 'SRV');
    const found = records.flatMap((record) =>
      record.type === 'SRV' ? [{ host: record.target.replace(/\.$/, ''), port: record.port }] : [],
    );
    if (found.length > 0) return { hosts: found, database: name };
  } catch (error) {
    if (!isNetError(error)) throw error;
  }
  throw new Error(`querySrv ENOTFOUND ${service}`);
}

/**
 * The server that is written to, among those that answer.
 *
 * @param waitMs how long to look again while there is none
 * @throws {Error} with the text that mongosh prints
 */
export async function findPrimary(process: Process, target: Target, waitMs = 0): Promise<Host> {
  const endMs = process.now() + waitMs;
  for (;;) {
    const found = await lookForPrimary(process, target);
    if ('host' in found) return found;
    if (process.now() >= endMs) throw new Error(found.failure);
    await process.sleep(1000);
  }
}

async function lookForPrimary(process: Process, { hosts }: Target): Promise<Host | { readonly failure: string }> {
  const known = [...hosts];
  let failure = '';
  let waiting: Host | undefined;
  for (const host of known) {
    try {
      const { hello } = await ask(process, host, { op: 'hello' });
      if (hello?.writable === true) return host;
      if (hello?.initiated === false) waiting ??= host;
      const primary = hello?.replicaSet?.primary;
      if (primary !== undefined && !known.some((each) => `${each.host}:${each.port}` === primary))
        known.push(hostOf(primary));
    } catch (error) {
      if (!isNetError(error)) throw error;
      failure = `connect ${error.code} ${host.host}:${host.port}`;
    }
  }
  // One server that is asked directly answers, whatever it is.
  if (waiting !== undefined && hosts.length === 1) return waiting;
  return { failure: failure === '' ? 'Server selection timed out after 30000 ms' : failure };
}
