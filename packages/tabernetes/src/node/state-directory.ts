import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { ClusterSnapshot } from '@tabernetes/cluster';
import type { KeyValue, StoreEvent } from '@tabernetes/storage';
import { makeFolders } from './make-folders.ts';

/**
 * A cluster kept in a directory: `snapshot.json` is the state at its last start, `journal.jsonl` every transaction since, one per
 * line, written before the write that it records is answered. Opening folds the journal into a new snapshot, and so does
 * a journal that has grown long. `lock` holds the number of the process that the directory belongs to.
 *
 *   snapshot.json   {"version":1,"nowMs":…,"store":{"revision":812,"kvs":[…],"leases":[]}}
 *   journal.jsonl   [{"put":{"key":"/registry/…","value":{…},"createRevision":…}}]
 *                   [{"delete":"/registry/…","revision":814}]
 */
export interface StateDirectory {
  readonly restored: ClusterSnapshot | undefined;
  /** Writes one transaction down. Throws what the file system throws: a state that cannot be kept must not look kept. */
  readonly append: (events: readonly StoreEvent<KubeObject>[]) => void;
}

type Line = readonly (
  | { readonly put: KeyValue<KubeObject> }
  | { readonly delete: string; readonly revision: number }
)[];

export interface StateDirectoryOptions {
  /** A longer journal is folded into the snapshot while the cluster waits. Default 64 MiB. */
  readonly maxJournalBytes?: number;
}

/** @throws {Error} in words for the person who named the directory: another process has it, a file cannot be read */
export function openStateDirectory(path: string, options: StateDirectoryOptions = {}): StateDirectory {
  const { maxJournalBytes = 64 * 1024 * 1024 } = options;
  makeFolders(resolve(path));
  claim(join(path, 'lock'));
  const snapshotFile = join(path, 'snapshot.json');
  const journalFile = join(path, 'journal.jsonl');
  const foldFiles = (): ClusterSnapshot | undefined => {
    const folded = fold(readSnapshot(snapshotFile), readJournal(journalFile));
    if (folded !== undefined) {
      // The new snapshot must be whole before the journal that it contains may go.
      writeFileSync(`${snapshotFile}.new`, JSON.stringify(folded));
      renameSync(`${snapshotFile}.new`, snapshotFile);
    }
    writeFileSync(journalFile, '');
    return folded;
  };
  let journalBytes = 0;
  return {
    restored: foldFiles(),
    append(events) {
      const line = Buffer.from(`${JSON.stringify(events.map(lineOf))}\n`);
      appendFileSync(journalFile, line);
      journalBytes += line.length;
      if (journalBytes <= maxJournalBytes) return;
      foldFiles();
      journalBytes = 0;
    },
  };
}

/** Two clusters that write to one journal would ruin both. A process that is gone has let go. */
function claim(file: string): void {
  const owner = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (owner > 0 && owner !== process.pid && isRunning(owner)) {
    throw new Error(`the state directory is in use by process ${owner}; if that is no tabernetes, remove ${file}`);
  }
  writeFileSync(file, String(process.pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const lineOf = (event: StoreEvent<KubeObject>): Line[number] =>
  event.type === 'put' ? { put: event.kv } : { delete: event.kv.key, revision: event.revision };

function readSnapshot(file: string): ClusterSnapshot | undefined {
  if (!existsSync(file)) return undefined;
  const snapshot = JSON.parse(readFileSync(file, 'utf8')) as ClusterSnapshot;
  if (snapshot.version !== 1)
    throw new Error(`${file}: version ${String(snapshot.version)} is not one that this tabernetes can read`);
  return snapshot;
}

function readJournal(file: string): readonly Line[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n');
  // What stands behind the last newline is a transaction that was being written when the process died: nobody was told of it.
  lines.pop();
  return lines.map((line, index) => {
    try {
      return JSON.parse(line) as Line;
    } catch {
      throw new Error(`${file}: line ${index + 1} cannot be read; move the file away to start from the snapshot`);
    }
  });
}

function fold(snapshot: ClusterSnapshot | undefined, journal: readonly Line[]): ClusterSnapshot | undefined {
  if (journal.length === 0) return snapshot;
  const kvs = new Map(snapshot?.store.kvs.map((kv) => [kv.key, kv]));
  let revision = snapshot?.store.revision ?? 0;
  for (const line of journal) {
    for (const change of line) {
      if ('put' in change) {
        // Written again: a key is where its last write put it, and readers sort by key anyway.
        kvs.set(change.put.key, change.put);
        revision = Math.max(revision, change.put.modRevision);
      } else {
        kvs.delete(change.delete);
        revision = Math.max(revision, change.revision);
      }
    }
  }
  const sorted = [...kvs.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return {
    version: 1,
    nowMs: snapshot?.nowMs ?? 0,
    store: { revision, kvs: sorted, leases: snapshot?.store.leases ?? [] },
  };
}
