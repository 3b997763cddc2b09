import type { HttpCall, HttpReply, Process, Program, TlsIdentity } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import { untilStopped } from '../servers.ts';
import { ConfigError, readConfig, readText } from './config.ts';
import { filesAsSource, KnownConfigs } from './config-source.ts';
import { modelOf, type NginxConfig, type NginxServer } from './model.ts';
import { answer, stamp } from './request.ts';

const WELCOME = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>If you see this page, the nginx web server is successfully installed and
working. Further configuration is required.</p>
</body>
</html>
`;

export const NGINX_FILES: Readonly<Record<string, string>> = {
  '/usr/share/nginx/html/index.html': WELCOME,
  '/etc/nginx/conf.d/default.conf': 'server {\n    listen       80;\n    root   /usr/share/nginx/html;\n}\n',
  '/var/log/nginx/access.log': '',
};

/** What holds where an image has no nginx.conf of its own. */
const BUILT_IN = 'http { default_type application/octet-stream; include /etc/nginx/conf.d/*.conf; }';
const MAIN = '/etc/nginx/nginx.conf';

/** nginx: files, answers, and other servers behind it, as its configuration says; what that holds and is not simulated is refused. */
export const nginx: Program = async (process) => {
  const { argv } = process;
  const option = (name: string): string | undefined => (argv.includes(name) ? argv[argv.indexOf(name) + 1] : undefined);
  const order = option('-s');
  if (order !== undefined) {
    const signal = ({ quit: 'QUIT', stop: 'TERM', reload: 'HUP' } as const)[order];
    if (signal === undefined) {
      await process.stderr.write(`nginx: invalid option: "-s ${order}"\n`);
      return 1;
    }
    // The master is the first process of the container, unless somebody shares its process namespace.
    process.kill(1, signal);
    return 0;
  }
  const file = option('-c') ?? MAIN;
  let config: NginxConfig;
  try {
    config = await load(process, file);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    await process.stderr.write(`nginx: [emerg] ${error.message}\n`);
    if (argv.includes('-t') || argv.includes('-T'))
      await process.stderr.write(`nginx: configuration file ${file} test failed\n`);
    return 1;
  }
  if (argv.includes('-t') || argv.includes('-T')) {
    await process.stderr.write(`nginx: the configuration file ${file} syntax is ok\n`);
    await process.stderr.write(`nginx: configuration file ${file} test is successful\n`);
    return 0;
  }
  await process.stdout.write('/docker-entrypoint.sh: Configuration complete; ready for start up\n');
  let current = config;
  const ports = new Map(
    config.servers.flatMap(({ listens, certificate }) =>
      listens.map(({ port, tls }) => [port, tls ? certificate : undefined]),
    ),
  );
  const listeners = [...ports].map(([port, certificate]) =>
    process.net.serve(port, (call) => respond(process, current, port, call), tlsOf(process, certificate)),
  );
  process.onSignal('HUP', () => void reload());
  const reload = async (): Promise<void> => {
    try {
      current = await load(process, file);
    } catch (error) {
      // A configuration that is wrong leaves the one before in force.
      if (!(error instanceof ConfigError)) throw error;
      await process.stderr.write(`${stamp(process)} [emerg] 1#1: ${error.message}\n`);
    }
  };
  try {
    await untilStopped(process);
    return 0;
  } finally {
    for (const listener of listeners) listener.close();
  }
};

const KNOWN = new KnownConfigs<NginxConfig>();

async function load(process: Process, file: string): Promise<NginxConfig> {
  const { fs } = process;
  const source = filesAsSource(fs);
  const config =
    file === MAIN && !fs.exists(MAIN)
      ? KNOWN.get(source, '', (from) => modelOf(readText(from, BUILT_IN, MAIN)))
      : KNOWN.get(source, file, (from) => modelOf(readConfig(from, file)));
  for (const { certificate, listens } of config.servers) {
    for (const path of listens.some(({ tls }) => tls) && certificate !== undefined
      ? [certificate.certificate, certificate.key]
      : [])
      if (!fs.exists(path))
        throw new ConfigError(`cannot load certificate "${path}": BIO_new_file() failed`, { file, line: 1 });
  }
  // A server that is passed on to must have an address at the start.
  for (const { proxy } of config.servers.flatMap(({ locations }) => locations)) {
    const name = /^https?:\/\/([^/:]+)/.exec(proxy?.url ?? '')?.[1];
    if (proxy === undefined || name === undefined) continue;
    for (const host of (config.upstreams.get(name) ?? [name]).map((each) => each.replace(/:\d+$/, ''))) {
      if (host === 'localhost' || /^[\d.]+$/.test(host)) continue;
      try {
        await process.net.resolve(host);
      } catch (error) {
        if (!isNetError(error)) throw error;
        throw new ConfigError(`host not found in upstream "${host}"`, proxy.place);
      }
    }
  }
  return config;
}

function tlsOf({ fs }: Process, given: NginxServer['certificate']): { tls?: TlsIdentity } {
  if (given === undefined) return {};
  return { tls: { certificatePem: fs.readText(given.certificate), keyPem: fs.readText(given.key) } };
}

async function respond(process: Process, config: NginxConfig, port: number, call: HttpCall): Promise<HttpReply> {
  const host = (call.headers['host'] ?? '').replace(/:\d+$/, '');
  const listening = config.servers.flatMap((server) =>
    server.listens.filter((each) => each.port === port).map(({ isDefault }) => ({ server, isDefault })),
  );
  const servers = listening.map(({ server }) => server);
  const server =
    servers.find(({ names }) => names.includes(host)) ??
    servers.find(({ names }) => names.some((name) => name.startsWith('*.') && host.endsWith(name.slice(1)))) ??
    (listening.find(({ isDefault }) => isDefault) ?? listening[0])?.server;
  if (server === undefined) return { status: 404 };
  const { reply, logs } = await answer({ process, config, server, port, host }, call);
  if (!logs) return reply;
  const body = typeof reply.body === 'string' ? reply.body.length : Number(reply.headers?.['content-length'] ?? 0);
  const time = new Date(process.now()).toISOString();
  const at = `${time.slice(8, 10)}/${MONTHS[Number(time.slice(5, 7)) - 1]}/${time.slice(0, 4)}:${time.slice(11, 19)} +0000`;
  const agent = call.headers['user-agent'] ?? '-';
  await process.stdout.write(
    `${call.remote.ip} - - [${at}] "${call.method} ${call.url} HTTP/1.1" ${reply.status ?? 200} ${body} "-" "${agent}" "-"\n`,
  );
  return reply;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
