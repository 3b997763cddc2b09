import type { Process } from '@tabernetes/node-api';
import type { Json } from './literal.ts';
import { aggregate, project, sorted } from './query/aggregate.ts';
import { matches } from './query/match.ts';
import { updated } from './query/update.ts';
import { equal, QueryError } from './query/values.ts';
import { newId } from './script/globals.ts';
import type { Change, Document, DocumentStore } from './store.ts';
import type { Reply, Request } from './wire.ts';

interface Outcome {
  readonly reply: Reply;
  /** What is to be written. */
  readonly change?: Change;
}

/** What a server answers to a question about its documents, and what it is to write. Writes nothing itself. */
export function perform(process: Process, store: DocumentStore, request: Request): Outcome {
  try {
    return answered(process, store, request);
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return { reply: { error: { codeName: error.codeName, message: error.message } } };
  }
}

function answered(process: Process, store: DocumentStore, request: Request): Outcome {
  switch (request.op) {
    case 'collections': {
      const { database } = request;
      const names = store.names();
      if (database === undefined)
        return { reply: { collections: [...new Set(names.map((name) => name.split('.')[0] ?? ''))] } };
      return {
        reply: {
          collections: names
            .filter((name) => name.startsWith(`${database}.`))
            .map((name) => name.slice(database.length + 1)),
        },
      };
    }
    case 'find': {
      const { filter, sort, projection, skip = 0, limit = 0 } = request;
      const found = sorted(
        store.documents(request.collection).filter((each) => matches(each, filter)),
        sort,
      );
      const documents = found.slice(skip, limit > 0 ? skip + limit : undefined);
      return {
        reply: { documents: projection === undefined ? documents : documents.map((each) => project(each, projection)) },
      };
    }
    case 'aggregate':
      return { reply: { documents: aggregate(store.documents(request.collection), request.pipeline) } };
    case 'insert':
      return insert(process, store, request.collection, request.documents);
    case 'remove': {
      const { collection, filter, sort, limit } = request;
      const found = sorted(
        store.documents(collection).filter((each) => matches(each, filter)),
        sort,
      ).slice(0, limit);
      const drop = filter === undefined && limit === undefined;
      if (found.length === 0 && !drop) return { reply: { documents: [] } };
      return {
        reply: { documents: found },
        change: drop ? { collection, drop } : { collection, removed: found.map((each) => each['_id'] ?? null) },
      };
    }
    case 'update':
      return update(process, store, request);
    default:
      throw new QueryError('CommandNotFound', `no such command: '${request.op}'`);
  }
}

function insert(process: Process, store: DocumentStore, collection: string, documents: readonly Document[]): Outcome {
  const put: Document[] = [];
  for (const document of documents) {
    const { _id = idOf(process, put.length), ...rest } = document;
    if (store.has(collection, _id) || put.some((each) => equal(each['_id'], _id))) {
      const error = {
        codeName: 'DuplicateKey',
        message: `E11000 duplicate key error collection: ${collection} index: _id_ dup key: { _id: ${JSON.stringify(_id)} }`,
      };
      return { reply: { error, documents: put }, ...(put.length > 0 && { change: { collection, put } }) };
    }
    put.push({ _id, ...rest });
  }
  return { reply: { documents: put }, change: { collection, put } };
}

function update(
  process: Process,
  store: DocumentStore,
  { collection, filter, sort, update: by, multi, upsert }: Extract<Request, { op: 'update' }>,
): Outcome {
  const found = sorted(
    store.documents(collection).filter((each) => matches(each, filter)),
    sort,
  ).slice(0, multi ? undefined : 1);
  if (found.length === 0) {
    if (!upsert) return { reply: { documents: [], changed: [] } };
    // What the filter says that it is equal to, the new document has.
    const known = Object.entries(filter).filter(([key, value]) => !key.startsWith('$') && !isOperators(value));
    const made = updated(Object.fromEntries(known), by, true);
    const { _id, ...rest } = made;
    const document: Document = { _id: _id ?? idOf(process, 0), ...rest };
    return {
      reply: { documents: [], changed: [document], upserted: document['_id'] ?? null },
      change: { collection, put: [document] },
    };
  }
  const changed = found.map((each) => updated(each, by));
  const put = changed.filter((each, index) => !equal(each, found[index]));
  return { reply: { documents: found, changed }, ...(put.length > 0 && { change: { collection, put } }) };
}

const idOf = (process: Process, index: number): Json => ({ $oid: newId(process, index) });

const isOperators = (value: Json): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).some((key) => /^\$(?!date|oid)/.test(key));
