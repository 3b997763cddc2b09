import type { HttpCall, HttpHandler, HttpReply, Process, Program, TlsIdentity } from '@tabernetes/node-api';
import { attempt, isNetError } from '../programs/support/command.ts';
import { type ServeSettings, serveUntilStopped, target, text } from './serve.ts';

/** A listener, and where it sends what comes. */
interface Route {
  readonly port: number;
  /** `host:port` */
  readonly upstream: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

interface Settings {
  readonly adminPort: number | undefined;
  readonly listeners: readonly Route[];
}

/** envoyproxy/envoy: the listeners of its configuration, each in front of one cluster, and the pages of its administration. */
export const envoy: Program = async (process) => {
  const at = process.argv.findIndex((arg) => arg === '-c' || arg === '--config-path');
  const path = at < 0 ? '/etc/envoy/envoy.yaml' : (process.argv[at + 1] ?? '');
  const read = attempt(() => process.fs.readText(path));
  if ('error' in read) {
    await process.stderr.write(
      `${stamp(process)}[critical][main] [source/server/server.cc:131] error initializing configuration '${path}': unable to read file: ${path}\n`,
    );
    return 1;
  }
  return proxy(process, parseConfig(read.value));
};

/** luksa/kiada-ssl-proxy: an envoy with everything in the image. */
export const kiadaProxy: Program = async (process) =>
  proxy(process, {
    adminPort: 9901,
    listeners: [
      {
        port: 8443,
        upstream: '127.0.0.1:8080',
        certificate: '/etc/envoy/example-com.crt',
        key: '/etc/envoy/example-com.key',
      },
    ],
  });

async function proxy(process: Process, { adminPort, listeners }: Settings): Promise<number> {
  const servers: (ServeSettings & { readonly tls?: TlsIdentity })[] = [];
  for (const { port, upstream, certificate, key } of listeners) {
    let tls: TlsIdentity | undefined;
    if (certificate !== undefined) {
      const files = [certificate, key ?? ''].map((file) => attempt(() => process.fs.readText(file)));
      const missing = files.find((file) => 'error' in file);
      if (missing !== undefined && 'error' in missing) {
        await process.stderr.write(
          `${stamp(process)}[critical][main] error initializing configuration: Invalid path: ${missing.error.path}\n`,
        );
        return 1;
      }
      const [certificatePem = '', keyPem = ''] = files.map((file) => ('value' in file ? file.value : ''));
      tls = { certificatePem, keyPem };
    }
    servers.push({ port, handler: forward(process, upstream), onTerm: 0, ...(tls !== undefined && { tls }) });
  }
  if (adminPort !== undefined) servers.push({ port: adminPort, handler: admin, onTerm: 0 });
  await process.stderr.write(
    `${stamp(process)}[info][main] [source/server/server.cc] initializing epoch 0\n${stamp(process)}[info][main] [source/server/server.cc] starting main dispatch loop\n`,
  );
  return serveUntilStopped(process, servers);
}

function forward(process: Process, upstream: string | undefined): HttpHandler {
  return async (call) => {
    const { connection: _, 'transfer-encoding': __, 'content-length': ___, ...headers } = call.headers;
    try {
      const answer = await process.net.fetch(`http://${upstream}${call.url}`, {
        method: call.method,
        headers: { ...headers, 'x-forwarded-proto': call.tls ? 'https' : 'http', 'x-forwarded-for': call.remote.ip },
        ...(call.method !== 'GET' && call.method !== 'HEAD' && { body: await call.text() }),
        signal: call.signal,
      });
      const { connection: ____, 'transfer-encoding': _____, 'content-length': ______, ...rest } = answer.headers;
      return { status: answer.status, headers: { ...rest, server: 'envoy' }, body: answer.body };
    } catch (error) {
      if (!isNetError(error)) throw error;
      return text('upstream connect error or disconnect/reset before headers. reset reason: connection failure', 503);
    }
  };
}

function admin(call: HttpCall): HttpReply {
  switch (target(call).path) {
    case '/ready':
      return text('LIVE\n');
    case '/server_info':
      return text('{"state":"LIVE"}\n', 200, 'application/json');
    case '/stats':
      return text('server.live: 1\n');
    default:
      return text('<html><body><h1>Envoy Admin</h1></body></html>\n', 200, 'text/html');
  }
}

/**
 * What of a configuration counts here: ports, addresses and files. It is read by its words in their order, so that neither
 * the version of the API nor the layout matters.
 */
export function parseConfig(yaml: string): Settings {
  const part = (from: string, to: readonly string[]): string => {
    const start = yaml.search(new RegExp(`^\\s*${from}:`, 'm'));
    if (start < 0) return '';
    const ends = to
      .map((name) => yaml.slice(start + 1).search(new RegExp(`^\\s*${name}:`, 'm')))
      .filter((end) => end >= 0);
    return ends.length === 0 ? yaml.slice(start) : yaml.slice(start, start + 1 + Math.min(...ends));
  };
  const word = (text: string, name: string): string | undefined =>
    new RegExp(`(?:^|[\\s{,-])"?${name}"?:\\s*"?([^\\s",}]+)"?`, 'm').exec(text)?.[1];
  const clusters = new Map(
    part('clusters', ['listeners', 'admin'])
      .split(/^\s*- name:/m)
      .slice(1)
      .map((text) => [/^\s*"?([^\s"]+)/.exec(text)?.[1] ?? '', `${word(text, 'address')}:${word(text, 'port_value')}`]),
  );
  const listeners = part('listeners', ['clusters', 'admin'])
    .split(/^(?=\s*- name:\s*\S*listener|\s*- address:)/m)
    .filter((text) => word(text, 'port_value') !== undefined)
    .map((text) => {
      const files = [...text.matchAll(/filename:\s*"?([^\s"]+)/g)].map(([, file]) => file);
      return {
        port: Number(word(text, 'port_value')),
        upstream: clusters.get(word(text, 'cluster') ?? '') ?? [...clusters.values()][0],
        certificate: files[0],
        key: files[1],
      };
    });
  const adminPort = word(part('admin', ['static_resources']), 'port_value');
  return { adminPort: adminPort === undefined ? undefined : Number(adminPort), listeners };
}

const stamp = (process: Process): string =>
  `[${new Date(process.now()).toISOString().replace('T', ' ').replace('Z', '')}][${process.pid}]`;
