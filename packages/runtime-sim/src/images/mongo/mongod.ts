import type { Connection, Process, Program } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import { untilStopped } from '../serve.ts';
import type { Json } from './literal.ts';
import { runScript } from './mongosh.ts';
import { type Document, type DocumentStore, documentStore, type ReplicaMember } from './store.ts';
import { ask, hostOf, type Reply, type Request, readLine } from './wire.ts';

/** mongod: a small store of documents, alone or in a replica set. Scripts of /docker-entrypoint-initdb.d run at the first start. */
export const mongod: Program = async (process) => {
  const option = (name: string): string | undefined => {
    const at = process.argv.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
    return at < 0 ? undefined : (/=(.*)$/.exec(process.argv[at] ?? '')?.[1] ?? process.argv[at + 1]);
  };
  const port = Number(option('--port') ?? 27_017);
  const folder = option('--dbpath') ?? '/data/db';
  const replicaSetName = option('--replSet');
  process.fs.mkdir(folder, { recursive: true });
  const fresh = !process.fs.exists(`${folder}/tabernetes-store.json`);
  const store = documentStore(process, folder);
  process.usage({ memoryBytes: 180 * 1024 ** 2, cpuMillicores: 10 });
  await log(process, 'CONTROL', 'MongoDB starting', { pid: process.pid, port, dbPath: folder, host: process.hostname });
  const listener = process.net.listen(port, (connection) => void answer(process, store, replicaSetName, connection));
  await log(process, 'NETWORK', 'Waiting for connections', { port, ssl: 'off' });
  if (fresh && replicaSetName === undefined) await initialise(process);
  const code = await untilStopped(process, 0);
  listener.close();
  return code;
};

async function initialise(process: Process): Promise<void> {
  const folder = '/docker-entrypoint-initdb.d';
  if (!process.fs.exists(folder)) return;
  for (const name of process.fs.readDirectory(folder)) {
    if (!name.endsWith('.js')) continue;
    await process.stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${folder}/${name}\n`);
    const database = process.env['MONGO_INITDB_DATABASE'] ?? 'test';
    await runScript(process, process.fs.readText(`${folder}/${name}`), { hosts: [hostOf('127.0.0.1')], database });
  }
}

async function answer(
  process: Process,
  store: DocumentStore,
  replicaSetName: string | undefined,
  connection: Connection,
): Promise<void> {
  try {
    const line = await readLine(connection);
    if (line.startsWith('{')) {
      const reply = await perform(process, store, replicaSetName, JSON.parse(line) as Request);
      await connection.write(`${JSON.stringify(reply)}\n`);
    }
    connection.end();
  } catch (error) {
    // Who asked has gone.
    if (!isNetError(error)) throw error;
  }
}

async function perform(
  process: Process,
  store: DocumentStore,
  replicaSetName: string | undefined,
  request: Request,
): Promise<Reply> {
  const replicaSet = store.replicaSet();
  const initiated = replicaSetName === undefined || replicaSet !== undefined;
  const writable = replicaSetName === undefined || (replicaSet !== undefined && replicaSet.primary === replicaSet.self);
  switch (request.op) {
    case 'hello':
      return { hello: { initiated, writable, ...(replicaSet !== undefined && { replicaSet }) } };
    case 'initiate':
      return initiate(process, store, replicaSetName, request.config);
    case 'join':
      store.join(request.replicaSet);
      return {};
    case 'sync':
      store.restore(request.collections);
      return {};
    case 'find':
      return initiated
        ? { documents: store.documents(request.collection).filter((each) => matches(each, request.filter)) }
        : { error: { codeName: 'NotPrimaryOrSecondary', message: 'node is not in primary or recovering state' } };
    case 'insert':
    case 'remove': {
      if (!writable) return { error: { codeName: 'NotWritablePrimary', message: 'not primary' } };
      const before = store.documents(request.collection);
      const after =
        request.op === 'insert'
          ? [...before, ...request.documents]
          : before.filter((each) => !matches(each, request.filter));
      store.replace(request.collection, after);
      await replicate(process, store);
      return {
        documents: request.op === 'insert' ? request.documents : before.filter((each) => matches(each, request.filter)),
      };
    }
  }
}

async function initiate(
  process: Process,
  store: DocumentStore,
  name: string | undefined,
  config: Json,
): Promise<Reply> {
  if (name === undefined)
    return {
      error: { codeName: 'NoReplicationEnabled', message: 'This node was not started with replication enabled.' },
    };
  if (store.replicaSet() !== undefined)
    return { error: { codeName: 'AlreadyInitialized', message: 'already initialized' } };
  const given = config as { readonly _id?: string; readonly members?: readonly ReplicaMember[] } | null;
  const members = given?.members ?? [{ _id: 0, host: `${process.hostname}:27017` }];
  const own =
    members.find(({ host }) => host.startsWith(`${process.hostname}.`) || host.startsWith(`${process.hostname}:`)) ??
    members[0];
  const primary = own?.host ?? `${process.hostname}:27017`;
  const others = members.filter(({ host }) => host !== primary);
  for (const { host } of others) {
    const reached = await reach(process, host, { op: 'hello' });
    if (reached === undefined) {
      return {
        error: {
          codeName: 'NodeNotFound',
          message: `replSetInitiate quorum check failed because not all proposed set members responded affirmatively: ${host}`,
        },
      };
    }
  }
  const set = { _id: given?._id ?? name, members, primary };
  store.join({ ...set, self: primary });
  for (const { host } of others) await reach(process, host, { op: 'join', replicaSet: { ...set, self: host } });
  await replicate(process, store);
  return {};
}

/** Hands what is there to the other members; one that is away gets it with the next write. */
async function replicate(process: Process, store: DocumentStore): Promise<void> {
  const replicaSet = store.replicaSet();
  for (const { host } of replicaSet?.members ?? [])
    if (host !== replicaSet?.self) await reach(process, host, { op: 'sync', collections: store.contents() });
}

async function reach(process: Process, host: string, request: Request): Promise<Reply | undefined> {
  try {
    return await ask(process, hostOf(host), request);
  } catch (error) {
    if (isNetError(error)) return undefined;
    throw error;
  }
}

const matches = (document: Document, filter: Document | undefined): boolean =>
  Object.entries(filter ?? {}).every(([key, value]) => JSON.stringify(document[key]) === JSON.stringify(value));

const log = (process: Process, component: string, message: string, attributes: object): Promise<void> =>
  process.stdout.write(
    `${JSON.stringify({ t: { $date: new Date(process.now()).toISOString() }, s: 'I', c: component, id: 23_016, ctx: 'listener', msg: message, attr: attributes })}\n`,
  );
