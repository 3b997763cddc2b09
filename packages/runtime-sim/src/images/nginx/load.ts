import type { Process } from '@tabernetes/node-api';
import { attempt, isNetError } from '../../programs/support/command.ts';
import { ConfigError, readConfig, readText } from './config.ts';
import { type ConfigSource, filesAsSource, KnownConfigs } from './config-source.ts';
import { whyNoLog } from './log.ts';
import { EVERY, modelOf, type NginxConfig, type NginxMember } from './model.ts';
import { type Peer, Peers } from './peers.ts';
import type { Running } from './visit.ts';

export const MAIN = '/etc/nginx/nginx.conf';

const KNOWN = new KnownConfigs<NginxConfig>();

/**
 * Reads a configuration, and looks for all that it names.
 * @param orders directives of the command line
 * @throws {ConfigError}
 */
export async function load(process: Process, file: string, orders: string, source?: ConfigSource): Promise<Running> {
  const make = (from: ConfigSource): NginxConfig =>
    modelOf(readConfig(from, file), readText(from, orders, 'command line'));
  const config = source === undefined ? KNOWN.get(filesAsSource(process.fs), `${file}\n${orders}`, make) : make(source);
  checkFiles(process, config, file);
  return { config, peers: await peersOf(process, config) };
}

function checkFiles(process: Process, config: NginxConfig, file: string): void {
  const { fs } = process;
  const hosts = new Map<number, string>();
  const logs = new Set<string>();
  for (const { certificate, listens, settings, locations } of config.servers) {
    const paths =
      listens.some(({ tls }) => tls) && certificate !== undefined ? [certificate.certificate, certificate.key] : [];
    for (const path of paths)
      if (!fs.exists(path))
        throw new ConfigError(
          `cannot load certificate${path === certificate?.key ? ' key' : ''} "${path}": BIO_new_file() failed`,
          { file, line: 1 },
        );
    for (const { port, host } of listens) {
      const known = hosts.get(port) ?? host;
      if (known !== host && known !== EVERY && host !== EVERY)
        throw new ConfigError(`the simulated nginx listens on one address of port ${port}`, { file, line: 1 });
      hosts.set(port, host);
    }
    for (const { accessLogs, errorLog } of [settings, ...locations.map((each) => each.settings)])
      for (const { path } of [...accessLogs, errorLog]) {
        // What a server says of its logs goes for most of its locations.
        if (logs.has(path)) continue;
        logs.add(path);
        const why = attempt(() => whyNoLog(process, path));
        if ('value' in why && why.value !== undefined) throw new ConfigError(why.value, { file, line: 1 });
      }
  }
}

/** Who stands behind each name. Their addresses are those of the start, as with nginx. */
async function peersOf(process: Process, { servers, upstreams }: NginxConfig): Promise<ReadonlyMap<string, Peers>> {
  const found = new Map<string, Peers>();
  for (const [name, { members, method }] of upstreams) {
    const peers = await Promise.all(members.map((member) => addresses(process, member, 80)));
    found.set(name, new Peers(method, peers.flat()));
  }
  for (const { proxy } of servers.flatMap(({ locations }) => locations)) {
    const [, scheme, authority] = /^(https?):\/\/([^/]+)/.exec(proxy?.url ?? '') ?? [];
    if (proxy === undefined || authority === undefined || found.has(authority)) continue;
    const alone: NginxMember = {
      address: authority,
      weight: 1,
      backup: false,
      down: false,
      maxFails: 1,
      failTimeoutMs: 10_000,
      place: proxy.place,
    };
    found.set(authority, new Peers('turns', await addresses(process, alone, scheme === 'https' ? 443 : 80)));
  }
  return found;
}

async function addresses(
  { net }: Process,
  member: NginxMember,
  defaultPort: number,
): Promise<readonly Pick<Peer, 'ip' | 'port' | 'member'>[]> {
  const [, host = '', port = String(defaultPort)] = /^(.*?)(?::(\d+))?$/.exec(member.address) ?? [];
  const peer = (ip: string) => ({ ip, port: Number(port), member });
  if (host === 'localhost') return [peer('127.0.0.1')];
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host)) return [peer(host)];
  try {
    return (await net.resolve(host)).map(peer);
  } catch (error) {
    if (!isNetError(error)) throw error;
    throw new ConfigError(`host not found in upstream "${member.address}"`, member.place);
  }
}
