import type { HttpCall, HttpReply, Process, Program } from '@tabernetes/node-api';
import { isNetError } from '../../programs/support/command.ts';
import { flag, identityOf, type ServeSettings, serveUntilStopped, target, untilStopped } from '../serve.ts';
import { escapeHtml, findFile } from '../web-files.ts';
import { conversionWebhook } from './conversion-webhook.ts';
import { log, STOPPED, text } from './go-server.ts';
import { guestbook } from './guestbook.ts';
import { logsGenerator } from './logs.ts';
import { mounttest } from './mounttest.ts';
import { netexec } from './netexec.ts';
import { webhook } from './webhook.ts';

/**
 * agnhost, the image of Kubernetes' own tutorials and tests, by its subcommand.
 * @see https://github.com/kubernetes/kubernetes/tree/v1.32.0/test/images/agnhost
 */
export const agnhost: Program = async (process) => {
  const [, name = 'pause'] = process.argv;
  if (Object.hasOwn(SUBCOMMANDS, name)) return SUBCOMMANDS[name]?.(process) ?? 1;
  await process.stderr.write(
    NOT_SIMULATED.has(name)
      ? `Error: "${name}" is not simulated\n`
      : `Error: unknown command "${name}" for "app"\nRun 'app --help' for usage.\n`,
  );
  return 1;
};

const SUBCOMMANDS: Readonly<Record<string, Program>> = {
  connect,
  'crd-conversion-webhook': conversionWebhook,
  'dns-server-list': (process) => printResolver(process, 'nameserver'),
  'dns-suffix': (process) => printResolver(process, 'search'),
  'entrypoint-tester': async (process) => {
    await process.stdout.write(`[${process.argv.join(' ')}]\n`);
    return 0;
  },
  'etc-hosts': async (process) => {
    await process.stdout.write(`${process.fs.readText('/etc/hosts')}\n`);
    return 0;
  },
  guestbook,
  liveness,
  'logs-generator': logsGenerator,
  mounttest,
  netexec,
  pause: async (process) => {
    await process.stdout.write('Paused\n');
    return untilStopped(process, STOPPED);
  },
  porter,
  'serve-hostname': serveHostname,
  'test-webserver': testWebserver,
  webhook,
};

const NOT_SIMULATED: ReadonlySet<string> = new Set([
  'audit-proxy',
  'fake-gitserver',
  'grpc-health-checking',
  'inclusterclient',
  'net',
  'nettest',
  'no-snat-test',
  'no-snat-test-proxy',
  'port-forward-tester',
  'resource-consumer-controller',
  'stress',
  'tcp-reset',
  'test-service-account-issuer-discovery',
]);

/** Alive for ten seconds, then no more. */
function liveness(process: Process): Promise<number> {
  const startedMs = process.now();
  return serveUntilStopped(process, [
    {
      port: 8080,
      onTerm: STOPPED,
      handler: (call) => {
        const { path, query } = target(call);
        const seconds = (process.now() - startedMs) / 1000;
        if (path === '/started') return text(`${seconds}s`);
        if (path === '/redirect') return { status: 302, headers: { location: query.get('loc') ?? '' } };
        if (path !== '/healthz') return text('404 page not found\n', 404);
        return seconds > 10 ? text(`error: ${seconds}`, 500) : text('ok');
      },
    },
  ]);
}

/** Answers with its host name, by HTTP or to whoever connects; stays a minute after it was told to stop. */
async function serveHostname(process: Process): Promise<number> {
  const port = Number(flag(process, 'port') ?? 9376);
  if (isSet(process, 'udp')) await log(process, 'UDP is not simulated: only TCP connections are answered');
  const isBare = isSet(process, 'tcp') || isSet(process, 'udp');
  const listener = isBare
    ? process.net.listen(port, (connection) => {
        connection.write(process.hostname).then(
          () => connection.end(),
          () => connection.destroy(),
        );
      })
    : process.net.serve(port, () => text(process.hostname));
  process.signal.addEventListener('abort', () => listener.close(), { once: true });
  await log(process, `Serving on port ${port}.`);
  await new Promise<void>((resolve) => process.onSignal('TERM', resolve));
  await log(process, 'Shutting down after receiving signal: terminated.');
  await log(process, 'Awaiting pod deletion.');
  await process.sleep(60_000);
  listener.close();
  return 0;
}

/** Any file of the container, by its path; directories are listed as Go lists them. */
function testWebserver(process: Process): Promise<number> {
  const handler = (call: HttpCall): HttpReply => {
    const { path } = target(call);
    const found = findFile(process, path, path);
    switch (found.kind) {
      case 'file':
        return found.reply;
      case 'moved':
        return { status: 301, headers: { location: `${path.slice(path.lastIndexOf('/') + 1)}/` } };
      case 'directory': {
        const links = found.names.map((name) => `<a href="${encodeURI(name)}">${escapeHtml(name)}</a>\n`).join('');
        const head = '<!doctype html>\n<meta name="viewport" content="width=device-width">\n';
        return text(`${head}<pre>\n${links}</pre>\n`, 200, 'text/html; charset=utf-8');
      }
      case 'missing':
        return text('404 page not found\n', 404);
      case 'denied':
        return text('403 Forbidden\n', 403);
    }
  };
  return serveUntilStopped(process, [{ port: Number(flag(process, 'port') ?? 80), onTerm: STOPPED, handler }]);
}

/** On each port that a variable `SERVE_PORT_n` or `SERVE_TLS_PORT_n` names, its value. */
async function porter(process: Process): Promise<number> {
  const asJson = isSet(process, 'json-response');
  const { env } = process;
  const served: ServeSettings[] = [];
  for (const [name, value] of Object.entries(env)) {
    const found = /^SERVE_(TLS_|SCTP_)?PORT_(\d+)$/.exec(name);
    if (found === null) continue;
    const [, kind, port] = found;
    if (kind === 'SCTP_') {
      await process.stderr.write(`Error: ${name}: SCTP is not simulated\n`);
      return 1;
    }
    const tls =
      kind === 'TLS_'
        ? identityOf(process, env['CERT_FILE'] ?? 'localhost.crt', env['KEY_FILE'] ?? 'localhost.key')
        : undefined;
    if (kind === 'TLS_' && tls === undefined) {
      await log(process, `tls server on port "${port}" has no certificate: set CERT_FILE and KEY_FILE`);
      continue;
    }
    served.push({
      port: Number(port),
      onTerm: STOPPED,
      ...(tls && { tls }),
      handler: ({ method }) =>
        asJson ? text(JSON.stringify({ Method: method, Body: value }), 200, 'application/json') : text(value),
    });
  }
  return served.length === 0 ? untilStopped(process, STOPPED) : serveUntilStopped(process, served);
}

/** Whether a connection can be made, in one word. */
async function connect(process: Process): Promise<number> {
  const destination = process.argv.slice(2).find((word) => !word.startsWith('-')) ?? '';
  const failed = async (message: string): Promise<number> => {
    await process.stderr.write(`${message}\n`);
    return 1;
  };
  const protocol = flag(process, 'protocol') ?? 'tcp';
  if (protocol !== '' && protocol !== 'tcp') return failed(`Error: "connect --protocol ${protocol}" is not simulated`);
  const at = destination.lastIndexOf(':');
  if (at < 0) return failed(`UNKNOWN: address ${destination}: missing port in address`);
  const seconds = Number.parseFloat(flag(process, 'timeout') ?? '0');
  try {
    const host = destination.slice(0, at).replace(/^\[|\]$/g, '');
    const connection = await process.net.connect(host, Number(destination.slice(at + 1)), {
      ...(seconds > 0 && { timeoutMs: seconds * 1000 }),
    });
    connection.destroy();
    return 0;
  } catch (error) {
    if (!isNetError(error)) throw error;
    if (error.code === 'ETIMEDOUT') return failed('TIMEOUT');
    if (error.code === 'ECONNREFUSED') return failed('REFUSED');
    if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN')
      return failed(`DNS: lookup ${destination.slice(0, at)}: no such host`);
    return failed(`OTHER: dial tcp ${destination}: connect: ${error.message.toLowerCase()}`);
  }
}

/** The words of the first such line of resolv.conf, with commas between. */
async function printResolver(process: Process, directive: string): Promise<number> {
  const line = process.fs
    .readText('/etc/resolv.conf')
    .split('\n')
    .find((each) => each.startsWith(directive));
  if (line === undefined) {
    await process.stderr.write('panic: Could not find DNS search list!\n');
    return STOPPED;
  }
  await process.stdout.write(`${line.split(' ').slice(1).join(',')}\n`);
  return 0;
}

/** A flag that is there, and not as `--name=false`. */
const isSet = ({ argv }: Process, name: string): boolean =>
  argv.some((word) => word === `--${name}` || word === `--${name}=true`);
