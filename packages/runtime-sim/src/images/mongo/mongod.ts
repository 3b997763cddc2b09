import type { Connection, Process } from '@tabernetes/node-api';
import type { Applet, Proc } from '../../process/proc.ts';
import { isNetError } from '../../programs/support/command.ts';
import { aside, untilStopped } from '../serve.ts';
import type { Json } from './literal.ts';
import { loadMongosh } from './load-mongosh.ts';
import { perform } from './perform.ts';
import { type Change, type DocumentStore, documentStore, JOURNAL, type ReplicaMember } from './store.ts';
import { ask, hostOf, type Reply, type Request, readLine, type Target } from './wire.ts';

/**
 * mongod: a small store of documents, alone or in a replica set. Scripts of /docker-entrypoint-initdb.d run at the first
 * start; one that fails ends the server, as in the image.
 */
export const mongod: Applet = async (process) => {
  const option = (name: string): string | undefined => {
    const at = process.argv.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
    return at < 0 ? undefined : (/=(.*)$/.exec(process.argv[at] ?? '')?.[1] ?? process.argv[at + 1]);
  };
  const unknown = process.argv.slice(1).find((arg) => arg.startsWith('-') && !KNOWN.test(arg));
  if (unknown !== undefined) {
    const name = unknown.replace(/=.*/s, '');
    await process.stderr.write(
      REFUSED.test(name)
        ? `Error parsing command line: the simulated mongod has no option '${name}'\n`
        : `Error parsing command line: unrecognised option '${name}'\ntry 'mongod --help' for more information\n`,
    );
    return 2;
  }
  const isLocal = /^(?:127\.0\.0\.1|localhost|::1)(?:,(?:127\.0\.0\.1|localhost|::1))*$/.test(
    option('--bind_ip') ?? '',
  );
  const port = Number(option('--port') ?? 27_017);
  const folder = option('--dbpath') ?? '/data/db';
  const replicaSetName = option('--replSet');
  process.fs.mkdir(folder, { recursive: true });
  const fresh = !process.fs.exists(`${folder}/${JOURNAL}`);
  const store = documentStore(process, folder);
  process.usage({ memoryBytes: 180 * 1024 ** 2, cpuMillicores: 10 });
  await log(process, 'CONTROL', 'MongoDB starting', { pid: process.pid, port, dbPath: folder, host: process.hostname });
  if ((process.env['MONGO_INITDB_ROOT_USERNAME'] ?? '') !== '')
    await log(process, 'ACCESS', 'The simulated mongod asks for no password', {});
  const listener = process.net.listen(
    port,
    (connection) => aside(process, answer(process, store, replicaSetName, connection)),
    isLocal ? { host: '127.0.0.1' } : {},
  );
  await log(process, 'NETWORK', 'Waiting for connections', { port, ssl: 'off' });
  const failed = fresh && replicaSetName === undefined ? await initialise(process, port) : 0;
  const code = failed === 0 ? await untilStopped(process, 0) : failed;
  listener.close();
  return code;
};

/** Options that it has, and those that change nothing here. */
const KNOWN =
  /^(?:-v+|--(?:port|dbpath|replSet|bind_ip|bind_ip_all|ipv6|quiet|verbose|nojournal|journal|oplogSize|storageEngine|wiredTiger\w+|smallfiles|noprealloc|noauth|directoryperdb|slowms|profile|setParameter|syncdelay|nounixsocket|networkMessageCompressors|enableMajorityReadConcern)(?:=.*)?)$/s;
/** Options that would change what clients see. */
const REFUSED =
  /^(?:-f|--(?:auth|keyFile|config|transitionToAuth|clusterAuthMode|security\w*|tls\w*|ssl\w*|shardsvr|configsvr|fork|logpath|logappend|syslog|maxConns|auditDestination\w*))$/;

async function initialise(process: Proc, port: number): Promise<number> {
  const folder = '/docker-entrypoint-initdb.d';
  if (!process.fs.exists(folder)) return 0;
  for (const name of process.fs.readDirectory(folder)) {
    if (!/\.(?:js|sh)$/.test(name)) {
      await process.stdout.write(`/usr/local/bin/docker-entrypoint.sh: ignoring ${folder}/${name}\n`);
      continue;
    }
    await process.stdout.write(`/usr/local/bin/docker-entrypoint.sh: running ${folder}/${name}\n`);
    const database = process.env['MONGO_INITDB_DATABASE'] ?? 'test';
    const path = `${folder}/${name}`;
    const code = name.endsWith('.sh')
      ? await process.spawn(['sh', path], { stdout: process.stdout, stderr: process.stderr }).exited
      : await runScript(process, path, { hosts: [hostOf(`127.0.0.1:${port}`)], database });
    if (code !== 0) return code;
  }
  return 0;
}

async function runScript(process: Proc, path: string, target: Target): Promise<number> {
  const text = process.fs.readText(path);
  return (await loadMongosh(process)).runScript(process, text, target);
}

async function answer(
  process: Process,
  store: DocumentStore,
  replicaSetName: string | undefined,
  connection: Connection,
): Promise<void> {
  try {
    const request = requestIn(await readLine(connection));
    if (request !== undefined)
      await connection.write(`${JSON.stringify(await react(process, store, replicaSetName, request))}\n`);
    connection.end();
  } catch (error) {
    connection.destroy();
    throw error;
  }
}

/** Whoever speaks another protocol gets no answer. */
function requestIn(line: string): Request | undefined {
  try {
    return line.startsWith('{') ? (JSON.parse(line) as Request) : undefined;
  } catch {
    return undefined;
  }
}

async function react(
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
      store.restore(request.contents);
      return {};
    case 'replicate':
      if (store.version !== request.version) return { behind: true };
      store.apply(request.change);
      return {};
    default:
      break;
  }
  if (!initiated)
    return { error: { codeName: 'NotPrimaryOrSecondary', message: 'node is not in primary or recovering state' } };
  const reads = request.op === 'find' || request.op === 'aggregate' || request.op === 'collections';
  if (!reads && !writable) return { error: { codeName: 'NotWritablePrimary', message: 'not primary' } };
  const { version } = store;
  const { reply, change } = perform(process, store, request);
  if (change !== undefined) {
    store.apply(change);
    await replicate(process, store, version, change);
  }
  return reply;
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
  for (const { host } of others) {
    await reach(process, host, { op: 'join', replicaSet: { ...set, self: host } });
    await reach(process, host, { op: 'sync', contents: store.contents() });
  }
  return {};
}

/** Tells the other members of a change; one that was away gets everything. */
async function replicate(process: Process, store: DocumentStore, version: number, change: Change): Promise<void> {
  const replicaSet = store.replicaSet();
  for (const { host } of replicaSet?.members ?? []) {
    if (host === replicaSet?.self) continue;
    const reply = await reach(process, host, { op: 'replicate', version, change });
    if (reply?.behind === true) await reach(process, host, { op: 'sync', contents: store.contents() });
  }
}

async function reach(process: Process, host: string, request: Request): Promise<Reply | undefined> {
  try {
    return await ask(process, hostOf(host), request);
  } catch (error) {
    if (isNetError(error)) return undefined;
    throw error;
  }
}

const log = (process: Process, component: string, message: string, attributes: object): Promise<void> =>
  process.stdout.write(
    `${JSON.stringify({ t: { $date: new Date(process.now()).toISOString() }, s: 'I', c: component, id: 23_016, ctx: 'listener', msg: message, attr: attributes })}\n`,
  );
