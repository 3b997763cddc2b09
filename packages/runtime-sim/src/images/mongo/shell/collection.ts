import { fromDocument, toDocument } from '../script/documents.ts';
import { failure, HostObject, isTrue, plain, ScriptObject, toText, type Value, waiting } from '../script/values.ts';
import type { Document } from '../store.ts';
import { Cursor, documentOf } from './cursor.ts';
import type { Session } from './session.ts';

/** `db.name`: what can be done with a collection. A name that is no method is that of a collection below it. */
export function collectionObject(session: Session, database: string, name: string): HostObject {
  const collection = `${database}.${name}`;
  const methods = new Map<string, Value>();
  const add = (method: string, call: (...args: Value[]) => Promise<Value>): void =>
    void methods.set(method, waiting(method, call));
  readers(session, collection, methods, add);
  writers(session, collection, add);
  methods.set(
    'getName',
    plain('getName', () => name),
  );
  methods.set(
    'getFullName',
    plain('getFullName', () => collection),
  );
  return new HostObject(collection, (key) => methods.get(key) ?? collectionObject(session, database, `${name}.${key}`));
}

type Add = (method: string, call: (...args: Value[]) => Promise<Value>) => void;

const object = (entries: Readonly<Record<string, Value>>): ScriptObject => new ScriptObject(Object.entries(entries));

const optionsOf = (value: Value): ReadonlyMap<string, Value> =>
  value instanceof ScriptObject ? value.entries : new Map();

function readers(session: Session, collection: string, methods: Map<string, Value>, add: Add): void {
  const count = async (filter: Value): Promise<Value> =>
    (await session.send({ op: 'find', collection, filter: documentOf(filter, 'filter') })).documents?.length ?? 0;
  methods.set(
    'find',
    plain('find', (filter, projection) => {
      const wanted = documentOf(filter, 'filter');
      const first = projection === undefined ? {} : { projection: documentOf(projection, 'projection') };
      return new Cursor(
        async (options) => (await session.send({ op: 'find', collection, filter: wanted, ...options })).documents ?? [],
        true,
        first,
      );
    }),
  );
  methods.set(
    'aggregate',
    plain('aggregate', (...stages) => {
      const pipeline = (Array.isArray(stages[0]) ? stages[0] : stages).map(toDocument);
      return new Cursor(
        async () => (await session.send({ op: 'aggregate', collection, pipeline })).documents ?? [],
        false,
      );
    }),
  );
  add('findOne', async (filter, projection) => {
    const { documents = [] } = await session.send({
      op: 'find',
      collection,
      filter: documentOf(filter, 'filter'),
      limit: 1,
      ...(projection !== undefined && { projection: documentOf(projection, 'projection') }),
    });
    return documents[0] === undefined ? null : fromDocument(documents[0]);
  });
  add('countDocuments', count);
  add('count', count);
  add('estimatedDocumentCount', () => count(undefined));
  add('distinct', async (field, filter) => {
    const { documents = [] } = await session.send({
      op: 'aggregate',
      collection,
      pipeline: [
        { $match: documentOf(filter, 'filter') },
        { $unwind: `$${toText(field)}` },
        { $group: { _id: `$${toText(field)}` } },
      ],
    });
    return documents.map((each) => fromDocument(each['_id'] ?? null));
  });
  // Looking for documents goes through all of them: an index changes nothing that can be seen.
  add('createIndex', async (keys) =>
    Object.entries(documentOf(keys, 'keys'))
      .map(([key, way]) => `${key}_${String(way)}`)
      .join('_'),
  );
}

function writers(session: Session, collection: string, add: Add): void {
  const insert = async (documents: readonly Document[]): Promise<readonly Document[]> =>
    (await session.send({ op: 'insert', collection, documents })).documents ?? [];
  add('insertOne', async (document) => {
    const [made] = await insert([documentOf(document, 'doc')]);
    return object({ acknowledged: true, insertedId: fromDocument(made?.['_id'] ?? null) });
  });
  add('insertMany', async (documents) => {
    if (!Array.isArray(documents))
      throw failure('MongoInvalidArgumentError', 'Argument "docs" must be an array of documents');
    if (documents.length === 0)
      throw failure('MongoInvalidArgumentError', 'Invalid BulkOperation, Batch cannot be empty');
    const made = await insert(documents.map((each) => documentOf(each, 'doc')));
    const ids = made.map((each, index) => [String(index), fromDocument(each['_id'] ?? null)] as const);
    return object({ acknowledged: true, insertedIds: new ScriptObject(ids) });
  });
  for (const [method, limit] of [
    ['deleteOne', 1],
    ['deleteMany', undefined],
  ] as const) {
    add(method, async (filter) => {
      if (filter === undefined)
        throw failure('MongoshInvalidInputError', `Missing required argument at position 0 (Collection.${method})`);
      const { documents = [] } = await session.send({
        op: 'remove',
        collection,
        filter: documentOf(filter, 'filter'),
        ...(limit !== undefined && { limit }),
      });
      return object({ acknowledged: true, deletedCount: documents.length });
    });
  }
  add('drop', async () => {
    const { documents = [] } = await session.send({ op: 'remove', collection });
    return documents.length > 0;
  });
  for (const method of ['updateOne', 'updateMany', 'replaceOne'] as const)
    add(method, (filter, update, options) => change(session, collection, method, filter, update, options));
  for (const method of ['findOneAndDelete', 'findOneAndUpdate', 'findOneAndReplace'] as const)
    add(method, (filter, ...more) => findAnd(session, collection, method, filter, more));
}

/** @throws {Thrown} where operators and documents are mixed up */
function checked(method: string, update: Value): Document {
  const document = documentOf(update, 'update');
  const operates = Object.keys(document).some((key) => key.startsWith('$'));
  if (operates === /replace/i.test(method)) {
    const text = operates
      ? 'Replacement document must not contain atomic operators'
      : 'Update document requires atomic operators';
    throw failure('MongoInvalidArgumentError', text);
  }
  return document;
}

async function change(
  session: Session,
  collection: string,
  method: 'updateOne' | 'updateMany' | 'replaceOne',
  filter: Value,
  update: Value,
  options: Value,
): Promise<Value> {
  const {
    documents = [],
    changed = [],
    upserted,
  } = await session.send({
    op: 'update',
    collection,
    filter: documentOf(filter, 'filter'),
    update: checked(method, update),
    multi: method === 'updateMany',
    upsert: isTrue(optionsOf(options).get('upsert')),
  });
  const modifiedCount = documents.filter(
    (each, index) => JSON.stringify(each) !== JSON.stringify(changed[index]),
  ).length;
  return object({
    acknowledged: true,
    insertedId: upserted === undefined ? null : fromDocument(upserted),
    matchedCount: documents.length,
    modifiedCount,
    upsertedCount: upserted === undefined ? 0 : 1,
  });
}

async function findAnd(
  session: Session,
  collection: string,
  method: 'findOneAndDelete' | 'findOneAndUpdate' | 'findOneAndReplace',
  filter: Value,
  more: readonly Value[],
): Promise<Value> {
  const removes = method === 'findOneAndDelete';
  const options = optionsOf(more[removes ? 0 : 1]);
  const common = {
    collection,
    filter: documentOf(filter, 'filter'),
    ...(options.get('sort') !== undefined && { sort: documentOf(options.get('sort'), 'sort') }),
  };
  const { documents = [], changed = [] } = await session.send(
    removes
      ? { op: 'remove', ...common, limit: 1 }
      : {
          op: 'update',
          ...common,
          update: checked(method, more[0]),
          multi: false,
          upsert: isTrue(options.get('upsert')),
        },
  );
  const after = toText(options.get('returnDocument')) === 'after' || options.get('returnNewDocument') === true;
  const [found] = after ? changed : documents;
  return found === undefined ? null : fromDocument(found);
}
