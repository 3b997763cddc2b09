import type { HttpCall, HttpReply, Listener, Process, Program, TlsIdentity } from '@tabernetes/node-api';
import { attempt, isNetError } from '../../programs/support/command.ts';
import { untilStopped } from '../servers.ts';
import { type Groups, serverFor } from './choose.ts';
import { ConfigError } from './config.ts';
import { filesAsSource } from './config-source.ts';
import { whyNoFolder, whyNoPidFile } from './disk.ts';
import { load, MAIN } from './load.ts';
import { stamp } from './log.ts';
import { EVERY, type NginxConfig } from './model.ts';
import { answer } from './request.ts';
import { LOG_LEVELS } from './settings.ts';
import type { Running, Visit } from './visit.ts';

/** Set for the process that goes on when nginx goes to the background. */
const DAEMON = 'TABERNETES_NGINX_DAEMON';

/** nginx: files, answers, and other servers behind it, as its configuration says; what that holds and is not simulated is refused. */
export const nginx: Program = async (process) => {
  const { argv, env, stderr, fs } = process;
  const option = (name: string): string | undefined => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  if (argv.includes('-v') || argv.includes('-V')) {
    await stderr.write(`nginx version: nginx/${env['NGINX_VERSION'] ?? ''}\n`);
    return 0;
  }
  const order = option('-s');
  if (order !== undefined) {
    const signal = ({ quit: 'QUIT', stop: 'TERM', reload: 'HUP', reopen: 'USR1' } as const)[order];
    if (signal === undefined) {
      await stderr.write(`nginx: invalid option: "-s ${order}"\n`);
      return 1;
    }
    let pidFile: string;
    try {
      const { config } = await load(process, option('-c') ?? MAIN, option('-g') ?? '');
      ({ pidFile } = config);
      await note(process, config, 'notice', 'signal process started');
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      await shout(process, 'emerg', error.message);
      return 1;
    }
    // The master is the first process of the container, unless it has written down that it is another.
    const written = attempt(() => Number(fs.readText(pidFile)));
    process.kill('value' in written ? written.value : 1, signal);
    return 0;
  }
  const file = option('-c') ?? MAIN;
  const orders = option('-g') ?? '';
  const tests = argv.includes('-t') || argv.includes('-T');
  let running: Running;
  try {
    running = await load(process, file, orders);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await shout(process, 'emerg', error.message);
    if (tests) await stderr.write(`nginx: configuration file ${file} test failed\n`);
    return 1;
  }
  const { config } = running;
  for (const warning of config.warnings) await stderr.write(`nginx: [warn] ${warning}\n`);
  if (config.user !== undefined && process.uid !== 0) {
    const place = `${config.user.file}:${config.user.line}`;
    const text = `the "user" directive makes sense only if the master process runs with super-user privileges, ignored in ${place}`;
    await shout(process, 'warn', text);
  }
  const why = whyNoFolder(process, config) ?? (tests ? whyNoPidFile(process, config) : undefined);
  if (why !== undefined) {
    await shout(process, 'emerg', why);
    if (tests) await stderr.write(`nginx: configuration file ${file} test failed\n`);
    return 1;
  }
  if (tests) {
    await stderr.write(`nginx: the configuration file ${file} syntax is ok\n`);
    await stderr.write(`nginx: configuration file ${file} test is successful\n`);
    if (argv.includes('-T')) await dump(process, file, orders);
    return 0;
  }
  if (running.config.daemon && env[DAEMON] === undefined) {
    process.spawn(argv, { env: { ...env, [DAEMON]: '1' } });
    return 0;
  }
  return serve(process, running, () => load(process, file, orders));
};

/** What it says before the configuration is in force: to the log that it was built with, which the image leads to stderr, and to stderr. */
async function shout(process: Process, level: 'warn' | 'emerg', text: string): Promise<void> {
  const { pid, stderr } = process;
  await stderr.write(`${stamp(process)} [${level}] ${pid}#${pid}: ${text}\nnginx: [${level}] ${text}\n`);
}

/** A line of the error log of the server itself. */
async function note(
  process: Process,
  { errorLog }: NginxConfig,
  level: (typeof LOG_LEVELS)[number],
  text: string,
): Promise<void> {
  if (LOG_LEVELS.indexOf(level) < errorLog.level) return;
  const { pid, stderr } = process;
  await stderr.write(`${stamp(process)} [${level}] ${pid}#${pid}: ${text}\n`);
}

async function serve(process: Process, started: Running, reload: () => Promise<Running>): Promise<number> {
  const server = new Server(process, started);
  if (!(await server.bound())) return 1;
  const why = whyNoPidFile(process, started.config);
  if (why !== undefined) {
    await shout(process, 'emerg', why);
    server.close();
    return 1;
  }
  if (process.pid !== 1) attempt(() => process.fs.writeFile(started.config.pidFile, `${process.pid}\n`));
  process.onSignal('HUP', () => void again());
  const again = async (): Promise<void> => {
    await server.note('notice', 'signal 1 (SIGHUP) received, reconfiguring');
    try {
      const next = await reload();
      for (const warning of next.config.warnings) await server.note('warn', warning);
      await server.become(next);
    } catch (error) {
      // A configuration that is wrong leaves the one before in force.
      if (!(error instanceof ConfigError)) throw error;
      await server.note('emerg', error.message);
    }
  };
  try {
    await untilStopped(process);
    return 0;
  } finally {
    server.close();
  }
}

/** How often, and how long after one another, nginx tries to get its ports. */
const TRIES = 5;
const TRY_AGAIN_MS = 500;

interface Binding {
  readonly host: string;
  readonly identity: TlsIdentity | undefined;
  readonly listener: Listener;
}

/** What listens, for the configuration that is in force. */
class Server {
  readonly #process: Process;
  readonly #bindings = new Map<number, Binding>();
  #running: Running;

  constructor(process: Process, running: Running) {
    this.#process = process;
    this.#running = running;
  }

  /** False: it cannot have one of the ports. */
  async bound(): Promise<boolean> {
    for (let left = TRIES; left > 0; left--) {
      const refusal = this.#bind();
      if (refusal === undefined) return true;
      await shout(this.#process, 'emerg', refusal.text);
      if (!refusal.taken) return false;
      await this.note('notice', 'try again to bind() after 500ms');
      await this.#process.sleep(TRY_AGAIN_MS);
    }
    await this.note('emerg', 'still could not bind()');
    await this.#process.stderr.write('nginx: [emerg] still could not bind()\n');
    this.close();
    return false;
  }

  async become(running: Running): Promise<void> {
    const before = this.#running;
    this.#running = running;
    const refusal = this.#bind();
    if (refusal === undefined) return;
    this.#running = before;
    this.#bind();
    await this.note('emerg', refusal.text);
  }

  close(): void {
    for (const { listener } of this.#bindings.values()) listener.close();
    this.#bindings.clear();
  }

  note(level: (typeof LOG_LEVELS)[number], text: string): Promise<void> {
    return note(this.#process, this.#running.config, level, text);
  }

  /** Listens on what the configuration names, and on nothing else. What it cannot have, and whether it is because somebody else has it. */
  #bind(): { readonly text: string; readonly taken: boolean } | undefined {
    const wanted = portsOf(this.#process, this.#running.config);
    for (const [port, { host, identity, listener }] of this.#bindings) {
      const next = wanted.get(port);
      const isSame =
        next?.host === host &&
        next.identity?.certificatePem === identity?.certificatePem &&
        next.identity?.keyPem === identity?.keyPem;
      if (isSame) continue;
      listener.close();
      this.#bindings.delete(port);
    }
    for (const [port, { host, identity }] of wanted) {
      if (this.#bindings.has(port)) continue;
      try {
        const listener = this.#process.net.serve(port, (call) => respond(this.#process, this.#running, port, call), {
          host,
          ...(identity !== undefined && { tls: identity }),
        });
        this.#bindings.set(port, { host, identity, listener });
      } catch (error) {
        if (!isNetError(error)) throw error;
        const taken = error.code !== 'EACCES';
        const why = taken ? '98: Address already in use' : '13: Permission denied';
        return { text: `bind() to ${host}:${port} failed (${why})`, taken };
      }
    }
    return undefined;
  }
}

function portsOf({ fs }: Process, config: NginxConfig): ReadonlyMap<number, Omit<Binding, 'listener'>> {
  const ports = new Map<number, Omit<Binding, 'listener'>>();
  for (const { listens } of config.servers) {
    for (const { port, host, tls } of listens) {
      // Who is asked by no name shows its certificate to all.
      const certificate = serverFor(config, port, '', new Map())?.certificate;
      const identity =
        tls && certificate !== undefined
          ? { certificatePem: fs.readText(certificate.certificate), keyPem: fs.readText(certificate.key) }
          : undefined;
      const known = ports.get(port);
      ports.set(port, {
        host: known === undefined ? host : known.host === host ? host : EVERY,
        identity: known?.identity ?? identity,
      });
    }
  }
  return ports;
}

async function respond(process: Process, running: Running, port: number, call: HttpCall): Promise<HttpReply> {
  const host = (call.headers['host'] ?? '').replace(/:\d+$/, '').toLowerCase();
  const groups: Groups = new Map();
  const server = serverFor(running.config, port, host, groups);
  if (server === undefined) return { status: 404 };
  const [raw = '/', ...query] = call.url.split('?');
  const path = normalized(raw);
  const visit: Visit = {
    process,
    running,
    call,
    server,
    port,
    host,
    beganMs: process.now(),
    upstream: [],
    groups,
    method: call.method,
    path: path ?? raw,
    args: query.join('?'),
    location: undefined,
    root: server.settings.root,
    status: undefined,
    changes: 0,
    sawErrorPage: false,
  };
  return answer(visit, path === undefined);
}

/** A path with its escapes read, and without `//`, `.` and `..`; undefined where it leads nowhere. */
function normalized(raw: string): string | undefined {
  if (/%(?![\da-f]{2})/i.test(raw)) return undefined;
  if (!/[%]|\/\/|\/\./.test(raw)) return raw;
  let path = raw;
  try {
    path = decodeURIComponent(raw);
  } catch {
    // Bytes that are no text stay as they were written: no file has such a name.
  }
  const parts: string[] = [];
  const given = path.split('/').slice(1);
  for (const part of given) {
    if (part === '..') {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== '' && part !== '.') parts.push(part);
  }
  const last = given.at(-1);
  const isFolder = parts.length > 0 && (last === '' || last === '.' || last === '..');
  return `/${parts.join('/')}${isFolder ? '/' : ''}`;
}

/** `-T`: the files that a configuration is read from. */
async function dump(process: Process, file: string, orders: string): Promise<void> {
  const source = filesAsSource(process.fs);
  const seen = new Map<string, string>();
  await load(process, file, orders, {
    ...source,
    text(path) {
      const text = source.text(path);
      if (text !== undefined) seen.set(path, text);
      return text;
    },
  });
  for (const [path, text] of seen) await process.stdout.write(`# configuration file ${path}:\n${text}\n`);
}
