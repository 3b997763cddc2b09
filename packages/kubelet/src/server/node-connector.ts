import type { Pod } from '@tabernetes/api/types/core-v1';
import {
  type ApiRequest,
  type ApiResponse,
  badRequest,
  type ExecSession,
  failure,
  type KubeObject,
  type PortForwardSession,
  type SessionStatus,
  StatusError,
} from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { Kubelet } from '../kubelet.ts';
import { containerNamed, podUid } from '../pod/pod-view.ts';
import type { PodWorker } from '../pod/pod-worker.ts';
import { seenContainer } from '../pod/runtime-status.ts';
import { dialText } from '../probe/net-errors.ts';
import { nodeAnswer } from './kubelet-endpoints.ts';
import { logContainer } from './log-container.ts';
import { type LogStreamOptions, logStream } from './log-stream.ts';
import { inputOf, NOWHERE, outputOf } from './web-streams.ts';

export interface ConnectedLog extends LogStreamOptions {
  readonly container: string;
  readonly previous: boolean;
}

export interface ConnectedExec {
  readonly container: string;
  readonly command: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export type ConnectedTarget = { readonly scheme: 'http' | 'https'; readonly port: number; readonly path: string } & (
  | { readonly kind: 'pod'; readonly pod: KubeObject }
  | { readonly kind: 'node'; readonly node: KubeObject }
);

/** The doors of the kubelets of this process, as the API server opens them. Refusals are StatusErrors with their words. */
export interface KubeletConnector {
  log(pod: KubeObject, options: ConnectedLog, signal?: AbortSignal): Promise<ReadableStream<Uint8Array>>;
  exec(pod: KubeObject, options: ConnectedExec): Promise<ExecSession>;
  attach(pod: KubeObject, options: ConnectedExec): Promise<ExecSession>;
  portForward(pod: KubeObject, ports: readonly number[]): Promise<PortForwardSession>;
  proxy(target: ConnectedTarget, request: ApiRequest): Promise<ApiResponse>;
}

export interface KubeletConnectorDeps {
  readonly kubelet: (nodeName: string) => Kubelet | undefined;
  readonly clock: Clock;
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/server/server.go */
export function kubeletConnector({ kubelet, clock }: KubeletConnectorDeps): KubeletConnector {
  const reach = (object: KubeObject, path: string): { kubelet: Kubelet; worker: PodWorker } => {
    const pod = object as Pod;
    const found = kubelet(pod.spec?.nodeName ?? '');
    const host = `${found?.hostIP ?? pod.status?.hostIP ?? ''}:10250`;
    if (found === undefined || !found.running || !found.online) {
      const why = found?.online === false ? 'no route to host' : 'connection refused';
      const message = path.startsWith('Get')
        ? `${path.replace('HOST', host)}: dial tcp ${host}: connect: ${why}`
        : `error sending request: ${path.replace('HOST', host)}: dial tcp ${host}: connect: ${why}`;
      throw failure(500, path.startsWith('Get') ? '' : 'InternalError', message);
    }
    const worker = found.podOf(pod);
    if (worker === undefined) throw failure(404, 'NotFound', `pod ${JSON.stringify(pod.metadata.name)} does not exist`);
    return { kubelet: found, worker };
  };

  const start = async (
    object: KubeObject,
    options: ConnectedExec,
    verb: 'exec' | 'attach',
    run: (kubelet: Kubelet, id: string, streams: Streams) => Promise<number>,
  ): Promise<ExecSession> => {
    const { namespace, name } = object.metadata;
    const { container, tty } = options;
    const query = [
      ...options.command.map((word) => `command=${encodeURIComponent(word)}`),
      ...(options.stderr && !tty ? ['error=1'] : []),
      ...(options.stdin ? ['input=1'] : []),
      ...(options.stdout ? ['output=1'] : []),
      ...(tty ? ['tty=1'] : []),
    ].join('&');
    let reached: ReturnType<typeof reach>;
    try {
      reached = reach(object, `Post "https://HOST/${verb}/${namespace}/${name}/${container}?${query}"`);
    } catch (error) {
      // A kubelet that does not know the Pod says so in other words than to who reads logs.
      const isUnknown = error instanceof StatusError && error.code === 404;
      return refusedSession(
        isUnknown ? 'unable to upgrade connection: pod does not exist' : (error as Error).message,
        options,
      );
    }
    const { kubelet: node, worker } = reached;
    const seen = seenContainer(worker.containers.see(), container);
    if (seen?.state !== 'running') {
      const what =
        verb === 'exec'
          ? `container not found (${JSON.stringify(container)})`
          : `container ${container} not found in pod ${name}_${namespace}`;
      return refusedSession(`unable to upgrade connection: ${what}`, options);
    }
    const terminal = verb === 'attach' ? containerNamed(worker.pod, container)?.tty === true : tty;
    // A terminal has one stream for both. The refusal reads like a Status that says nothing: "unknown error" to who asked.
    if (verb === 'attach' && terminal && options.stderr) return endedSession({ metadata: {} }, options);
    const stdin = options.stdin ? inputOf() : undefined;
    const stdout = options.stdout ? outputOf() : undefined;
    const stderr = options.stderr && !terminal ? outputOf() : undefined;
    const stop = new AbortController();
    // Nobody has told yet.
    const size = { columns: 0, rows: 0 };
    const resized = new Set<(columns: number, rows: number) => void>();
    const streams: Streams = {
      ...(stdin && { stdin: stdin.input }),
      stdout: stdout?.output ?? NOWHERE,
      stderr: stderr?.output ?? NOWHERE,
      ...(terminal && {
        terminal: {
          get columns() {
            return size.columns;
          },
          get rows() {
            return size.rows;
          },
          onResize(listener: (columns: number, rows: number) => void) {
            resized.add(listener);
            return { dispose: () => void resized.delete(listener) };
          },
        },
      }),
      signal: stop.signal,
    };
    const exit = run(node, seen.id, streams)
      .then(exitStatus, (error: Error) => failureStatus(verb, error))
      .finally(() => {
        stdout?.output.close();
        stderr?.output.close();
      });
    return {
      ...(stdin && { stdin: stdin.writable }),
      ...(stdout && { stdout: stdout.readable }),
      ...(stderr && { stderr: stderr.readable }),
      ...(terminal && {
        resize({ width, height }: { readonly width: number; readonly height: number }) {
          if (width < 1 || height < 1) return;
          size.columns = width;
          size.rows = height;
          for (const listener of resized) listener(width, height);
        },
      }),
      exit,
      close: () => stop.abort(),
    };
  };

  return {
    async log(object, { container, previous, ...options }, signal) {
      const { namespace, name = '' } = object.metadata;
      const { kubelet: node, worker } = reach(
        object,
        `Get "https://HOST/containerLogs/${namespace}/${name}/${container}"`,
      );
      let id: string;
      try {
        id = logContainer(name, worker.status ?? (object as Pod).status ?? {}, container, previous);
      } catch (error) {
        throw badRequest((error as Error).message);
      }
      if (node.runtime.containerStatus(id) === undefined) {
        return textStream(`unable to retrieve container logs for containerd://${id}`);
      }
      return logStream(node.runtime, id, options, clock.now(), signal);
    },
    exec: (object, options) =>
      start(object, options, 'exec', (node, id, streams) =>
        node.runtime.exec(id, { ...streams, command: options.command }),
      ),
    attach: (object, options) =>
      start(object, options, 'attach', async (node, id, streams) => {
        await node.runtime.attach(id, streams);
        return 0;
      }),
    async portForward(object) {
      const { namespace, name } = object.metadata;
      const { kubelet: node, worker } = reach(object, `Post "https://HOST/portForward/${namespace}/${name}"`);
      const { sandbox } = worker.containers;
      if (sandbox?.ready !== true) {
        throw failure(500, 'InternalError', `unable to upgrade connection: pod not found ("${name}_${namespace}")`);
      }
      return {
        async open(port) {
          try {
            return connectionStreams(await node.runtime.portForward(sandbox.id, port));
          } catch (error) {
            const { code } = error as { readonly code?: string };
            const why =
              code === 'ECONNREFUSED'
                ? `failed to connect to localhost:${port} inside namespace "${sandbox.id}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused `
                : (error as Error).message;
            const path = `/var/run/netns/cni-${podUid(worker.pod)}`;
            throw new Error(
              `error forwarding port ${port} to pod ${sandbox.id}, uid : failed to execute portforward in network namespace ${JSON.stringify(path)}: ${why}`,
            );
          }
        },
        close: () => undefined,
      };
    },
    async proxy(target, request) {
      if (target.kind === 'node') {
        const node = kubelet(target.node.metadata.name ?? '');
        const host = `${node?.hostIP ?? ''}:${target.port}`;
        if (node === undefined || !node.running || target.port !== 10250) {
          throw failure(
            503,
            'ServiceUnavailable',
            `error trying to reach service: dial tcp ${host}: connect: connection refused`,
          );
        }
        return nodeAnswer(node, { ...request, path: target.path }, clock);
      }
      const pod = target.pod as Pod;
      const node = kubelet(pod.spec?.nodeName ?? '');
      const address = `${pod.status?.podIP ?? ''}:${target.port}`;
      try {
        if (node === undefined) throw Object.assign(new Error('no node'), { code: 'EHOSTUNREACH' });
        const query = new URLSearchParams(request.query).toString();
        const answer = await node.runtime.hostNet.fetch(
          `${target.scheme}://${address}${target.path}${query && `?${query}`}`,
          {
            method: request.method,
            headers: forwarded(request.headers),
            insecure: true,
            ...(request.body && { body: bodyBytes(request.body) }),
          },
        );
        return {
          status: answer.status,
          headers: answer.headers,
          body: {
            kind: 'stream',
            contentType: answer.headers['content-type'] ?? 'text/plain',
            stream: streamOf(answer.body),
          },
        };
      } catch (error) {
        throw failure(503, 'ServiceUnavailable', `error trying to reach service: ${dialText(error, address)}`);
      }
    },
  };
}

type Streams = Omit<Parameters<Kubelet['runtime']['exec']>[1], 'command' | 'timeoutMs'>;

/** @see staging/src/k8s.io/kubelet/pkg/cri/streaming/remotecommand */
function exitStatus(code: number): SessionStatus {
  if (code === 0) return { metadata: {}, status: 'Success' };
  return {
    metadata: {},
    status: 'Failure',
    reason: 'NonZeroExitCode',
    message: `command terminated with non-zero exit code: exit status ${code}`,
    details: { causes: [{ reason: 'ExitCode', message: String(code) }] },
  };
}

const internalError = (message: string, cause: string): SessionStatus => ({
  metadata: {},
  status: 'Failure',
  reason: 'InternalError',
  message: `Internal error occurred: ${message}`,
  details: { causes: [{ message: cause }] },
  code: 500,
});

const FAILED = { exec: 'error executing command in container', attach: 'error attaching to container' } as const;

function failureStatus(verb: keyof typeof FAILED, { message }: Error): SessionStatus {
  const cause = `${FAILED[verb]}: ${message}`;
  // Two layers of the kubelet's server say so, each in its turn.
  return internalError(`Internal error occurred: ${cause}`, cause);
}

/** The API server has opened the streams before it asks the kubelet, so that a refusal is how the session ends. */
const refusedSession = (text: string, options: ConnectedExec): ExecSession =>
  endedSession(internalError(text, text), options);

/** A session in which nothing has happened. */
function endedSession(status: SessionStatus, { stdin, stdout, stderr }: ConnectedExec): ExecSession {
  const empty = (): ReadableStream<Uint8Array> => textStream('');
  return {
    ...(stdin && { stdin: new WritableStream<Uint8Array>() }),
    ...(stdout && { stdout: empty() }),
    ...(stderr && { stderr: empty() }),
    exit: Promise.resolve(status),
    close: () => undefined,
  };
}

function textStream(text: string): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
}

function streamOf(body: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const next = await iterator.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await iterator.return?.();
    },
  });
}

function connectionStreams(connection: Awaited<ReturnType<Kubelet['runtime']['portForward']>>) {
  return {
    readable: new ReadableStream<Uint8Array>({
      async pull(controller) {
        const bytes = await connection.read();
        if (bytes === undefined) controller.close();
        else controller.enqueue(bytes);
      },
      cancel: () => connection.destroy(),
    }),
    writable: new WritableStream<Uint8Array>({
      write: (bytes) => connection.write(bytes),
      close: () => connection.end(),
      abort: () => connection.destroy(),
    }),
  };
}

/** What is between the client and the API server stays between them. */
function forwarded(headers: Readonly<Record<string, string>>): Record<string, string> {
  const { authorization: _a, connection: _c, host: _h, upgrade: _u, ...rest } = headers;
  return rest;
}

function bodyBytes(body: NonNullable<ApiRequest['body']>): string | Uint8Array {
  if (body.kind === 'object') return JSON.stringify(body.object);
  return 'bytes' in body ? (body.bytes as Uint8Array) : '';
}
