import { parseIp } from '@tabernetes/apimachinery';
import type { Connection, Listener } from '@tabernetes/node-api';
import type { CommandContext } from '../../command.ts';
import { messageOf } from '../../errors.ts';
import type { Forwarded } from './ports.ts';

/** Where `port-forward` listens. */
export interface ListenAddress {
  readonly host: string;
  /** One of the two that `localhost` stands for, of which one is enough; others must all be had. */
  readonly isLocalhost: boolean;
}

/** What `--address` says, each once, in order. @throws {Error} with client-go's text */
export function parseAddresses(texts: readonly string[]): readonly ListenAddress[] {
  if (texts.length === 0) throw new Error('you must specify at least 1 address');
  const byHost = new Map<string, ListenAddress>();
  for (const text of texts) {
    if (text === 'localhost') {
      for (const host of ['127.0.0.1', '::1']) {
        if (!byHost.has(host)) byHost.set(host, { host, isLocalhost: true });
      }
    } else if (parseIp(text) !== undefined) byHost.set(text, { host: text, isLocalhost: false });
    else throw new Error(`${text} is not a valid IP`);
  }
  return [...byHost.values()].sort((a, b) => (a.host < b.host ? -1 : 1));
}

/** What became of a port: `isWhole` when all who must listen do. */
export interface Listening {
  readonly port: Forwarded;
  readonly listeners: readonly Listener[];
  readonly isWhole: boolean;
}

/** Listens on every address. What cannot be had is told of; the others stay. */
export async function listen(
  { process, out, err }: CommandContext,
  { local, remote }: Forwarded,
  addresses: readonly ListenAddress[],
  onConnection: (connection: Connection, port: Forwarded) => void,
): Promise<Listening> {
  const listeners: Listener[] = [];
  const problems: string[] = [];
  const localhost = { had: 0, missed: 0 };
  let missed = 0;
  // A port that is drawn is the same on all.
  let taken = local;
  for (const { host, isLocalhost } of addresses) {
    const isSix = host.includes(':');
    const shown = isSix ? `[${host}]` : host;
    try {
      const listener = process.net.listen(taken, (connection) => onConnection(connection, { local, remote }), { host });
      await listener.bound;
      taken = listener.address.port;
      out.write(`Forwarding from ${shown}:${taken} -> ${remote}\n`);
      listeners.push(listener);
      if (isLocalhost) localhost.had++;
    } catch (error) {
      const where = `${isSix ? 'tcp6' : 'tcp4'} ${shown}:${taken}`;
      problems.push(`unable to create listener: Error listen ${where}: ${reasonOf(error)}`);
      if (isLocalhost) localhost.missed++;
      else missed++;
    }
  }
  const isWhole = missed === 0 && (localhost.had > 0 || localhost.missed === 0);
  if (!isWhole) {
    err.write(
      `Unable to listen on port ${taken}: Listeners failed to create with the following errors: [${problems.join(' ')}]\n`,
    );
  }
  return { port: { local: taken, remote }, listeners, isWhole };
}

/** Go's words for why an address cannot be had. */
function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (code === 'EADDRINUSE') return 'bind: address already in use';
  if (code === 'EACCES') return 'bind: permission denied';
  return messageOf(error);
}
