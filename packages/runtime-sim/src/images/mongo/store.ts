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

/** What a write changes: documents that are there from now on, by their `_id`, and ids of those that are not. */
export interface Change {
  readonly collection: string;
  readonly put?: readonly Document[];
  readonly removed?: readonly Json[];
  /** The collection goes as well. */
  readonly drop?: boolean;
}

export interface Contents {
  readonly version: number;
  readonly collections: Readonly<Record<string, readonly Document[]>>;
}

type Line = Change | { readonly replicaSet: ReplicaSet } | { readonly contents: Contents };

/**
 * What a mongod holds. Each change is a line of a journal in its data directory, so that it lasts as long as the volume
 * does and costs what it changes.
 */
export interface DocumentStore {
  /** How many changes there have been. */
  readonly version: number;
  replicaSet(): ReplicaSet | undefined;
  join(replicaSet: ReplicaSet): void;
  /** By `database.collection`. */
  documents(collection: string): readonly Document[];
  has(collection: string, id: Json): boolean;
  names(): readonly string[];
  apply(change: Change): void;
  contents(): Contents;
  restore(contents: Contents): void;
}

/** Name of the journal. */
export const JOURNAL = 'tabernetes-journal.jsonl';
/** A journal is written anew when it has grown to so many times what it holds. */
const GROWTH = 4;
const SMALL_BYTES = 1 << 20;

export function documentStore(process: Process, folder: string): DocumentStore {
  const file = `${folder}/${JOURNAL}`;
  const collections = new Map<string, Map<string, Document>>();
  let replicaSet: ReplicaSet | undefined;
  let version = 0;
  let bytes = 0;
  let compactBytes = 0;
  const put = (line: Line): void => {
    if ('replicaSet' in line) replicaSet = line.replicaSet;
    else if ('contents' in line) {
      collections.clear();
      version = line.contents.version;
      for (const [name, documents] of Object.entries(line.contents.collections))
        collections.set(name, new Map(documents.map((each) => [keyOf(each['_id'] ?? null), each])));
    } else {
      version++;
      if (line.drop === true) collections.delete(line.collection);
      if (line.put === undefined && line.removed === undefined) return;
      const known = collections.get(line.collection) ?? new Map<string, Document>();
      collections.set(line.collection, known);
      for (const id of line.removed ?? []) known.delete(keyOf(id));
      for (const document of line.put ?? []) known.set(keyOf(document['_id'] ?? null), document);
    }
  };
  const contents = (): Contents => ({
    version,
    collections: Object.fromEntries([...collections].map(([name, documents]) => [name, [...documents.values()]])),
  });
  const compact = (): void => {
    const lines: Line[] = [{ contents: contents() }, ...(replicaSet === undefined ? [] : [{ replicaSet }])];
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
    process.fs.writeFile(file, text);
    bytes = text.length;
    compactBytes = text.length;
  };
  const write = (line: Line): void => {
    put(line);
    const text = `${JSON.stringify(line)}\n`;
    bytes += text.length;
    if (bytes > SMALL_BYTES && bytes > GROWTH * compactBytes) compact();
    else process.fs.writeFile(file, text, { append: true });
  };
  const read = attempt(() => process.fs.readText(file));
  if ('value' in read) {
    for (const line of read.value.split('\n')) if (line !== '') put(JSON.parse(line) as Line);
    compact();
  }
  return {
    get version() {
      return version;
    },
    replicaSet: () => replicaSet,
    join: (joined) => write({ replicaSet: joined }),
    documents: (collection) => [...(collections.get(collection)?.values() ?? [])],
    has: (collection, id) => collections.get(collection)?.has(keyOf(id)) ?? false,
    names: () => [...collections.keys()],
    apply: write,
    contents,
    restore: (restored) => write({ contents: restored }),
  };
}

const keyOf = (id: Json): string => JSON.stringify(id);
