import { type ApiResponse, encodeJson } from '@tabernetes/apimachinery';
import type { Clock } from '@tabernetes/base';
import type { Kubelet } from '../kubelet.ts';
import { asSeen } from '../pod/pod-view.ts';
import type { PodWorker } from '../pod/pod-worker.ts';
import { healthAnswer } from './health-checks.ts';
import { configuration } from './kubelet-configuration.ts';
import { healthMetrics, metrics, resourceMetrics } from './kubelet-metrics.ts';
import { logContainer } from './log-container.ts';
import { logQuery } from './log-query.ts';
import { logStream } from './log-stream.ts';
import { probeMetrics } from './probe-metrics.ts';
import { runCommand } from './run-command.ts';
import { statsSummary } from './stats-summary.ts';

/** What the kubelet's server is asked, by the part of its path. */
export interface NodeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the kubelet's own HTTPS server answers: `/healthz`, `/configz`, `/pods`, `/runningpods`, `/stats/summary`, `/metrics`,
 * `/metrics/resource`, `/metrics/probes`, `/metrics/slis`, `/containerLogs` and `/run`. It refuses in plain text, which is passed on as it is.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.13/pkg/kubelet/server/server.go
 */
export async function nodeAnswer(kubelet: Kubelet, request: NodeRequest, clock: Clock): Promise<ApiResponse> {
  const { method, path, query } = request;
  if (path.startsWith('/healthz')) {
    const answer = healthAnswer(path, 'verbose' in query);
    return answer === undefined ? text(NO_PAGE, 404) : text(answer);
  }
  if (path === '/configz') return json(JSON.stringify({ kubeletconfig: configuration(kubelet) }));
  if (path === '/metrics') return text(metrics(kubelet));
  if (path === '/metrics/resource') return text(resourceMetrics(kubelet, clock.now()));
  if (path === '/metrics/probes') return text(probeMetrics(kubelet));
  if (path === '/metrics/slis') return text(healthMetrics());
  const [, service = '', ...rest] = path.replace(/\/$/, '').split('/');
  const known = SERVICES[service];
  if (known === undefined) return text(NO_PAGE, 404);
  if (!known.parts.includes(rest.length)) return text('404: Page Not Found', 404);
  if (!known.methods.includes(method)) return text('405: Method Not Allowed', 405, { allow: known.methods.join(', ') });
  return known.answer(kubelet, rest, request, clock);
}

interface Service {
  readonly methods: readonly string[];
  /** How many parts the path may have after the first. */
  readonly parts: readonly number[];
  readonly answer: (
    kubelet: Kubelet,
    parts: readonly string[],
    request: NodeRequest,
    clock: Clock,
  ) => ApiResponse | Promise<ApiResponse>;
}

const streamed = (kubelet: Kubelet, parts: readonly string[], { query }: NodeRequest): ApiResponse => {
  const wanted = ['input', 'output', 'error'].some((name) => query[name] === '1');
  if (!wanted) return text('you must specify at least 1 of stdin, stdout, stderr', 400);
  // Whoever wants streams comes through the Pod's own sub-resources.
  return named(kubelet, parts) === undefined ? text(NO_POD, 404) : text('Upgrade request required', 400);
};

const SERVICES: Readonly<Record<string, Service>> = {
  pods: {
    methods: ['GET'],
    parts: [0],
    answer(kubelet) {
      // Items of this list do not say what they are.
      const items = kubelet.pods().map((worker) => {
        const { apiVersion: _v, kind: _k, ...pod } = asSeen(worker.pod, worker.seenMs);
        return encodeJson(pod);
      });
      const list = items.length === 0 ? 'null' : `[${items.join(',')}]`;
      return json(`{"kind":"PodList","apiVersion":"v1","metadata":{},"items":${list}}\n`);
    },
  },
  runningpods: {
    methods: ['GET'],
    parts: [0],
    answer: (kubelet) => json(`${JSON.stringify(runningPods(kubelet))}\n`),
  },
  stats: {
    methods: ['GET', 'POST'],
    parts: [1],
    answer(kubelet, [what], { query }, clock) {
      if (what !== 'summary') return text('404: Page Not Found', 404);
      const only = query['only_cpu_and_memory'] === 'true';
      return json(JSON.stringify(statsSummary(kubelet, clock.now(), only), null, 1));
    },
  },
  containerLogs: { methods: ['GET'], parts: [3], answer: containerLog },
  run: {
    methods: ['POST'],
    parts: [3, 4],
    async answer(kubelet, parts, { query }, clock) {
      const worker = named(kubelet, parts);
      if (worker === undefined) return text(NO_POD, 404);
      try {
        return text(await runCommand(kubelet, clock, worker, parts.at(-1) ?? '', query['cmd'] ?? ''));
      } catch (error) {
        return text((error as Error).message, 500);
      }
    },
  },
  exec: { methods: ['GET', 'POST'], parts: [3, 4], answer: streamed },
  attach: { methods: ['GET', 'POST'], parts: [3, 4], answer: streamed },
  portForward: {
    methods: ['GET', 'POST'],
    parts: [2, 3],
    answer: (kubelet, parts) =>
      named(kubelet, parts) === undefined ? text(NO_POD, 404) : text('Upgrade request required', 400),
  },
};

/** The Pod of `NAMESPACE/NAME…`. */
const named = (kubelet: Kubelet, [namespace, name]: readonly string[]): PodWorker | undefined =>
  kubelet.pods().find(({ pod: { metadata } }) => metadata.namespace === namespace && metadata.name === name);

function containerLog(
  kubelet: Kubelet,
  parts: readonly string[],
  { query, signal }: NodeRequest,
  clock: Clock,
): ApiResponse {
  const [, name = '', container = ''] = parts;
  const options = logQuery(query);
  if (options === 'undecodable') return text('{"message": "Unable to decode query."}', 400);
  if (options === 'invalid') return text('{"message": "Invalid request."}', 422);
  const worker = named(kubelet, parts);
  if (worker === undefined) return text(`pod ${JSON.stringify(name)} does not exist`, 404);
  const { spec } = worker.pod;
  const all = [spec?.containers, spec?.initContainers, spec?.ephemeralContainers].flatMap((list) => list ?? []);
  if (!all.some((each) => each.name === container)) {
    return text(`container ${JSON.stringify(container)} not found in pod ${JSON.stringify(name)}`, 404);
  }
  try {
    const id = logContainer(name, worker.status ?? {}, container, options.previous);
    const { runtime } = kubelet;
    if (runtime.containerStatus(id) === undefined) {
      return text(`unable to retrieve container logs for containerd://${id}`);
    }
    const stream = logStream(runtime, id, options, clock.now(), signal);
    return { status: 200, headers: {}, body: { kind: 'stream', contentType: 'text/plain', stream } };
  } catch (error) {
    return text((error as Error).message, 400);
  }
}

/** The Pods that have a sandbox or containers that run, with no more than the runtime knows of them. */
function runningPods({ pods, runtime }: Kubelet): unknown {
  const items = pods().flatMap(({ pod, containers }) => {
    const running = containers.see().containers.filter(({ state }) => state === 'running');
    if (running.length === 0 && containers.sandbox?.ready !== true) return [];
    const listed = running.map(({ id, name, imageRef }) => ({
      name,
      image: runtime.containerStatus(id)?.imageId ?? imageRef,
      resources: {},
    }));
    const { name, namespace, uid } = pod.metadata;
    return {
      metadata: { name, namespace, uid, creationTimestamp: null },
      spec: { containers: listed.length === 0 ? null : listed },
      status: {},
    };
  });
  return { kind: 'PodList', apiVersion: 'v1', metadata: {}, items: items.length === 0 ? null : items };
}

const NO_PAGE = '404 page not found\n';
const NO_POD = 'pod does not exist';

const text = (body: string, status = 200, headers: Readonly<Record<string, string>> = {}): ApiResponse => ({
  status,
  headers,
  body: { kind: 'text', contentType: 'text/plain; charset=utf-8', text: body },
});

const json = (body: string): ApiResponse => ({
  status: 200,
  headers: {},
  body: { kind: 'text', contentType: 'application/json', text: body },
});
