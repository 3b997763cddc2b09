import type { Pod, Service } from '@tabernetes/api/types/core-v1';
import type { KubeObject, PortForwardSession } from '@tabernetes/apimachinery';
import type { Connection, Listener } from '@tabernetes/node-api';
import type { Command, CommandContext } from '../../command.ts';
import { messageOf, usageError } from '../../errors.ts';
import { namedObject, podOf } from '../../stream/pod-of.ts';

interface Forwarded {
  readonly local: number;
  readonly remote: number;
}

/** @see https://kubernetes.io/docs/reference/kubectl/generated/kubectl_port-forward/ */
const portForward: Command = {
  async run(context) {
    const { flags, args, path, process } = context;
    if (args.length < 2) throw usageError(path, 'TYPE/NAME and list of ports are required for port-forward');
    const timeoutMs = flags.number('pod-running-timeout');
    if (timeoutMs <= 0) throw usageError(path, '--pod-running-timeout must be higher than zero');
    const [name = '', ...texts] = args;
    const object = await namedObject(context, { args: [name] }, 'forward to');
    const pod = await podOf(context, object, timeoutMs);
    const ports = texts.map((text) => parsePort(resolved(text, object, pod)));
    const phase = pod.status?.phase ?? '';
    if (phase !== 'Running') {
      throw new Error(`unable to forward port because pod is not running. Current status=${phase}`);
    }
    const session = await connect(context, pod);
    const listeners: Listener[] = [];
    try {
      let lost = (_: unknown): void => undefined;
      const failed = new Promise<unknown>((resolve) => {
        lost = resolve;
      });
      for (const port of ports) {
        const own = await listen(context, port, (connection, to) => {
          void forward(context, session, connection, to).catch(lost);
        });
        listeners.push(...own);
      }
      if (listeners.length === 0) {
        throw new Error(
          `unable to listen on any of the requested ports: [${ports.map(({ local, remote }) => `{${local} ${remote}}`).join(' ')}]`,
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

async function connect({ api, process }: CommandContext, { metadata }: Pod): Promise<PortForwardSession> {
  const { name = '', namespace = '' } = metadata;
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/portforward`;
  const { body } = await api().request('POST', path, {
    headers: { upgrade: 'websocket', connection: 'Upgrade' },
    signal: process.signal,
  });
  if (body.kind !== 'portForward')
    throw new Error('error upgrading connection: the way to the server carries no ports');
  return body.session;
}

const isNumber = (text: string): boolean => /^[+-]?\d+$/.test(text);

/** `8080:http` with the name or the port of a Service replaced by the container's. @throws {Error} */
function resolved(text: string, object: KubeObject, pod: Pod): string {
  const parts = text.split(':');
  const [first = '', second] = parts;
  let local = first;
  const remote = parts.length === 2 ? (second ?? '') : first;
  if (object.kind !== 'Service') {
    if (remote === '') throw new Error('remote port cannot be empty');
    const number = isNumber(remote) ? Number(remote) : namedPort(pod, remote);
    refuseUdp(
      (pod.spec?.containers ?? []).flatMap(({ ports = [] }) => ports),
      number,
      remote,
    );
    return local === remote ? String(number) : `${local}:${number}`;
  }
  const { metadata, spec } = object as Service;
  const list = spec?.ports ?? [];
  let number = Number(remote);
  if (!isNumber(remote)) {
    const byName = list.find(({ name }) => name === remote);
    if (byName === undefined) throw new Error(`Service '${metadata.name}' does not have a named port '${remote}'`);
    number = byName.port;
    if (local === remote) local = String(number);
  }
  refuseUdp(list, number, remote);
  const entry = list.find(({ port }) => port === number);
  if (entry === undefined) throw new Error(`Service ${metadata.name} does not have a service port ${number}`);
  let target = number;
  if (spec?.clusterIP !== 'None' || entry.targetPort !== undefined) {
    const { targetPort } = entry;
    if (typeof targetPort === 'string') target = namedPort(pod, targetPort);
    else if (targetPort) target = targetPort;
  }
  return local === String(target) ? local : `${local}:${target}`;
}

function refuseUdp(
  ports: readonly { readonly protocol?: string; readonly port?: number; readonly containerPort?: number }[],
  number: number,
  text: string,
): void {
  const own = ports.filter(({ port, containerPort }) => (port ?? containerPort) === number);
  const isUdp = own.some(({ protocol }) => protocol === 'UDP') && !own.some(({ protocol }) => protocol !== 'UDP');
  if (isUdp) throw new Error(`UDP protocol is not supported for ${text}`);
}

function namedPort({ spec, metadata }: Pod, name: string): number {
  for (const { ports = [] } of spec?.containers ?? []) {
    const found = ports.find((port) => port.name === name);
    if (found !== undefined) return found.containerPort;
  }
  throw new Error(`Pod '${metadata.name}' does not have a named port '${name}'`);
}

/** @throws {Error} with client-go's text */
function parsePort(text: string): Forwarded {
  const parts = text.split(':');
  if (parts.length > 2) throw new Error(`invalid port format '${text}'`);
  const [first = '', second = first] = parts;
  const read = (which: string, port: string): number => {
    const why = !/^\d+$/.test(port) ? 'invalid syntax' : Number(port) > 65_535 ? 'value out of range' : undefined;
    if (why === undefined) return Number(port);
    throw new Error(
      `error parsing ${which} port '${port}': strconv.ParseUint: parsing ${JSON.stringify(port)}: ${why}`,
    );
  };
  // `:80` takes any free port.
  const local = first === '' ? 0 : read('local', first);
  const remote = read('remote', second);
  if (remote === 0) throw new Error('remote port must be > 0');
  return { local, remote };
}

/** What an address of `--address` stands for: localhost is both, and one of them is enough. */
const hostsOf = (address: string): readonly string[] => (address === 'localhost' ? ['127.0.0.1', '::1'] : [address]);

/** Listens on every address that was asked for. What cannot be had is told of. */
async function listen(
  context: CommandContext,
  { local, remote }: Forwarded,
  onConnection: (connection: Connection, port: Forwarded) => void,
): Promise<readonly Listener[]> {
  const { flags, process, out, err } = context;
  const listeners: Listener[] = [];
  for (const address of flags.strings('address')) {
    const problems: string[] = [];
    const own: Listener[] = [];
    for (const host of hostsOf(address)) {
      // A port that is drawn is the same on both.
      const wanted = local === 0 && own[0] !== undefined ? own[0].address.port : local;
      const family = host.includes(':') ? 'tcp6' : 'tcp4';
      const shown = host.includes(':') ? `[${host}]` : host;
      try {
        const listener = process.net.listen(wanted, (connection) => onConnection(connection, { local, remote }), {
          host,
        });
        await listener.bound;
        out.write(`Forwarding from ${shown}:${listener.address.port} -> ${remote}\n`);
        own.push(listener);
      } catch (error) {
        problems.push(`unable to create listener: Error listen ${family} ${shown}:${wanted}: ${reasonOf(error)}`);
      }
    }
    if (own.length === 0) {
      err.write(
        `Unable to listen on port ${local}: Listeners failed to create with the following errors: [${problems.join(' ')}]\n`,
      );
    }
    listeners.push(...own);
  }
  return listeners;
}

/** Go's words for why an address cannot be had. */
function reasonOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  if (code === 'EADDRINUSE') return 'bind: address already in use';
  if (code === 'EACCES') return 'bind: permission denied';
  return messageOf(error);
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
  } catch (error) {
    throw new Error(`an error occurred forwarding ${local || connection.local.port} -> ${remote}: ${messageOf(error)}`);
  } finally {
    connection.destroy();
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
