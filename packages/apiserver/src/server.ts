import { type ApiRequest, type ApiResponse, failure } from '@tabernetes/apimachinery';
import { fetchedOnce } from '@tabernetes/base';
import { namespaceLifecycle } from './admission/namespace-lifecycle.ts';
import { type AdmissionPlugin, admissionChain } from './admission.ts';
import { clusterIPAllocator, nodePortAllocator } from './allocators.ts';
import type { ApiServer, ApiServerDeps, ApiServerOptions } from './api-server.ts';
import { tokenAuthenticator } from './authentication.ts';
import { groupsAuthorizer } from './authorization.ts';
import { errorResponse } from './errors.ts';
import { fetchFace } from './fetch-face.ts';
import { fetchedKinds } from './fetched-kinds.ts';
import { createKinds } from './kinds.ts';
import { leasePool } from './leases.ts';
import { offers } from './negotiation.ts';
import { healthPaths } from './nonresource/health.ts';
import { metricsPath, sliPath } from './nonresource/metrics.ts';
import { openidPaths } from './nonresource/openid.ts';
import type { PathHandler } from './nonresource/path-handler.ts';
import { requestCounts } from './nonresource/request-counts.ts';
import { rootPath } from './nonresource/root.ts';
import { versionPath } from './nonresource/version.ts';
import { SERVER_VERSION } from './nonresource/version-info.ts';
import { serverReader } from './reader.ts';
import { reserveAllocations } from './registry/reserve.ts';
import { siblings } from './registry/siblings.ts';
import { requestInfo } from './request-info.ts';
import { serve } from './serve.ts';
import type { ServerContext } from './server-context.ts';

/**
 * Makes an API server over a store. It holds no state of its own but open watches and what the allocators handed out,
 * so several may share one store.
 */
export function createApiServer(deps: ApiServerDeps, options: ApiServerOptions = {}): ApiServer {
  const kinds = createKinds(deps.kinds, (resource) => {
    for (const watch of [...server.watches]) if (watch.resource === resource) watch.dispose();
  });
  const rng = deps.rng.fork('apiserver');
  const reader = serverReader(deps.store, kinds, () => server.authorizer);
  const plugins: AdmissionPlugin[] = [namespaceLifecycle(), ...(deps.admission ?? [])];
  const paths: PathHandler[] = [...(deps.paths ?? []), healthPaths, metricsPath, sliPath, openidPaths, versionPath];
  paths.push(rootPath(paths));

  const server: ServerContext = {
    store: deps.store,
    clock: deps.clock,
    rng,
    kinds,
    authenticator: deps.authenticator ?? tokenAuthenticator([]),
    authorizer: deps.authorizer ?? groupsAuthorizer,
    admission: admissionChain(plugins, reader),
    allocators: deps.allocators ?? {
      clusterIPs: clusterIPAllocator(rng.fork('cluster-ips'), '10.96.0.0/12'),
      nodePorts: nodePortAllocator(rng.fork('node-ports'), 30000, 32767),
    },
    nodes: deps.nodes,
    tokens: deps.tokens,
    protobuf: deps.protobuf,
    offers: offers(deps.protobuf !== undefined),
    reader,
    leases: leasePool(deps.store, deps.clock),
    siblings: siblings(),
    version: { ...SERVER_VERSION, ...options.version },
    minRequestTimeoutMs: options.minRequestTimeoutMs ?? 1_800_000,
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? 60_000,
    requests: requestCounts(),
    watches: new Set(),
    fetched: fetchedKinds(deps.clock, kinds),
    impersonation: fetchedOnce(deps.clock, () => import('./impersonation.ts')),
    scales: fetchedOnce(deps.clock, () => import('./subresources/scale.ts')),
    report: (error, request) => options.onError?.(error, request),
    refused: (attributes) => options.onRefusal?.(attributes),
    annotate: (request, key, value) => options.onAuditAnnotation?.(request, key, value),
  };

  let isReady = false;
  let disposed = false;
  const ready = reserveAllocations(server).then(() => {
    isReady = true;
  });
  ready.catch(() => undefined); // requests report it

  const request = async (apiRequest: ApiRequest): Promise<ApiResponse> => {
    const info = requestInfo(apiRequest.method, apiRequest.path, apiRequest.query);
    let response: ApiResponse;
    try {
      if (disposed) throw failure(503, 'ServiceUnavailable', 'apiserver is shutting down');
      if (!isReady) await ready;
      response = await serve(server, paths, apiRequest, info);
    } catch (error) {
      response = errorResponse(error, (unexpected) => server.report(unexpected, apiRequest));
    }
    server.requests.add(info, response.status);
    return response;
  };

  return {
    request,
    fetch: fetchFace(request, {
      watchBufferEvents: options.watchBufferEvents ?? 10_000,
      protobuf: deps.protobuf,
      auditIds: rng.fork('audit-ids'),
    }),
    kinds,
    reader,
    ready,
    dispose() {
      disposed = true;
      for (const watch of [...server.watches]) watch.dispose();
      reader.dispose();
    },
  };
}
