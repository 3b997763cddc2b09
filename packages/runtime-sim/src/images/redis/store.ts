import { wholePattern } from '../../shell/pattern.ts';
import type { Value } from './resp.ts';

type Held = string | string[] | Map<string, string> | Set<string>;

const OK = { status: 'OK' };
const WRONG_TYPE = { error: 'WRONGTYPE Operation against a key holding the wrong kind of value' };
const NOT_A_NUMBER = { error: 'ERR value is not an integer or out of range' };

/** NaN: it is none. */
const wholeNumber = (text: string): number => (/^-?\d{1,19}$/.test(text) ? Number(text) : Number.NaN);

export interface RedisStore {
  run(words: readonly string[]): Value;
  /** How many keys. */
  readonly size: number;
}

/** Keys and what they hold. @param config what CONFIG GET tells */
export function redisStore(now: () => number, config: Map<string, string>): RedisStore {
  const keys = new Map<string, Held>();
  const ends = new Map<string, number>();
  const drop = (key: string): boolean => {
    ends.delete(key);
    return keys.delete(key);
  };
  // What has run out goes when somebody looks.
  const held = (key: string): Held | undefined => {
    const end = ends.get(key);
    if (end !== undefined && end <= now()) drop(key);
    return keys.get(key);
  };
  const live = (): string[] => [...keys.keys()].filter((key) => held(key) !== undefined);
  const list = (key: string): string[] | undefined => {
    const value = held(key) ?? [];
    return Array.isArray(value) ? value : undefined;
  };
  const map = (key: string): Map<string, string> | undefined => {
    const value = held(key) ?? new Map<string, string>();
    return value instanceof Map ? value : undefined;
  };
  const set = (key: string): Set<string> | undefined => {
    const value = held(key) ?? new Set<string>();
    return value instanceof Set ? value : undefined;
  };
  const add = (key: string, by: number): Value => {
    const old = held(key) ?? '0';
    if (typeof old !== 'string') return WRONG_TYPE;
    if (!/^-?\d+$/.test(old) || Number.isNaN(by)) return NOT_A_NUMBER;
    keys.set(key, String(Number(old) + by));
    return Number(old) + by;
  };
  const put = (key: string, value: string, options: readonly string[]): Value => {
    const upper = options.map((option) => option.toUpperCase());
    if ((upper.includes('NX') && held(key) !== undefined) || (upper.includes('XX') && held(key) === undefined))
      return null;
    let end: number | undefined;
    for (const [unit, factor] of [
      ['EX', 1000],
      ['PX', 1],
    ] as const) {
      const at = upper.indexOf(unit);
      if (at >= 0) end = now() + wholeNumber(options[at + 1] ?? '') * factor;
    }
    if (Number.isNaN(end)) return NOT_A_NUMBER;
    drop(key);
    keys.set(key, value);
    if (end !== undefined) ends.set(key, end);
    return OK;
  };
  const commands: Readonly<Record<string, (words: readonly string[]) => Value>> = {
    PING: ([text]) => text ?? { status: 'PONG' },
    ECHO: ([text = '']) => text,
    CLIENT: () => OK,
    COMMAND: () => [],
    SAVE: () => OK,
    BGSAVE: () => ({ status: 'Background saving started' }),
    TIME: () => [String(Math.floor(now() / 1000)), String((now() % 1000) * 1000)],
    ROLE: () => ['master', 0, []],
    SET: ([key = '', value = '', ...options]) => put(key, value, options),
    SETNX: ([key = '', value = '']) => (put(key, value, ['NX']) === null ? 0 : 1),
    SETEX: ([key = '', seconds = '', value = '']) => put(key, value, ['EX', seconds]),
    GET: ([key = '']) => {
      const value = held(key) ?? null;
      return value === null || typeof value === 'string' ? value : WRONG_TYPE;
    },
    GETSET: ([key = '', value = '']) => {
      const old = held(key);
      keys.set(key, value);
      return typeof old === 'string' ? old : null;
    },
    MSET: (words) => {
      for (let i = 0; i < words.length; i += 2) put(words[i] ?? '', words[i + 1] ?? '', []);
      return OK;
    },
    MGET: (words) => words.map((key) => (typeof held(key) === 'string' ? (held(key) as string) : null)),
    APPEND: ([key = '', more = '']) => {
      const value = `${typeof held(key) === 'string' ? (held(key) as string) : ''}${more}`;
      keys.set(key, value);
      return value.length;
    },
    STRLEN: ([key = '']) => (typeof held(key) === 'string' ? (held(key) as string).length : 0),
    INCR: ([key = '']) => add(key, 1),
    DECR: ([key = '']) => add(key, -1),
    INCRBY: ([key = '', by = '']) => add(key, wholeNumber(by)),
    DECRBY: ([key = '', by = '']) => add(key, -wholeNumber(by)),
    DEL: (words) => words.filter((key) => held(key) !== undefined && drop(key)).length,
    EXISTS: (words) => words.filter((key) => held(key) !== undefined).length,
    TYPE: ([key = '']) => {
      const value = held(key);
      const kind =
        typeof value === 'string' ? 'string' : Array.isArray(value) ? 'list' : value instanceof Map ? 'hash' : 'set';
      return { status: value === undefined ? 'none' : kind };
    },
    EXPIRE: ([key = '', seconds = '']) => {
      if (Number.isNaN(wholeNumber(seconds))) return NOT_A_NUMBER;
      if (held(key) === undefined) return 0;
      ends.set(key, now() + wholeNumber(seconds) * 1000);
      return 1;
    },
    TTL: ([key = '']) => {
      if (held(key) === undefined) return -2;
      const end = ends.get(key);
      return end === undefined ? -1 : Math.ceil((end - now()) / 1000);
    },
    KEYS: ([pattern = '*']) => {
      const matches = wholePattern(pattern);
      return live().filter((key) => matches.test(key));
    },
    DBSIZE: () => live().length,
    FLUSHALL: () => {
      keys.clear();
      ends.clear();
      return OK;
    },
    LPUSH: ([key = '', ...values]) => pushTo(key, (old) => [...[...values].reverse(), ...old]),
    RPUSH: ([key = '', ...values]) => pushTo(key, (old) => [...old, ...values]),
    LPOP: ([key = '']) => popFrom(key, (old) => old.shift()),
    RPOP: ([key = '']) => popFrom(key, (old) => old.pop()),
    LLEN: ([key = '']) => list(key)?.length ?? WRONG_TYPE,
    LRANGE: ([key = '', from = '0', to = '-1']) => {
      const values = list(key);
      if (values === undefined) return WRONG_TYPE;
      const end = Number(to) < 0 ? values.length + Number(to) : Number(to);
      return values.slice(Number(from), end + 1);
    },
    HSET: ([key = '', ...fields]) => {
      const fresh = map(key);
      if (fresh === undefined) return WRONG_TYPE;
      const before = fresh.size;
      for (let i = 0; i < fields.length; i += 2) fresh.set(fields[i] ?? '', fields[i + 1] ?? '');
      keys.set(key, fresh);
      return fresh.size - before;
    },
    HGET: ([key = '', field = '']) => map(key)?.get(field) ?? null,
    HGETALL: ([key = '']) => [...(map(key) ?? [])].flat(),
    SADD: ([key = '', ...members]) => {
      const old = set(key);
      if (old === undefined) return WRONG_TYPE;
      const before = old.size;
      for (const member of members) old.add(member);
      keys.set(key, old);
      return old.size - before;
    },
    SREM: ([key = '', ...members]) => members.filter((member) => set(key)?.delete(member)).length,
    SMEMBERS: ([key = '']) => [...(set(key) ?? [])],
    SISMEMBER: ([key = '', member = '']) => (set(key)?.has(member) === true ? 1 : 0),
    SCARD: ([key = '']) => set(key)?.size ?? WRONG_TYPE,
    CONFIG: ([verb = '', name = '*', value = '']) => {
      if (verb.toUpperCase() === 'SET') {
        config.set(name, value);
        return OK;
      }
      const matches = wholePattern(name.toLowerCase());
      return [...config].filter(([key]) => matches.test(key)).flat();
    },
    INFO: () =>
      `# Server\r\nredis_version:7.2.5\r\nredis_mode:standalone\r\n\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n\r\n# Keyspace\r\n${live().length > 0 ? `db0:keys=${live().length},expires=${ends.size},avg_ttl=0\r\n` : ''}`,
  };
  function pushTo(key: string, change: (old: readonly string[]) => string[]): Value {
    const old = list(key);
    if (old === undefined) return WRONG_TYPE;
    const next = change(old);
    keys.set(key, next);
    return next.length;
  }
  function popFrom(key: string, take: (old: string[]) => string | undefined): Value {
    const old = list(key);
    if (old === undefined) return WRONG_TYPE;
    const value = take(old);
    if (old.length === 0) drop(key);
    return value ?? null;
  }
  const aliases: Readonly<Record<string, string>> = { FLUSHDB: 'FLUSHALL', HMSET: 'HSET', UNLINK: 'DEL' };
  return {
    get size() {
      return live().length;
    },
    run([name = '', ...words]) {
      const upper = name.toUpperCase();
      const command = commands[aliases[upper] ?? upper];
      if (command !== undefined && Object.hasOwn(commands, aliases[upper] ?? upper)) return command(words);
      return {
        error: `ERR unknown command '${name}', with args beginning with: ${words.map((word) => `'${word}' `).join('')}`,
      };
    },
  };
}
