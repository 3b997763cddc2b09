import { builtinKinds } from '@tabernetes/api';
import { type KubeObject, StatusError, type UserInfo } from '@tabernetes/apimachinery';
import {
  apiExtensions,
  bootstrapRbac,
  type ConnectionInfo,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  claimResize,
  clientCertificates,
  createApiServer,
  createSystemObjects,
  defaultIngressClass,
  defaultStorageClass,
  defaultTolerationSeconds,
  discoveryPaths,
  fetchFace,
  lateOpenApiPaths,
  limitRanger,
  nodeAuthorizer,
  nodeRestriction,
  nodeTaint,
  podSecurity,
  priorityAdmission,
  privilegedGroups,
  rbacAuthorizer,
  rbacEscalation,
  resourceQuotaAdmission,
  runtimeClassAdmission,
  serviceAccountAdmission,
  serviceAccountTokens,
  staticTokens,
  storageObjectInUse,
  tokenAuthenticator,
  unionAuthorizer,
} from '@tabernetes/apiserver';
import { type ClockControl, type Disposable, deepFreeze, realClock, seededRng, virtualClock } from '@tabernetes/base';
import { type Client, createClient, createFaults, createInformerFactory, type Faults } from '@tabernetes/client';
import { certificateAuthority } from '@tabernetes/controllers';
import type { HollowKubeletDeps, HollowKubeletOptions, HollowKubelets, HollowNode } from '@tabernetes/kubelet';
import { type SimulatedNetwork, simulatedNetwork } from '@tabernetes/network-sim';
import type { Net } from '@tabernetes/node-api';
import type { Explanation } from '@tabernetes/scheduler';
import { memoryStore, type Store } from '@tabernetes/storage';
import { startAddons } from './addons/addon.ts';
import { addonsOf } from './addons/addons.ts';
import { simulatedUsage } from './addons/usage-source.ts';
import { type Chaos, createChaos, Troubles } from './chaos/chaos.ts';
import { chaosDeps } from './chaos/chaos-deps.ts';
import { strainedUsage } from './chaos/strained-usage.ts';
import { startControllers, startScheduler } from './control-plane.ts';
import { componentIdentities, HOLLOW_KUBELETS, nodeIdentities } from './identities.ts';
import { clusterNetwork } from './network/cluster-network.ts';
import { type ClusterNodes, clusterNodes } from './nodes/cluster-nodes.ts';
import type { ImageRegistry } from './nodes/image-of-host.ts';
import { lateConnector } from './nodes/late-connector.ts';
import { hollowSpecs, type NodeShape, specsOfNodes } from './nodes/node-specs.ts';
import { type PodLifecycle, type SimulatedNodes, simulatedNodes } from './nodes/simulated-nodes.ts';
import type { ClusterOptions, ClusterSnapshot } from './options.ts';
import { pacedTransport } from './paced-transport.ts';
import { defaultNamespaceReady, nodesReady } from './readiness.ts';
import { kubectlLine, type LineResult, runScript } from './workstation/run-script.ts';
import { WORKSTATION_IP, type Workstation, workstation } from './workstation/workstation.ts';

/** A running cluster. */
export interface Cluster {
  /** The API as HTTP. Requests without credentials are the administrator's: whoever holds the cluster owns it. */
  fetch(request: Request): Promise<Response>;
  /** The API as HTTP, as strangers meet it: who has no credentials is anonymous. */
  publicFetch(request: Request, connection?: ConnectionInfo): Promise<Response>;
  /** The API as objects, by reference, as the administrator. */
  readonly client: Client;
  readonly clock: ClockControl;
  /** PEM: the authority that signs client certificates of this cluster. */
  readonly clientCA: string;
  /** What goes wrong between components and the API, by rules; see {@link FaultRule}. */
  readonly faults: Faults;
  /** What Pods speak over, where containers run: a machine can be put outside of it, and every hop can be followed. */
  readonly network: SimulatedNetwork | undefined;
  /** What goes wrong on purpose. */
  readonly chaos: Chaos;
  /** The machines of the cluster. */
  readonly nodes: ClusterNodes;
  /** Images of one's own, for nodes that run containers; see {@link ClusterOptions.images}. */
  readonly images: Pick<ImageRegistry, 'set'>;
  /** The last decision of the scheduler about a Pod (`namespace/name`), node by node; it remembers a few hundred. */
  explain(podKey: string): Explanation | undefined;
  /** Where the state machines of a Pod stand; undefined: no kubelet has it, or none runs containers. */
  lifecycle(nodeName: string, uid: string): PodLifecycle | undefined;
  /** The command box: a machine with a shell, kubectl and files. */
  readonly workstation: Workstation;
  /** Runs a line of the command box and resolves when it has ended; the word `kubectl` may be left out. */
  kubectl(line: string): Promise<LineResult>;
  /** Runs a shell script at the workstation and resolves when it has ended. */
  sh(script: string): Promise<LineResult>;
  /** Resolves when nothing is due but the endless; see {@link ClockControl.idle}. */
  idle(): Promise<void>;
  snapshot(): Promise<ClusterSnapshot>;
  /** Ends every component. The cluster answers no more. */
  stop(): Promise<void>;
}

/**
 * Where resourceVersions begin. A cluster that people get their hands on has seen a thousand writes of its own making, so low numbers
 * are long gone (410), and a text with a number in it has the length that it has there.
 */
const FIRST_REVISION = 1000;

/** Nodes that run no programs of ours pull none of them. */
const NO_IMAGES: Pick<ImageRegistry, 'set'> = { set: () => undefined };

/** What hollow nodes take: `short` so much that one sees what happens, `real` what containerd takes on a small cluster, image at hand. */
const PACES: Readonly<Record<NonNullable<ClusterOptions['latency']>, HollowKubeletOptions>> = {
  none: {},
  short: { startMs: 950, spreadMs: 100, stopMs: 500 },
  real: { startMs: 1_220, spreadMs: 500, stopMs: 1_000 },
};

/**
 * What it takes until a volume that was applied is Available, at most, on a machine that also runs nodes: longer than kubectl needs
 * for the next object of the same file, shorter than for the next command.
 */
const VOLUME_NEWS_MS = 60;

/** What a virtual clock shows at first. */
const VIRTUAL_START_MS = Date.UTC(2025, 0, 1);
const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters'] };
const ADVERTISED = { ip: '172.18.0.1', port: 6443 };
const SERVICE_IP = '10.96.0.1';

/** Starts a cluster; resolves when its API answers, its nodes are Ready and the default namespace can be used. */
export async function createCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const clock = clockOf(options);
  options.onClock?.(clock);
  const isSimulated = options.kubelet === 'simulated';
  const troubles = new Troubles();
  // Most clusters run nothing: what runs containers is loaded when it is asked for.
  const runtimes =
    isSimulated && options.containerRuntime === undefined
      ? (await clock.hold(importRuntimes())).simulatedRuntimes(
          { clock, client: () => admin, api: () => server },
          { images: options.images, sandbox: options.sandbox, pulls: troubles.pulls },
        )
      : undefined;
  // Nodes that come with images have them before they start, also those of Pods that they ran before.
  if (options.preloadedImages?.length || options.addons?.includes('system-pods')) await runtimes?.fetchImages();
  const containerRuntime = isSimulated ? (options.containerRuntime ?? runtimes?.runtime) : undefined;
  const seeded = seededRng(options.seed ?? 1);
  // A cluster that is restored must not throw the dice of its first life again: its uids are taken.
  const rng = options.restore ? seeded.fork(`restored at ${options.restore.store.revision}`) : seeded;
  const tell = options.onError ?? throwToHost;
  const onError = (error: unknown): void => {
    if (!isPassing(error)) tell(error);
  };
  const store: Store<KubeObject> = memoryStore<KubeObject>({
    clock,
    restore: options.restore ? deepFreeze(options.restore.store) : { revision: FIRST_REVISION, kvs: [], leases: [] },
  });
  const journal = options.onStore && store.watch({ prefix: '', onEvents: options.onStore });

  const users = Object.fromEntries((options.tokens ?? []).map(({ token, user }) => [token, user]));
  // The key is drawn from the seed: a cluster that is restored with it knows its tokens again.
  const key = seeded.fork('service-account-key').text(64, 'abcdefghijklmnopqrstuvwxyz0123456789');
  const tokens = serviceAccountTokens(
    { store, clock, rng: rng.fork('service-account-tokens') },
    { key, externalAddress: `${ADVERTISED.ip}:${ADVERTISED.port}` },
  );
  // Of the seed alone: what was signed before a restore is good after it.
  const clusterCA = certificateAuthority(seeded.fork('cluster-ca'));
  const byCertificate = clientCertificates({ clock }, { authorities: () => clusterCA.certificatePem });
  const [rbac, nodes] = [await rbacAuthorizer(store), await nodeAuthorizer(store)];
  // Pods that speak to the API trust this authority; where the API is served to others, theirs.
  const rootCA = (): string => options.rootCA ?? (isSimulated ? clusterCA.certificatePem : NO_ROOT_CA);
  const network = isSimulated
    ? clusterNetwork(
        { clock, rng: rng.fork('network'), fetch: (request) => server.fetch(request), rootCA, onError },
        { advertised: ADVERTISED, serviceIP: SERVICE_IP },
      )
    : undefined;
  const dialer = options.dialer ?? network?.dialer;
  const extensions = await apiExtensions({ store, clock, rng: rng.fork('extensions'), dialer, onError });
  const identities = componentIdentities(onError);
  const addons = addonsOf(options.addons ?? [], {
    controlPlaneNode: options.nodes === 0 ? undefined : 'node-1',
    usage: strainedUsage(options.usage ?? simulatedUsage, troubles.strainOf),
    network: network?.network,
  });
  // The API server opens the doors of kubelets that are made after it.
  let simulated: SimulatedNodes | undefined;
  const server = createApiServer(
    {
      store,
      clock,
      rng,
      kinds: [...builtinKinds, ...addons.flatMap(({ kinds }) => kinds ?? [])],
      authenticator: tokenAuthenticator([staticTokens(users), tokens], byCertificate),
      authorizer: unionAuthorizer([privilegedGroups, nodes, rbac]),
      tokens,
      ...(options.protobuf && { protobuf: options.protobuf }),
      ...(options.kubelet === 'simulated' && { nodes: lateConnector(() => simulated?.connector) }),
      admission: [
        // In upstream's order.
        limitRanger(),
        serviceAccountAdmission(rng.fork('service-account-admission')),
        nodeRestriction(),
        nodeTaint(),
        podSecurity(),
        priorityAdmission(),
        defaultTolerationSeconds(),
        defaultStorageClass(),
        storageObjectInUse(),
        claimResize(),
        runtimeClassAdmission(),
        certificateApproval(),
        certificateSigning(),
        certificateSubjectRestriction(),
        defaultIngressClass(),
        rbacEscalation(rbac),
        ...extensions.admission,
        resourceQuotaAdmission(),
      ],
      paths: [
        extensions.paths(discoveryPaths({ serverAddress: `${ADVERTISED.ip}:${ADVERTISED.port}` })),
        lateOpenApiPaths({ clock }, { components: (names) => components(names, clock, options) }),
      ],
    },
    // Who sent the request is told (500), so nobody needs to be thrown at.
    options.onError ? { onError: options.onError, onRefusal: identities.refused } : {},
  );
  await server.ready;
  await createSystemObjects(server, { advertiseAddress: ADVERTISED, serviceIP: SERVICE_IP });

  await bootstrapRbac(server);

  const parts: Disposable[] = [rbac, nodes];
  parts.push(await extensions.start(server));
  const faults = createFaults({ clock, rng: rng.fork('faults') });
  const transport = faults.around(server);
  const paced = pacedTransport(transport, clock);
  const clientOf = (user: UserInfo, userAgent: string): Client => {
    identities.add(user);
    return createClient(paced, { user, userAgent });
  };
  const admin = clientOf(ADMIN, 'tabernetes');
  if (options.controllers !== false) {
    const issueToken = tokens.issueLegacy;
    const newsDelayMs = options.latency === 'real' ? VOLUME_NEWS_MS : 0;
    const deps = { clientOf, clock, rng, onError, rootCA: rootCA(), clusterCA, issueToken, newsDelayMs };
    parts.push(await startControllers(deps));
  }
  const scheduler = await startScheduler({ clientOf, clock, rng, onError });
  parts.push(scheduler);
  // Hollow kubelets read from one cache, which no node of a cluster could fill; each writes as its own node.
  const kubeletClient = clientOf(HOLLOW_KUBELETS, 'kubelet');
  const asNode = nodeIdentities();
  const informers = createInformerFactory({ client: kubeletClient, clock, onError });
  const kubeletDeps = {
    client: kubeletClient,
    clientOf: (node: string) => clientOf(asNode(node), 'kubelet'),
    informers,
    clock,
    rng: rng.fork('kubelet'),
    onError,
  };
  const latency = options.latency ?? 'none';
  const shape: NodeShape = {
    ...(options.nodeCapacity && { capacity: options.nodeCapacity }),
    ...(options.nodeLabels && { labels: options.nodeLabels }),
    ...(options.zones && { zones: options.zones }),
  };
  if (containerRuntime !== undefined && network !== undefined) {
    simulated = simulatedNodes(
      { ...kubeletDeps, runtime: containerRuntime, network: network.network, isUnwell: troubles.isUnwell },
      {
        count: options.nodes ?? 3,
        specs: options.restore && specsOfNodes(options.restore.store.kvs.map(({ value }) => value)),
        latency,
        shape,
        ...(options.preloadedImages && { preloadedImages: options.preloadedImages }),
        equipment: addons.flatMap(({ equipment }) => equipment ?? []),
      },
    );
  }
  const kubelets = simulated ?? (await hollow(kubeletDeps, hollowSpecs(options.nodes ?? 3, shape), PACES[latency]));
  await kubelets.start();
  await network?.start(informers);
  parts.push(kubelets, ...(network ? [network] : []), informers);
  if (options.controllers !== false) {
    await defaultNamespaceReady(admin);
    await nodesReady(admin);
    parts.push(await startAddons(addons, { admin, clientOf, clock, rng: rng.fork('addons'), onError }));
  }

  for (const rule of options.faults ?? []) faults.add(rule);
  const setKubelet = (name: string, isRunning: boolean): void => kubelets.setRunning(name, isRunning);
  const chaos = createChaos(
    troubles,
    chaosDeps({ simulated, network: network?.network, faults, setKubelet, pulls: !options.containerRuntime }),
  );

  // Where nothing runs, the machine has a network to itself.
  const outside = network?.network ?? simulatedNetwork({ clock, rng: rng.fork('network') });
  const machine = workstation({
    transport,
    admin: ADMIN,
    clock,
    rng: rng.fork('workstation'),
    net: outside.outside({ ip: WORKSTATION_IP, names: ['workstation'] }) as Net,
    onError,
  });
  parts.push(machine);

  // History begins here: nobody can have read or watched from what came before.
  const { revision, compactRevision } = await store.status();
  if (revision > compactRevision) await store.compact(revision);

  return {
    fetch: fetchFace(
      (request) =>
        transport.request(request.headers['authorization'] === undefined ? { ...request, user: ADMIN } : request),
      { watchBufferEvents: WATCH_BUFFER_EVENTS, protobuf: options.protobuf },
    ),
    publicFetch: server.fetch,
    client: admin,
    clock,
    faults,
    network: network?.network,
    chaos,
    nodes: clusterNodes({ simulated, admin, setKubelet, chaos }),
    images: runtimes?.images ?? NO_IMAGES,
    explain: (podKey) => scheduler.explain(podKey),
    lifecycle: (nodeName, uid) => simulated?.lifecycle(nodeName, uid),
    get clientCA() {
      return clusterCA.certificatePem;
    },
    workstation: machine,
    kubectl: (line) => runScript(machine, kubectlLine(line)),
    sh: (script) => runScript(machine, script),
    idle: () => clock.idle(),
    async snapshot() {
      return { version: 1, nowMs: clock.now(), store: await store.snapshot() };
    },
    async stop() {
      for (const part of parts) part.dispose();
      server.dispose();
      journal?.dispose();
      store.dispose();
      clock.dispose();
    },
  };
}

/** Fetches what runs containers before somebody asks for a cluster of such nodes: both are there sooner then. */
export function prefetchRuntimes(): void {
  // Who starts the cluster is told what is wrong.
  importRuntimes().catch(() => undefined);
}

const importRuntimes = () => import('./nodes/simulated-runtime.ts');

/** Virtual time stands still while descriptions are loaded: how long that takes is the host's business. */
async function components(names: Iterable<string>, clock: ClockControl, { descriptions }: ClusterOptions) {
  const { openApiSchemas } = await clock.hold(import('@tabernetes/api/openapi'));
  return openApiSchemas(names, descriptions && { descriptions: await clock.hold(descriptions()) });
}

/** Nodes that keep books: not fetched where they run containers. */
async function hollow(
  deps: HollowKubeletDeps,
  specs: readonly HollowNode[],
  pace: HollowKubeletOptions,
): Promise<HollowKubelets> {
  const { hollowKubelets } = await deps.clock.hold(import('@tabernetes/kubelet/hollow'));
  return hollowKubelets(deps, specs, pace);
}

/** A reader of a watch over `fetch` that is so many events behind is cut off. */
const WATCH_BUFFER_EVENTS = 10_000;

/** What `kube-root-ca.crt` says where nobody serves TLS. */
const NO_ROOT_CA = '# This cluster is not served over TLS: there is no certificate authority to trust.\n';

function clockOf({ clock = 'real', speed = 1, startMs, restore }: ClusterOptions): ClockControl {
  return clock === 'virtual'
    ? virtualClock({ startMs: startMs ?? restore?.nowMs ?? VIRTUAL_START_MS })
    : realClock({ speed, ...(startMs !== undefined && { startMs }) });
}

/** What the API refuses for now, components try again. */
const isPassing = (error: unknown): boolean => error instanceof StatusError && PASSING.has(error.code);
const PASSING = new Set([409, 429, 500, 503, 504]);

/** An error that no caller can be told of must not pass unseen. */
function throwToHost(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
