import type { Process } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';
import type { Json } from './literal.ts';

/** A document of a collection. */
export type Document = { readonly [key: string]: Json };

export interface ReplicaMember {
  readonly _id: number;
  readonly host: string;
}

export interface ReplicaSet {
  readonly _id: string;
  readonly members: readonly ReplicaMember[];
  /** `host:port` of the one that is written to. */
  readonly primary: string;
  /** What this server is called among them. */
  readonly self: string;
}

interface Contents {
  readonly collections: Readonly<Record<string, readonly Document[]>>;
  readonly replicaSet?: ReplicaSet;
}

/** What a mongod holds. It lies in a file of its data directory, so that it lasts as long as the volume does. */
export interface DocumentStore {
  replicaSet(): ReplicaSet | undefined;
  join(replicaSet: ReplicaSet): void;
  /** By `database.collection`. */
  documents(collection: string): readonly Document[];
  replace(collection: string, documents: readonly Document[]): void;
  contents(): Contents['collections'];
  restore(collections: Contents['collections']): void;
}

export function documentStore(process: Process, folder: string): DocumentStore {
  const file = `${folder}/tabernetes-store.json`;
  const read = attempt(() => process.fs.readText(file));
  let state: Contents = 'value' in read ? (JSON.parse(read.value) as Contents) : { collections: {} };
  const save = (next: Contents): void => {
    state = next;
    process.fs.writeFile(file, JSON.stringify(state));
  };
  return {
    replicaSet: () => state.replicaSet,
    join: (replicaSet) => save({ ...state, replicaSet }),
    documents: (collection) => state.collections[collection] ?? [],
    replace: (collection, documents) =>
      save({ ...state, collections: { ...state.collections, [collection]: documents } }),
    contents: () => state.collections,
    restore: (collections) => save({ ...state, collections }),
  };
}
