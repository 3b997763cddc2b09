import type { NginxConfig, NginxLocation, NginxServer } from './model.ts';

/** What expressions have matched, by number and by name. */
export type Groups = Map<string, string>;

function take(found: RegExpExecArray, groups: Groups): void {
  for (const [index, text] of found.entries()) groups.set(String(index), text ?? '');
  for (const [name, text] of Object.entries(found.groups ?? {})) groups.set(name, text ?? '');
}

/**
 * The server of a name: the name itself, the longest with an asterisk in front, the longest with one behind, the first
 * expression that matches, the default server.
 * @see https://nginx.org/en/docs/http/server_names.html
 */
export function serverFor(
  { servers }: NginxConfig,
  port: number,
  host: string,
  groups: Groups,
): NginxServer | undefined {
  const listening = servers.filter(({ listens }) => listens.some((each) => each.port === port));
  const exact = listening.find(({ names }) => names.includes(host) || names.includes(`.${host}`));
  if (exact !== undefined) return exact;
  const front = longest(listening, (name) =>
    name.startsWith('*.') ? host.endsWith(name.slice(1)) : name.startsWith('.') && host.endsWith(name),
  );
  if (front !== undefined) return front;
  const behind = longest(listening, (name) => name.endsWith('.*') && host.startsWith(name.slice(0, -1)));
  if (behind !== undefined) return behind;
  for (const server of listening) {
    for (const pattern of server.patterns) {
      const found = pattern.exec(host);
      if (found === null) continue;
      take(found, groups);
      return server;
    }
  }
  return listening.find(({ listens }) => listens.some((each) => each.port === port && each.isDefault)) ?? listening[0];
}

function longest(servers: readonly NginxServer[], matches: (name: string) => boolean): NginxServer | undefined {
  let best: { readonly server: NginxServer; readonly name: string } | undefined;
  for (const server of servers)
    for (const name of server.names)
      if (name.length > (best?.name.length ?? 0) && matches(name)) best = { server, name };
  return best?.server;
}

/** The whole path, the first expression that matches, or else the longest beginning of it. */
export function locationFor({ locations }: NginxServer, path: string, groups: Groups): NginxLocation | undefined {
  let best: NginxLocation | undefined;
  for (const location of locations) {
    const { modifier, path: wanted } = location;
    if (modifier === '=' && wanted === path) return location;
    if ((modifier === '' || modifier === '^~') && path.startsWith(wanted) && wanted.length > (best?.path.length ?? -1))
      best = location;
  }
  if (best?.modifier === '^~') return best;
  for (const location of locations) {
    const found = location.pattern?.exec(path) ?? null;
    if (found === null) continue;
    take(found, groups);
    return location;
  }
  return best;
}
