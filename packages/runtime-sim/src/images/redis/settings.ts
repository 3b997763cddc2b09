import type { Process } from '@tabernetes/node-api';
import { attempt } from '../../programs/support/command.ts';

export interface RedisSettings {
  /** What CONFIG GET tells. */
  readonly config: Map<string, string>;
  /** What is set and does not do what it is there for: a line of the log for each. */
  readonly warnings: readonly string[];
}

/** Directives that would change what clients see, and are not simulated: redis does not start with them. */
const REFUSED =
  /^(?:replicaof|slaveof|cluster-enabled|tls-\S+|user|aclfile|rename-command|unixsocket\S*|include|loadmodule|masterauth|masteruser)$/;

/** Directives that tune a server, and change nothing that can be seen here. */
const TUNING =
  /^(?:port|bind|bind-source-addr|dir|databases|requirepass|loglevel|logfile|syslog-\S+|tcp-(?:keepalive|backlog)|daemonize|supervised|pidfile|always-show-logo|protected-mode|enable-\S+|stop-writes-on-bgsave-error|rdb\S+|dbfilename|sanitize-dump-payload|appendfilename|appenddirname|appendfsync|no-appendfsync-on-rewrite|auto-aof-\S+|aof-\S+|lazyfree-\S+|(?:hash|list|set|zset|stream)-\S+|hll-\S+|activerehashing|active-\S+|client-\S+|hz|dynamic-hz|slowlog-\S+|latency-\S+|io-threads\S*|maxmemory-\S+|lua-time-limit|busy-reply-threshold|jemalloc-bg-thread|proc-title-template|set-proc-title|crash-\S+|acllog-max-len|(?:repl|replica|slave)-\S+|min-(?:replicas|slaves)-\S+|cluster-\S+|oom-score-\S+|disable-thp|shutdown-\S+|save|tracking-table-max-keys|locale-collate)$/;

/** What has no effect unless it is off. */
const WITHOUT_EFFECT: Readonly<Record<string, RegExp>> = {
  appendonly: /^no$/,
  maxmemory: /^0$/,
  maxclients: /^$/,
  timeout: /^0$/,
  'notify-keyspace-events': /^(?:""|)$/,
};

/** The file that is named, and `--name value` of the command line. A text: why redis does not start. */
export function redisSettings(process: Process): RedisSettings | string {
  const config = new Map([
    ['port', '6379'],
    ['bind', '*'],
    ['dir', '/data'],
    ['maxmemory', '0'],
    ['maxmemory-policy', 'noeviction'],
    ['appendonly', 'no'],
    ['save', '3600 1 300 100 60 10000'],
    ['databases', '16'],
    ['requirepass', ''],
  ]);
  const warnings: string[] = [];
  const words = process.argv.slice(1);
  const [file] = words;
  const lines: string[] = [];
  if (file !== undefined && !file.startsWith('-')) {
    const read = attempt(() => process.fs.readText(file));
    if ('error' in read) return `Fatal error, can't open config file '${file}': ${read.error.message}`;
    lines.push(...read.value.split('\n'));
  }
  words.forEach((word, i) => {
    if (!word.startsWith('--')) return;
    const values = words.slice(i + 1);
    const next = values.findIndex((each) => each.startsWith('--'));
    lines.push([word.slice(2), ...(next < 0 ? values : values.slice(0, next))].join(' '));
  });
  for (const [i, line] of lines.entries()) {
    const [, given, value = ''] = /^\s*([A-Za-z][\w-]*)(?:\s+(.*?))?\s*$/.exec(line) ?? [];
    if (given === undefined) continue;
    const name = given.toLowerCase();
    const bare = value.replace(/^(["'])(.*)\1$/, '$2');
    const why =
      REFUSED.test(name) && !(name === 'cluster-enabled' && bare === 'no')
        ? `The simulated redis has no directive '${name}'`
        : value === '' || !(TUNING.test(name) || name in WITHOUT_EFFECT)
          ? 'Bad directive or wrong number of arguments'
          : undefined;
    if (why !== undefined)
      return `\n*** FATAL CONFIG FILE ERROR (Redis 7.2.5) ***\nReading the configuration file, at line ${i + 1}\n>>> '${line.trim()}'\n${why}`;
    if (WITHOUT_EFFECT[name]?.test(bare) === false)
      warnings.push(`'${name} ${bare}' has no effect in the simulated redis`);
    config.set(name, inBytes(name, bare));
  }
  return { config, warnings };
}

/** Sizes are told in bytes, however they were given. */
function inBytes(name: string, value: string): string {
  const match = /^(\d+)(k|m|g|kb|mb|gb)$/i.exec(value);
  if (!name.includes('memory') || match === null) return value;
  const [, number, unit = ''] = match;
  const power = 'kmg'.indexOf(unit[0]?.toLowerCase() ?? '') + 1;
  return String(Number(number) * (unit.length === 2 ? 1024 : 1000) ** power);
}
