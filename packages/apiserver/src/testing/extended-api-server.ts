import type { KubeObject } from '@tabernetes/apimachinery';
import { type ClockControl, seededRng, virtualClock } from '@tabernetes/base';
import { memoryStore } from '@tabernetes/storage';
import type { AdmissionPlugin } from '../admission.ts';
import { discoveryPaths } from '../discovery/discovery-paths.ts';
import { apiExtensions } from '../extensions.ts';
import type { ServiceDialer, ServiceTarget } from '../service-dialer.ts';
import { type TestApiServer, testApiServer } from './test-api-server.ts';

/** A test server with all that extends the API: custom resources, policies, webhooks, other servers. */
export interface ExtendedApiServer extends TestApiServer {
  /** Time of the extensions: time-outs of webhooks, retries. */
  readonly extensionsClock: ClockControl;
}

/** Answers instead of what stands behind Services. */
export type FakeService = (request: Request, target: ServiceTarget) => Promise<Response> | Response;

/**
 * @param admission plugins before those of the extensions
 * @param annotate told of audit annotations
 */
export async function extendedApiServer(
  service?: FakeService,
  admission: readonly AdmissionPlugin[] = [],
  annotate?: (key: string, value: string) => void,
): Promise<ExtendedApiServer> {
  const extensionsClock = virtualClock({ startMs: Date.UTC(2025, 0, 1) });
  const store = memoryStore<KubeObject>({ clock: extensionsClock });
  const dialer: ServiceDialer | undefined = service && {
    service: async (target, request) => service(request, target),
  };
  const errors: unknown[] = [];
  const extensions = await apiExtensions({
    store,
    clock: extensionsClock,
    rng: seededRng(7),
    dialer,
    onError: (error) => errors.push(error),
  });
  const api = await testApiServer({
    deps: { store, admission: [...admission, ...extensions.admission], paths: [extensions.paths(discoveryPaths())] },
    ...(annotate && { onAuditAnnotation: (_, key, value) => annotate(key, value) }),
  });
  const running = await extensions.start(api.server);
  return {
    ...api,
    extensionsClock,
    dispose() {
      running.dispose();
      api.dispose();
      extensionsClock.dispose();
      if (errors.length > 0) throw errors[0];
    },
  };
}

/** Lets what was woken by a write finish its own writes. */
export async function settled(turns = 40): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise<void>((resolve) => queueMicrotask(resolve));
}
