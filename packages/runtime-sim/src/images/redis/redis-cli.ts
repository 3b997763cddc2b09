import type { Process, Program } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import { encode, Reader, type Value } from './resp.ts';

/** redis-cli: one command of its arguments, or those of its standard input. Answers are shown raw unless it has a terminal. */
export const redisCli: Program = async (process) => {
  let host = '127.0.0.1';
  let port = 6379;
  let raw = process.terminal === undefined;
  let password = process.env['REDISCLI_AUTH'];
  let user: string | undefined;
  let database: string | undefined;
  const words = process.argv.slice(1);
  while (words[0]?.startsWith('-')) {
    const option = words.shift();
    if (option === '-h') host = words.shift() ?? host;
    else if (option === '-p') port = Number(words.shift());
    else if (option === '--raw') raw = true;
    else if (option === '--no-raw') raw = false;
    else if (option === '-a' || option === '--pass') {
      password = words.shift();
      if (!process.argv.includes('--no-auth-warning')) await process.stderr.write(AUTH_WARNING);
    } else if (option === '-n') database = words.shift();
    else if (option === '--user') user = words.shift();
    else if (option === '-v' || option === '--version') {
      await process.stdout.write('redis-cli 7.2.5\n');
      return 0;
    } else if (!/^--(?:no-auth-warning)$/.test(option ?? '')) {
      await process.stderr.write(`Unrecognized option or bad number of args for: '${option}'\n`);
      return 1;
    }
  }
  try {
    const connection = await process.net.connect(host, port);
    const reader = new Reader(connection);
    const send = async (command: readonly string[]): Promise<Value | undefined> => {
      await connection.write(encode(command));
      return reader.value();
    };
    const refused = (value: Value | undefined): string | undefined =>
      value !== null && typeof value === 'object' && 'error' in value ? value.error : undefined;
    if (password !== undefined) {
      const why = refused(await send(['AUTH', ...(user === undefined ? [] : [user]), password]));
      if (why !== undefined) await process.stderr.write(`AUTH failed: ${why}\n`);
    }
    if (database !== undefined) {
      const why = refused(await send(['SELECT', database]));
      if (why !== undefined) await process.stderr.write(`SELECT ${database} failed: ${why}\n`);
    }
    if (words.length > 0) {
      const value = await send(words);
      await show(process, value, raw);
      connection.end();
      return value !== null && typeof value === 'object' && 'error' in value ? 1 : 0;
    }
    for (;;) {
      if (process.terminal !== undefined) await process.stdout.write(`${host}:${port}> `);
      const line = await process.stdin.readLine();
      if (line === undefined || /^\s*(?:quit|exit)\s*$/i.test(line)) break;
      const command = line.match(/"[^"]*"|'[^']*'|\S+/g)?.map((word) => word.replace(/^(["'])(.*)\1$/, '$2'));
      if (command !== undefined) await show(process, await send(command), raw);
    }
    connection.end();
    return 0;
  } catch (error) {
    if (!isNetError(error)) throw error;
    const why: Readonly<Record<string, string>> = {
      ECONNREFUSED: 'Connection refused',
      ETIMEDOUT: 'Connection timed out',
      EHOSTUNREACH: 'No route to host',
      ENOTFOUND: 'Name or service not known',
    };
    await process.stderr.write(`Could not connect to Redis at ${host}:${port}: ${why[error.code] ?? error.message}\n`);
    return 1;
  }
};

const AUTH_WARNING =
  "Warning: Using a password with '-a' or '-u' option on the command line interface may not be safe.\n";

async function show(process: Process, value: Value | undefined, raw: boolean): Promise<void> {
  await process.stdout.write(`${raw ? plain(value ?? null) : pretty(value ?? null)}\n`);
}

function plain(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  if ('status' in value) return value.status;
  if ('error' in value) return `${value.error}\n`;
  return value.map(plain).join('\n');
}

function pretty(value: Value, indent = ''): string {
  if (value === null) return '(nil)';
  if (typeof value === 'number') return `(integer) ${value}`;
  if (typeof value === 'string') return JSON.stringify(value);
  if ('status' in value) return value.status;
  if ('error' in value) return `(error) ${value.error}`;
  if (value.length === 0) return '(empty array)';
  return value.map((each, i) => `${i === 0 ? '' : indent}${i + 1}) ${pretty(each, `${indent}   `)}`).join('\n');
}
