import type { Connection, Process, Program } from '@tabernetes/node-api';
import { attempt, isNetError } from '../../programs/support/command.ts';
import { untilStopped } from '../serve.ts';
import { encode, Reader, type Value } from './resp.ts';
import { type RedisStore, redisStore } from './store.ts';

/** redis-server: strings, lists, hashes and sets; its file of settings and `--name value`. */
export const redisServer: Program = async (process) => {
  const config = settings(process);
  const port = Number(config.get('port') ?? 6379);
  const log = (line: string): Promise<void> =>
    process.stdout.write(`${process.pid}:M ${new Date(process.now()).toUTCString().slice(5, 25)}.000 ${line}\n`);
  await log('* Redis version=7.2.5, bits=64, commit=00000000, modified=0, pid=1, just started');
  const store = redisStore(() => process.now(), config);
  const waiting = new Set<() => void>();
  const listener = process.net.listen(port, (connection) => void converse(process, store, waiting, connection));
  await log('* Server initialized');
  await log('* Ready to accept connections tcp');
  const code = await untilStopped(process, 0);
  await log('# User requested shutdown...');
  await log('# Redis is now ready to exit, bye bye...');
  listener.close();
  return code;
};

function settings(process: Process): Map<string, string> {
  const config = new Map([
    ['port', '6379'],
    ['bind', '*'],
    ['dir', '/data'],
    ['maxmemory', '0'],
    ['maxmemory-policy', 'noeviction'],
    ['appendonly', 'no'],
    ['save', '3600 1 300 100 60 10000'],
    ['databases', '16'],
  ]);
  const words = process.argv.slice(1);
  const [file] = words;
  if (file !== undefined && !file.startsWith('-')) {
    const read = attempt(() => process.fs.readText(file));
    for (const line of 'value' in read ? read.value.split('\n') : []) {
      const [, name, value] = /^\s*([a-z][\w-]*)\s+(.*?)\s*$/.exec(line) ?? [];
      if (name !== undefined) config.set(name, inBytes(name, value ?? ''));
    }
  }
  words.forEach((word, i) => {
    if (word.startsWith('--')) config.set(word.slice(2), inBytes(word.slice(2), words[i + 1] ?? ''));
  });
  return config;
}

/** Sizes are told in bytes, however they were given. */
function inBytes(name: string, value: string): string {
  const match = /^(\d+)(k|m|g|kb|mb|gb)$/i.exec(value);
  if (!name.includes('memory') || match === null) return value;
  const [, number, unit = ''] = match;
  const power = 'kmg'.indexOf(unit[0]?.toLowerCase() ?? '') + 1;
  return String(Number(number) * (unit.length === 2 ? 1024 : 1000) ** power);
}

async function converse(
  process: Process,
  store: RedisStore,
  waiting: Set<() => void>,
  connection: Connection,
): Promise<void> {
  const reader = new Reader(connection);
  try {
    for (let words = await reader.command(); words !== undefined; words = await reader.command()) {
      const [name = ''] = words;
      if (name === '') continue;
      if (name.toUpperCase() === 'QUIT') {
        await connection.write(encode({ status: 'OK' }));
        break;
      }
      const reply = /^B[LR]POP$/i.test(name) ? await block(process, store, waiting, words) : store.run(words);
      if (/PUSH$/i.test(name)) for (const wake of [...waiting]) wake();
      await connection.write(encode(reply));
    }
    connection.end();
  } catch (error) {
    // Who spoke has gone.
    if (!isNetError(error)) throw error;
  }
}

/** BLPOP and BRPOP: waits for an element, for so many seconds at most; 0 is for ever. */
async function block(
  process: Process,
  store: RedisStore,
  waiting: Set<() => void>,
  [name = '', ...words]: readonly string[],
): Promise<Value> {
  const seconds = Number(words.at(-1));
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
