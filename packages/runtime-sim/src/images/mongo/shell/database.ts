import type { Json } from '../literal.ts';
import { fromDocument, toDocument } from '../script/documents.ts';
import { failure, HostObject, plain, ScriptObject, toText, type Value, waiting } from '../script/values.ts';
import { collectionObject } from './collection.ts';
import { type Session, serverError } from './session.ts';

const VERSION = '7.0.14';

/** `db`: the database that the session uses, or one by name. A name that is no method is that of a collection. */
export function databaseObject(session: Session, name?: string): HostObject {
  const current = (): string => name ?? session.database;
  const commands = commandsOf(session);
  const methods = new Map<string, Value>();
  const add = (method: string, call: (...args: Value[]) => Promise<Value>): void =>
    void methods.set(method, waiting(method, call));
  methods.set('getName', plain('getName', current));
  methods.set(
    'version',
    plain('version', () => VERSION),
  );
  methods.set(
    'getSiblingDB',
    plain('getSiblingDB', (other) => databaseObject(session, toText(other))),
  );
  methods.set(
    'getCollection',
    plain('getCollection', (collection) => collectionObject(session, current(), toText(collection))),
  );
  const collections = async (): Promise<readonly string[]> =>
    (await session.send({ op: 'collections', database: current() })).collections ?? [];
  add('getCollectionNames', async () => [...(await collections())]);
  add('dropDatabase', async () => {
    for (const each of await collections()) await session.send({ op: 'remove', collection: `${current()}.${each}` });
    return fromDocument({ ok: 1, dropped: current() });
  });
  add('createCollection', async () => fromDocument({ ok: 1 }));
  for (const method of ['hello', 'isMaster', 'serverStatus']) add(method, async () => commands(method));
  for (const method of ['runCommand', 'adminCommand']) {
    add(method, async (command) => {
      const given = typeof command === 'string' ? { [command]: 1 } : toDocument(command);
      const [verb = ''] = Object.keys(given ?? {});
      return commands(verb, (given as Readonly<Record<string, Json>>)[verb]);
    });
  }
  return new HostObject(current(), (key) => methods.get(key) ?? collectionObject(session, current(), key));
}

/** `rs`: the replica set that the server is in. */
export function replicaSetObject(session: Session): HostObject {
  const commands = commandsOf(session);
  const methods = new Map<string, Value>([
    [
      'initiate',
      waiting('initiate', async (config) =>
        commands('replSetInitiate', config === undefined ? {} : toDocument(config)),
      ),
    ],
    ['status', waiting('status', async () => commands('replSetGetStatus'))],
    ['conf', waiting('conf', async () => commands('replSetGetConfig'))],
    ['isMaster', waiting('isMaster', async () => commands('hello'))],
    ['hello', waiting('hello', async () => commands('hello'))],
  ]);
  return new HostObject('[object ReplicaSet]', (key) => methods.get(key));
}

/** `show dbs`, `show collections`. @throws {Thrown} for what else can be shown */
export async function shown(session: Session, word: string): Promise<string> {
  if (word === 'dbs' || word === 'databases')
    return lines((await session.send({ op: 'collections' })).collections ?? []);
  if (word === 'collections' || word === 'tables')
    return lines((await session.send({ op: 'collections', database: session.database })).collections ?? []);
  throw failure('MongoshInvalidInputError', `'${word}' is not a valid argument for "show".`);
}

const lines = (names: readonly string[]): string => [...names].sort().join('\n');

function commandsOf(session: Session): (verb: string, operand?: Json) => Promise<Value> {
  const ok = (value: Readonly<Record<string, Json>>): Value => {
    const made = fromDocument(value);
    if (made instanceof ScriptObject) made.entries.set('ok', 1);
    return made;
  };
  return async (verb, operand = null) => {
    switch (verb) {
      case 'ping':
        await session.send({ op: 'hello' });
        return ok({});
      case 'buildInfo':
      case 'buildinfo':
        return ok({ version: VERSION });
      case 'replSetInitiate':
        await session.send({ op: 'initiate', config: operand });
        return ok({});
      default:
        break;
    }
    const { hello } = await session.send({ op: 'hello' });
    const set = hello?.replicaSet;
    switch (verb) {
      case 'hello':
      case 'isMaster':
      case 'ismaster':
        return ok({
          [verb === 'hello' ? 'isWritablePrimary' : 'ismaster']: hello?.writable ?? false,
          ...(set !== undefined && {
            setName: set._id,
            primary: set.primary,
            me: set.self,
            hosts: set.members.map(({ host }) => host),
          }),
        });
      case 'serverStatus':
        return ok({ host: session.process.hostname, version: VERSION, process: 'mongod' });
      case 'replSetGetStatus':
      case 'replSetGetConfig': {
        if (set === undefined) {
          throw hello?.initiated === false
            ? serverError({ codeName: 'NotYetInitialized', message: 'no replset config has been received' })
            : serverError({ codeName: 'NoReplicationEnabled', message: 'not running with --replSet' });
        }
        if (verb === 'replSetGetConfig')
          return fromDocument({ _id: set._id, members: set.members.map((each) => ({ ...each })) });
        const members = set.members.map(({ _id, host }) => ({
          _id,
          name: host,
          health: 1,
          stateStr: host === set.primary ? 'PRIMARY' : 'SECONDARY',
        }));
        return ok({ set: set._id, members });
      }
      default:
        throw serverError({ codeName: 'CommandNotFound', message: `no such command: '${verb}'` });
    }
  };
}
