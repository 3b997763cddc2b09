import type { HttpReply, Process } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import { flag, serveUntilStopped, target } from '../serve.ts';
import { log, STOPPED, text } from './go-server.ts';

const REGISTER_MS = 15_000;
const RETRY_MS = 1_000;
const TIMEOUT_MS = 5_000;

/**
 * A store of texts whose primary passes what is written to replicas that have registered, and a page before it.
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/test/images/agnhost/guestbook
 */
export async function guestbook(process: Process): Promise<number> {
  const port = flag(process, 'backend-port') ?? '6379';
  const replicas: string[] = [];
  let store: Record<string, string> = {};
  const ask = async (host: string, request: string): Promise<string> =>
    (await process.net.fetch(`http://${host}:${port}/${request}`, { timeoutMs: TIMEOUT_MS })).text();

  const commands: Readonly<Record<string, (query: URLSearchParams) => Promise<HttpReply>>> = {
    '/register': async (query) => {
      const host = query.get('host') ?? '';
      await log(process, `GET /register?host=${host}`);
      replicas.push(host);
      await log(process, `Node '${host}' registered.`);
      return text(JSON.stringify({ data: store }));
    },
    '/get': async (query) => {
      const key = query.get('key') ?? '';
      await log(process, `GET /get?key=${key}`);
      const data = key === '' ? store : Object.hasOwn(store, key) ? store[key] : '';
      return text(JSON.stringify({ data }));
    },
    '/set': async (query) => {
      const key = query.get('key') ?? '';
      const value = query.get('value') ?? '';
      await log(process, `GET /set?key=${key}&value=${value}`);
      if (key === '') return text('cannot set with empty key.\n', 400);
      store = { ...store, [key]: value };
      for (const replica of replicas) {
        const asked = await answerOf(ask(replica, `set?${new URLSearchParams({ key, value })}`));
        if ('problem' in asked) {
          return text(`encountered error while propagating to replica '${replica}': ${asked.problem}\n`, 417);
        }
      }
      return text(JSON.stringify({ message: 'Updated' }));
    },
    '/guestbook': async (query) => {
      const command = (query.get('cmd') ?? '').toLowerCase();
      const key = query.get('key') ?? '';
      const value = query.get('value') ?? '';
      await log(process, `GET /guestbook?cmd=${command}&key=${key}&value=${value}`);
      if (command !== 'get' && command !== 'set') return text(`unsupported cmd: '${command}'\n`, 400);
      if (command === 'set' && key === '') return text('cannot set with empty key.\n', 400);
      const host = command === 'get' ? 'agnhost-replica' : 'agnhost-primary';
      const asked = await answerOf(ask(host, `${command}?${new URLSearchParams({ key, value })}`));
      return 'problem' in asked ? text(`encountered error: ${asked.problem}\n`, 417) : text(asked.body);
    },
  };

  const serving = serveUntilStopped(process, [
    {
      port: Number(flag(process, 'http-port') ?? 80),
      onTerm: STOPPED,
      handler: async (call) => {
        const { path, query } = target(call);
        const command = Object.hasOwn(commands, path) ? commands[path] : undefined;
        return command === undefined ? text('404 page not found\n', 404) : command(query);
      },
    },
  ]);
  const primary = flag(process, 'replicaof') ?? '';
  if (primary === '') return serving;
  const registering = register(process, primary, port, (request) => ask(primary, request));
  const first = await Promise.race([serving, registering]);
  if (first === undefined) {
    await log(process, 'Timed out while registering to primary.');
    return 1;
  }
  if (typeof first === 'number') return first;
  store = { ...first, ...store };
  return serving;
}

/** What was answered, or why nothing was. */
async function answerOf(answer: Promise<string>): Promise<{ readonly body: string } | { readonly problem: string }> {
  try {
    return { body: await answer };
  } catch (error) {
    if (!isNetError(error)) throw error;
    return { problem: error.message };
  }
}

/** What the primary has in store; undefined: it cannot be reached. */
async function register(
  process: Process,
  primary: string,
  port: string,
  ask: (request: string) => Promise<string>,
): Promise<Record<string, string> | undefined> {
  const startedMs = process.now();
  const request = `register?host=${process.net.addresses[0]}`;
  while (process.now() - startedMs < REGISTER_MS) {
    await log(process, `Registering to primary: ${primary}:${port}/${request}`);
    const asked = await answerOf(ask(request));
    if ('body' in asked) {
      await log(process, `Registered to node: ${primary}`);
      return JSON.parse(asked.body).data;
    }
    await log(process, `encountered error while registering to primary: ${asked.problem}. Retrying in 1s.`);
    await process.sleep(RETRY_MS);
  }
  return undefined;
}
