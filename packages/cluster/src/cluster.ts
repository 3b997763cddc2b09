import { builtinKinds } from '@tabernetes/api';
import type { KubeObject, UserInfo } from '@tabernetes/apimachinery';
import {
  type Authentication,
  apiExtensions,
  bootstrapRbac,
  certificateApproval,
  certificateSigning,
  certificateSubjectRestriction,
  claimResize,
  createApiServer,
  createSystemObjects,
  defaultIngressClass,
  defaultStorageClass,
  defaultTolerationSeconds,
  discoveryPaths,
  fetchFace,
  flowSchemaStatus,
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
  rememberedTokens,
  resourceQuotaAdmission,
  runtimeClassAdmission,
  serviceAccountAdmission,
  serviceAccountTokens,
  singleDefault,
  staticTokens,
  storageObjectInUse,
  tokenAuthenticator,
  unionAuthorizer,
} from '@tabernetes/apiserver';
import { type ClockControl, type Disposable, deepFreeze, fetchedOnce, seededRng } from '@tabernetes/base';
import { type Client, createClient, createFaults, createInformerFactory } from '@tabernetes/client';
import type { HollowKubeletDeps, HollowKubeletOptions, HollowKubelets, HollowNode } from '@tabernetes/kubelet';
import { simulatedNetwork } from '@tabernetes/network-sim';
import type { Net } from '@tabernetes/node-api';
import { memoryStore, type Store } from '@tabernetes/storage';
import { startAddons } from './addons/addon.ts';
import { addonsOf } from './addons/addons.ts';
import { simulatedUsage } from './addons/usage-source.ts';
import { createChaos, Troubles } from './chaos/chaos.ts';
import { chaosDeps } from './chaos/chaos-deps.ts';
import { strainedUsage } from './chaos/strained-usage.ts';
import { clockOf } from './clock-of-options.ts';
import { type Controllers, startControllers, startScheduler } from './control-plane.ts';
import { componentIdentities, HOLLOW_KUBELETS, nodeIdentities } from './identities.ts';
import { lateAuthority } from './late-authority.ts';
import { clusterNetwork } from './network/cluster-network.ts';
import { clusterNodes } from './nodes/cluster-nodes.ts';
import type { ImageRegistry } from './nodes/image-of-host.ts';
import { lateConnector } from './nodes/late-connector.ts';
import { hollowSpecs, type NodeShape, specsOfNodes } from './nodes/node-specs.ts';
import { type SimulatedNodes, simulatedNodes } from './nodes/simulated-nodes.ts';
import type { ClusterOptions } from './options.ts';
import { pacedTransport } from './paced-transport.ts';
import { defaultNamespaceReady, nodesReady } from './readiness.ts';
import type { BegunCluster, Cluster } from './running-cluster.ts';
import { isPassing, throwToHost } from './untold-errors.ts';
import { kubectlLine, runScript } from './workstation/run-script.ts';
import { WORKSTATION_IP, workstation } from './workstation/workstation.ts';

/**
 * Where resourceVersions begin. A cluster that people get their hands on has seen a thousand writes of its own making, so low numbers
 * are long gone (410), and a text with a number in it has the length that it has there.
 */
const FIRST_REVISION = 1000;

/** Nodes that run no programs of ours pull none of them. */
const NO_IMAGES: Pick<ImageRegistry, 'set'> = { set: () => undefined };

/**
 * What hollow nodes take: `short` so much that one sees what happens (the recordings' kubelet took 0.2 to 0.7 s until Ready), `real`
 * what containerd takes on a small cluster, image at hand.
 */
const PACES: Readonly<Record<NonNullable<ClusterOptions['latency']>, HollowKubeletOptions>> = {
  none: {},
  short: { startMs: 300, spreadMs: 200, stopMs: 500 },
  real: { startMs: 1_220, spreadMs: 500, stopMs: 1_000 },
};

/**
 * What it takes until a volume that was applied is Available, at most, on a machine that also runs nodes: longer than kubectl needs
 * for the next object of the same file, shorter than for the next command.
 */
const VOLUME_NEWS_MS = 60;

const ADMIN: UserInfo = { name: 'kubernetes-admin', groups: ['system:masters'] };
const ADVERTISED = { ip: '172.18.0.1', port: 6443 };
const SERVICE_IP = '10.96.0.1';

/** Starts a cluster; resolves when its API answers, its nodes are Ready, the default namespace can be used and its add-ons run. */
export async function createCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { cluster, furnish } = await beginCluster(options);
  await furnish();
  return cluster;
}

/** As {@link createCluster}; resolves before the cluster is furnished. */
export async function beginCluster(options: ClusterOptions): Promise<BegunCluster> {
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
  const clusterCA = lateAuthority(clock, seeded.fork('cluster-ca'));
  // What is restored may sign before the cluster is furnished.
  if (options.restore) await clusterCA.fetched();
  const clientCertificates = fetchedOnce(clock, async () => {
    const authorities = (await clusterCA.fetched()).certificatePem;
    return (await import('@tabernetes/apiserver/client-certificates')).clientCertificates(
      { clock },
      { authorities: () => authorities },
    );
  });
  const byCertificate = async (shown: Uint8Array): Promise<Authentication> => (await clientCertificates())(shown);
  const [rbac, nodes] = [await rbacAuthorizer(store), await nodeAuthorizer(store)];
  // Pods that speak to the API trust this authority; where the API is served to others, theirs.
  const rootCA = (): string => options.rootCA ?? (isSimulated ? clusterCA.atHand.certificatePem : NO_ROOT_CA);
  const trusted = async (): Promise<string> => {
    await clusterCA.fetched();
    return rootCA();
  };
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
      authenticator: tokenAuthenticator([staticTokens(users), rememberedTokens(tokens, clock)], byCertificate),
      authorizer: unionAuthorizer([privilegedGroups, nodes, rbac]),
      tokens,
      ...(options.protobuf && { protobuf: options.protobuf }),
      ...(options.kubelet === 'simulated' && { nodes: lateConnector(() => simulated?.connector()) }),
      admission: [
        // In upstream's order.
        limitRanger(),
        serviceAccountAdmission(rng.fork('service-account-admission')),
        nodeRestriction(clock),
        nodeTaint(),
        podSecurity(clock),
        priorityAdmission(),
        singleDefault(),
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
  if (options.compactionIntervalMs !== undefined) {
    const { compactor } = await clock.hold(import('./compactor.ts'));
    parts.push(compactor({ store, clock, onError }, options.compactionIntervalMs));
  }
  parts.push(await extensions.start(server));
  parts.push(await flowSchemaStatus({ server, store, clock, onError }));
  const faults = createFaults({ clock, rng: rng.fork('faults') });
  const transport = faults.around(server);
  const paced = pacedTransport(transport, clock);
  const clientOf = (user: UserInfo, userAgent: string): Client => {
    identities.add(user);
    return createClient(paced, { user, userAgent });
  };
  const admin = clientOf(ADMIN, 'tabernetes');
  let controllers: Controllers | undefined;
  if (options.controllers !== false) {
    const issueToken = tokens.issueLegacy;
    const newsDelayMs = options.latency === 'real' ? VOLUME_NEWS_MS : 0;
    const deps = {
      clientOf,
      clock,
      rng,
      onError,
      rootCA: trusted,
      clusterCA: clusterCA.fetched,
      issueToken,
      newsDelayMs,
    };
    controllers = await startControllers(deps);
    parts.push(controllers);
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
  const forgetHistory = async (): Promise<void> => {
    const { revision, compactRevision } = await store.status();
    if (revision > compactRevision) await store.compact(revision);
  };
  async function furnish(): Promise<void> {
    const pem = await trusted();
    if (controllers === undefined) return;
    await controllers.publishRootCA(pem);
    parts.push(await startAddons(addons, { admin, clientOf, clock, rng: rng.fork('addons'), onError }));
    await forgetHistory();
  }
  await forgetHistory();

  const cluster: Cluster = {
    fetch: fetchFace(
      (request) =>
        transport.request(request.headers['authorization'] === undefined ? { user: ADMIN, ...request } : request),
      { watchBufferEvents: WATCH_BUFFER_EVENTS, protobuf: options.protobuf, auditIds: rng.fork('audit-ids') },
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
      return clusterCA.atHand.certificatePem;
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
  return { cluster, furnish };
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
