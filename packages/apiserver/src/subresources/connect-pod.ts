import {
  type ApiResponse,
  badRequest,
  canonicalTime,
  type FieldError,
  failure,
  forbidden,
  invalid,
  invalidStatus,
  type KubeObject,
  notFound,
  RFC3339,
  type StatusError,
  TimeProblem,
} from '@tabernetes/apimachinery';
import type { ExecOptions, LogOptions, NodeConnector } from '../node-connector.ts';
import { queryBool, queryInt } from '../query.ts';
import { stored } from '../registry/get.ts';
import { fromStored } from '../registry/versions.ts';
import type { RequestScope } from '../request-scope.ts';
import { type PodView, podView } from './pod-view.ts';

/** GET pods/NAME/log. @see pkg/registry/core/pod/rest/log.go */
export async function connectLog(scope: RequestScope): Promise<ApiResponse> {
  const options = logOptions(scope);
  const pod = await podOf(scope);
  const container = containerOf(podView(pod), options.container);
  // A Pod that no node has yet has no logs; that is no error.
  if (podView(pod).nodeName !== '') await nodeMustExist(scope, pod);
  const stream = podView(pod).nodeName === '' ? emptyStream() : await openLog(scope, pod, { ...options, container });
  return { status: 200, headers: {}, body: { kind: 'stream', contentType: 'text/plain', stream } };
}

function openLog(scope: RequestScope, pod: KubeObject, options: LogOptions): Promise<ReadableStream<Uint8Array>> {
  const { nodes } = scope.server;
  if (nodes === undefined) {
    const { namespace = '', name = '' } = pod.metadata;
    throw unreachable(
      podView(pod),
      (host) =>
        `Get "https://${host}/containerLogs/${namespace}/${name}/${options.container}": dial tcp ${host}: connect: connection refused`,
    );
  }
  return nodes.log(pod, options, scope.request.signal);
}

/** pods/NAME/exec and attach. */
export async function connectProcess(scope: RequestScope): Promise<ApiResponse> {
  const { request, info } = scope;
  const pod = await podOf(scope);
  const container = containerOf(podView(pod), request.query['container'] ?? '');
  const nodes = await nodesFor(scope, pod);
  const options: ExecOptions = {
    container,
    command: commandOf(request.query, request.path),
    stdin: queryBool(request.query, 'stdin') === true,
    stdout: queryBool(request.query, 'stdout') === true,
    stderr: queryBool(request.query, 'stderr') === true,
    tty: queryBool(request.query, 'tty') === true,
  };
  const isExec = info.subresource === 'exec';
  const session = isExec ? await nodes.exec(pod, options) : await nodes.attach(pod, options);
  return { status: 101, headers: {}, body: { kind: 'exec', session } };
}

/** pods/NAME/portforward. */
export async function connectPortForward(scope: RequestScope): Promise<ApiResponse> {
  const pod = await podOf(scope);
  const nodes = await nodesFor(scope, pod);
  const ports = (scope.request.query['ports'] ?? '')
    .split(',')
    .filter((text) => text !== '')
    .map(Number);
  const session = await nodes.portForward(pod, ports);
  return { status: 101, headers: {}, body: { kind: 'portForward', session } };
}

/** @throws {StatusError} when there is no node to speak to, or the client cannot change protocols */
async function nodesFor(scope: RequestScope, pod: KubeObject): Promise<NodeConnector> {
  const { server, request } = scope;
  const view = podView(pod);
  if (view.nodeName === '') throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  await nodeMustExist(scope, pod);
  if (server.nodes === undefined) {
    throw unreachable(view, (host) => `error dialing backend: dial tcp ${host}: connect: connection refused`);
  }
  if (request.headers['upgrade'] === undefined) throw badRequest('Upgrade request required');
  return server.nodes;
}

/** @throws {StatusError} NotFound, of the resource that was asked for */
async function nodeMustExist({ server, resource }: RequestScope, pod: KubeObject): Promise<void> {
  const { nodeName } = podView(pod);
  const node = await server.reader.get({ group: '', plural: 'nodes' }, '', nodeName);
  if (node === undefined) throw notFound(resource.groupResource, nodeName);
}

async function podOf(scope: RequestScope): Promise<KubeObject> {
  return fromStored(scope.resource, (await stored(scope, scope.info.pathName)).value);
}

const unreachable = ({ hostIP }: PodView, text: (host: string) => string): StatusError =>
  failure(500, 'InternalError', text(`${hostIP}:10250`));

/** The container that is meant. @throws {StatusError} BadRequest with all that could be */
function containerOf({ name, containers, initContainers, ephemeralContainers }: PodView, asked: string): string {
  if (asked !== '') {
    const known = [containers, initContainers, ephemeralContainers].some((names) => names.includes(asked));
    if (known) return asked;
    throw badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only, second] = containers;
  if (only !== undefined && second === undefined) return only;
  if (only === undefined) throw badRequest(`a container name must be specified for pod ${name}`);
  const all = [...initContainers, ...containers, ...ephemeralContainers].join(' ');
  throw badRequest(`a container name must be specified for pod ${name}, choose one of: [${all}]`);
}

/** `command` may be repeated; transports that keep all values join them by newlines, see {@link repeated}. */
const commandOf = (query: Readonly<Record<string, string>>, _path: string): readonly string[] =>
  query['command'] === undefined ? [] : repeated(query['command']);

/** Values of a repeated query key in one text. */
const repeated = (text: string): readonly string[] => text.split('\u0000');

/** @throws {StatusError} BadRequest */
function checkTime(text: string): void {
  try {
    canonicalTime(text, RFC3339);
  } catch (error) {
    if (error instanceof TimeProblem) throw badRequest(error.message);
    throw error;
  }
}

function logOptions({ request: { query }, info }: RequestScope): LogOptions {
  const sinceSeconds = queryInt(query, 'sinceSeconds');
  const tailLines = queryInt(query, 'tailLines');
  const limitBytes = queryInt(query, 'limitBytes');
  const { sinceTime } = query;
  if (sinceTime) checkTime(sinceTime);
  const errors: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0) {
    errors.push(invalid('tailLines', tailLines, 'must be greater than or equal to 0'));
  }
  if (limitBytes !== undefined && limitBytes < 1) {
    errors.push(invalid('limitBytes', limitBytes, 'must be greater than 0'));
  }
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(forbidden('[]', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  } else if (sinceSeconds !== undefined && sinceSeconds < 1) {
    errors.push(invalid('sinceSeconds', sinceSeconds, 'must be greater than 0'));
  }
  // What PodLogsQuerySplitStreams allows, which is off.
  if (query['stream'] !== undefined) errors.push(forbidden('stream', 'may not be specified'));
  if (errors.length > 0) throw invalidStatus({ group: '', kind: 'PodLogOptions' }, info.pathName, errors);
  return {
    container: query['container'] ?? '',
    follow: queryBool(query, 'follow') === true,
    previous: queryBool(query, 'previous') === true,
    timestamps: queryBool(query, 'timestamps') === true,
    ...(sinceSeconds !== undefined && { sinceSeconds }),
    ...(sinceTime !== undefined && { sinceTime }),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
  };
}

const emptyStream = (): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      controller.close();
    },
  });
