import type { Connection, Process, Program } from '@tabernetes/node-api';
import { aside, untilStopped } from '../serve.ts';
import { encode, ProtocolError, Reader, type Value } from './resp.ts';
import { redisSettings } from './settings.ts';
import { type RedisStore, redisStore } from './store.ts';

/** redis-server: strings, lists, hashes and sets; its file of settings and `--name value`. */
export const redisServer: Program = async (process) => {
  const given = redisSettings(process);
  if (typeof given === 'string') {
    await process.stderr.write(`${given}\n`);
    return 1;
  }
  const { config, warnings } = given;
  const port = Number(config.get('port') ?? 6379);
  const log = (line: string): Promise<void> =>
    process.stdout.write(`${process.pid}:M ${new Date(process.now()).toUTCString().slice(5, 25)}.000 ${line}\n`);
  await log('* Redis version=7.2.5, bits=64, commit=00000000, modified=0, pid=1, just started');
  for (const warning of warnings) await log(`# ${warning}`);
  const count = Number(config.get('databases')) || 16;
  const made = new Map<number, RedisStore>();
  const databases = (at: number): RedisStore | undefined => {
    if (!Number.isInteger(at) || at < 0 || at >= count) return undefined;
    const store = made.get(at) ?? redisStore(() => process.now(), config);
    made.set(at, store);
    return store;
  };
  const waiting = new Set<() => void>();
  const isLocal = (config.get('bind') ?? '*')
    .split(/\s+/)
    .every((each) => /^-?(?:127\.0\.0\.1|::1|localhost)$/.test(each));
  const listener = process.net.listen(
    port,
    (connection) => aside(process, converse(process, { databases, made, config, waiting }, connection)),
    isLocal ? { host: '127.0.0.1' } : {},
  );
  await log('* Server initialized');
  await log('* Ready to accept connections tcp');
  const code = await untilStopped(process, 0);
  await log('# User requested shutdown...');
  await log('# Redis is now ready to exit, bye bye...');
  listener.close();
  return code;
};

interface Server {
  /** By its number, made when somebody selects it. */
  databases(at: number): RedisStore | undefined;
  readonly made: ReadonlyMap<number, RedisStore>;
  readonly config: ReadonlyMap<string, string>;
  /** Who waits for an element of a list. */
  readonly waiting: Set<() => void>;
}

async function converse(
  process: Process,
  { databases, made, config, waiting }: Server,
  connection: Connection,
): Promise<void> {
  const reader = new Reader(connection);
  let store = databases(0);
  let isKnown = false;
  try {
    for (let words = await reader.command(); words !== undefined; words = await reader.command()) {
      const [name = ''] = words;
      if (name === '') continue;
      if (name.toUpperCase() === 'QUIT') {
        await connection.write(encode({ status: 'OK' }));
        break;
      }
      const password = config.get('requirepass') ?? '';
      const refusal = password === '' || isKnown ? undefined : NOT_KNOWN;
      if (/^AUTH$/i.test(name)) {
        const reply = authenticated(password, words.slice(1));
        isKnown ||= 'status' in reply;
        await connection.write(encode(reply));
        continue;
      }
      if (refusal !== undefined || store === undefined) {
        await connection.write(encode(NOT_KNOWN));
        continue;
      }
      if (/^SELECT$/i.test(name)) {
        const chosen = databases(Number(words[1]));
        store = chosen ?? store;
        await connection.write(
          encode(chosen === undefined ? { error: 'ERR DB index is out of range' } : { status: 'OK' }),
        );
        continue;
      }
      if (/^FLUSHALL$/i.test(name)) for (const each of made.values()) each.run(['FLUSHDB']);
      const reply = /^B[LR]POP$/i.test(name) ? await block(process, store, waiting, words) : store.run(words);
      if (/PUSH$/i.test(name)) for (const wake of [...waiting]) wake();
      await connection.write(encode(reply));
    }
    connection.end();
  } catch (error) {
    if (!(error instanceof ProtocolError)) {
      connection.destroy();
      throw error;
    }
    await connection.write(encode({ error: `ERR Protocol error: ${error.message}` }));
    connection.end();
  }
}

const NOT_KNOWN = { error: 'NOAUTH Authentication required.' };

function authenticated(
  password: string,
  words: readonly string[],
): { readonly status: string } | { readonly error: string } {
  const [user, given] = words.length === 1 ? ['default', words[0]] : words;
  if (password === '' && words.length === 1)
    return {
      error:
        'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
    };
  if (user === 'default' && (given === password || password === '')) return { status: 'OK' };
  return { error: 'WRONGPASS invalid username-password pair or user is disabled.' };
}

/** Nobody waits longer. */
const MOST_SECONDS = 2 ** 31;

/** BLPOP and BRPOP: waits for an element, for so many seconds at most; 0 is for ever. */
async function block(
  process: Process,
  store: RedisStore,
  waiting: Set<() => void>,
  [name = '', ...words]: readonly string[],
): Promise<Value> {
  const seconds = Number(words.at(-1) ?? '');
  if (Number.isNaN(seconds) || seconds > MOST_SECONDS) return { error: 'ERR timeout is not a float or out of range' };
  if (seconds < 0) return { error: 'ERR timeout is negative' };
  const endMs = seconds === 0 ? Number.POSITIVE_INFINITY : process.now() + seconds * 1000;
  for (;;) {
    for (const key of words.slice(0, -1)) {
      const value = store.run([name.slice(1), key]);
      if (typeof value === 'string') return [key, value];
    }
    if (process.now() >= endMs) return null;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        waiting.delete(wake);
        resolve();
      };
      waiting.add(wake);
      // Who is killed is thrown out of its sleep, and waits for nothing any more.
      if (endMs < Number.POSITIVE_INFINITY) void process.sleep(endMs - process.now()).then(wake, wake);
    });
  }
}
