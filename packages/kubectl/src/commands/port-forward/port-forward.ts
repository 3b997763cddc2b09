import type { Pod } from '@tabernetes/api/types/core-v1';
import type { PortForwardSession } from '@tabernetes/apimachinery';
import type { Connection, Listener } from '@tabernetes/node-api';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf, usageError } from '../../errors.ts';
import { namedObject, podOf } from '../../stream/pod-of.ts';
import { listen, parseAddresses } from './addresses.ts';
import { type Forwarded, parsePort, resolvedPorts } from './ports.ts';

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_port-forward/ */
const portForward: Command = {
  async run(context) {
    const { flags, args, path, process } = context;
    if (args.length < 2) throw usageError(path, 'TYPE/NAME and list of ports are required for port-forward');
    const timeoutMs = flags.number('pod-running-timeout');
    if (timeoutMs <= 0) throw usageError(path, '--pod-running-timeout must be higher than zero');
    const [name = '', ...asked] = args;
    const object = await namedObject(context, { args: [name] }, 'forward to');
    const pod = await podOf(context, object, timeoutMs);
    const texts = resolvedPorts(asked, object, pod);
    // As it is by then.
    const { status } = await context.api().object<Pod>('GET', podPath(pod));
    const phase = status?.phase ?? '';
    if (phase !== 'Running') {
      throw new Error(`unable to forward port because pod is not running. Current status=${phase}`);
    }
    const addresses = parseAddresses(flags.strings('address'));
    const ports = texts.map(parsePort);
    const session = await connect(context, pod);
    const listeners: Listener[] = [];
    try {
      let lost = (_: unknown): void => undefined;
      const failed = new Promise<unknown>((resolve) => {
        lost = resolve;
      });
      const failures: Forwarded[] = [];
      for (const port of ports) {
        const opened = await listen(context, port, addresses, (connection, to) => {
          void forward(context, session, connection, to).catch(lost);
        });
        listeners.push(...opened.listeners);
        if (!opened.isWhole) failures.push(opened.port);
      }
      if (failures.length === ports.length) {
        throw new Error(
          `unable to listen on any of the requested ports: [${failures.map(({ local, remote }) => `{${local} ${remote}}`).join(' ')}]`,
        );
      }
      await context.out.flush();
      const interrupted = new Promise<never>((_, reject) => {
        const aborted = (): void => reject(process.signal.reason);
        if (process.signal.aborted) aborted();
        process.signal.addEventListener('abort', aborted);
      });
      const problem = await Promise.race([failed, interrupted]);
      context.tell('portforward.go:424', messageOf(problem));
      throw new Error('lost connection to pod');
    } finally {
      for (const listener of listeners) listener.close();
      session.close();
    }
    return undefined;
  },
};

export const commands: Readonly<Record<string, Command>> = { 'port-forward': portForward };

const podPath = ({ metadata: { name = '', namespace = '' } }: Pod): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;

async function connect({ api, process }: CommandContext, pod: Pod): Promise<PortForwardSession> {
  try {
    const { body } = await api().request('POST', `${podPath(pod)}/portforward`, {
      headers: { upgrade: 'websocket', connection: 'Upgrade' },
      signal: process.signal,
    });
    if (body.kind !== 'portForward') throw new Error('the way to the server carries no ports');
    return body.session;
  } catch (error) {
    if (process.signal.aborted) throw error;
    throw new Error(`error upgrading connection: ${messageOf(error)}`);
  }
}

/** Carries one connection. @throws {Error} when the Pod cannot be reached by it: then the others are lost, too */
async function forward(
  { out }: CommandContext,
  session: PortForwardSession,
  connection: Connection,
  { local, remote }: Forwarded,
): Promise<void> {
  out.write(`Handling connection for ${local || connection.local.port}\n`);
  try {
    const { readable, writable } = await session.open(remote);
    // Whoever hangs up is no problem; what the Pod's side says is.
    void upstream(connection, writable).catch(() => undefined);
    await downstream(readable, connection);
    connection.destroy();
  } catch (error) {
    // Whoever waits for an answer sees that there is none, not that the connection broke.
    connection.end();
    void upstream(connection, new WritableStream()).catch(() => undefined);
    throw new Error(`an error occurred forwarding ${local || connection.local.port} -> ${remote}: ${messageOf(error)}`);
  }
}

async function upstream(from: Connection, to: WritableStream<Uint8Array>): Promise<void> {
  const writer = to.getWriter();
  for (let bytes = await from.read(); bytes !== undefined; bytes = await from.read()) await writer.write(bytes);
  await writer.close();
}

async function downstream(from: ReadableStream<Uint8Array>, to: Connection): Promise<void> {
  for (const reader = from.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) break;
    await to.write(value);
  }
  to.end();
}
