import type { FileSystem, Process } from '@tabernetes/node-api';
import type { FlagSet } from '../flags/flag-set.ts';
import { parseDurationMs } from '../flags/go-values.ts';
import { checkEntries, pathNear } from './check-entries.ts';
import {
  type ClusterEntry,
  contextOf,
  EMPTY_KUBECONFIG,
  type Kubeconfig,
  mergeKubeconfigs,
  readKubeconfig,
  type UserEntry,
} from './kubeconfig.ts';
import { normalServer } from './normal-server.ts';

/** Where the server is and who asks: what a connection needs. */
export interface ClientConfig {
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  readonly namespace: string;
  readonly token?: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM. */
  readonly caPem?: string;
  readonly certificatePem?: string;
  readonly keyPem?: string;
  readonly insecure: boolean;
  readonly tlsServerName?: string;
  readonly impersonate?: {
    readonly user: string;
    readonly uid?: string;
    readonly groups: readonly string[];
    readonly extra?: Readonly<Record<string, readonly string[]>>;
  };
  /** 0: as long as it takes. */
  readonly timeoutMs: number;
}

/** The kubeconfig of a call, and the files it is made of. */
export interface ConfigAccess {
  /** All files merged. */
  load(): Kubeconfig;
  /** Paths in the order in which they are looked at. */
  readonly paths: readonly string[];
  /** True when --kubeconfig names the one file. */
  readonly explicit: boolean;
  /**
   * With the flags of the call on top. What a flag names and is not there is told of as such, before all else.
   * @throws {ConfigurationInvalid}
   */
  client(): ClientConfig;
  /** The namespace of flags, context or Pod. @throws {ConfigurationInvalid} when no flag says it and the rest is unusable */
  namespace(): { readonly name: string; readonly explicit: boolean };
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Reads what `--kubeconfig`, `$KUBECONFIG` or `~/.kube/config` say; in a container without any, the Pod's ServiceAccount. */
export function configAccess(process: Process, flags: FlagSet, fallback?: ClientConfig): ConfigAccess {
  const { fs, env } = process;
  const explicitPath = flags.string('kubeconfig');
  const listed = (env['KUBECONFIG'] ?? '').split(':').filter((path) => path !== '');
  const paths =
    explicitPath !== ''
      ? [explicitPath]
      : listed.length > 0
        ? [...new Set(listed)]
        : [`${env['HOME'] ?? '/root'}/.kube/config`];
  let loaded: Kubeconfig | undefined;

  const load = (): Kubeconfig => {
    if (loaded !== undefined) return loaded;
    loaded = mergeKubeconfigs(
      paths.filter((path) => fs.exists(path)).map((path) => readKubeconfig(fs.readText(path), path)),
    );
    return loaded;
  };

  const loadChosen = (): Kubeconfig => {
    // Only `kubectl config` may name a file that it is about to make.
    if (explicitPath !== '' && !fs.exists(explicitPath)) {
      throw new Error(`stat ${explicitPath}: no such file or directory`);
    }
    return load();
  };

  const selected = () => {
    const config = loadChosen();
    const asked = flags.string('context');
    const name = asked === '' ? config.currentContext : asked;
    const context = contextOf(config, name);
    return { config, context, name };
  };

  const namespace = () => {
    const asked = flags.string('namespace');
    if (asked !== '') return { name: asked, explicit: true };
    const { context, config } = selected();
    const cluster = flags.string('cluster');
    if (cluster !== '' && !config.clusters.has(cluster)) {
      throw new Error(`no server found for cluster ${JSON.stringify(cluster)}`);
    }
    if (context?.namespace) return { name: context.namespace, explicit: false };
    if (config === EMPTY_KUBECONFIG || config.contexts.size === 0) {
      const pod = inPodNamespace(fs);
      if (pod !== undefined) return { name: pod, explicit: false };
      if (fallback !== undefined) return { name: fallback.namespace, explicit: false };
    }
    return { name: 'default', explicit: false };
  };

  const client = (): ClientConfig => {
    const known = loadChosen();
    const missing = (flag: string, entries: ReadonlyMap<string, unknown>): boolean =>
      flags.string(flag) !== '' && !entries.has(flags.string(flag));
    const refusal = (what: string, flag: string): Error =>
      new Error(`${what} ${JSON.stringify(flags.string(flag))} does not exist`);
    if (missing('user', known.users)) throw refusal('auth info', 'user');
    if (missing('context', known.contexts)) throw refusal('context', 'context');
    if (missing('cluster', known.clusters)) throw refusal('cluster', 'cluster');
    const { config, context } = selected();
    const clusterName = flags.string('cluster') || context?.cluster || '';
    const userName = flags.string('user') || context?.user || '';
    const cluster = config.clusters.get(clusterName);
    const user = config.users.get(userName);
    const timeoutMs = requestTimeoutMs(flags.string('request-timeout'));
    const base = cluster === undefined && flags.string('server') === '' ? (inCluster(fs, env) ?? fallback) : undefined;
    if (base !== undefined && context === undefined) {
      const mine: UserEntry = { origin: '', ...(base.impersonate && { as: base.impersonate.user }) };
      const over = userWithFlags(mine, flags);
      checkEntries(fs, { clusterName, userName, cluster: undefined, user: over });
      return withFlags({ ...base, timeoutMs }, fromEntries(fs, undefined, over), flags, namespace().name);
    }
    const used = {
      clusterName,
      userName,
      cluster: clusterWithFlags(cluster, flags),
      user: userWithFlags(user, flags),
    };
    checkEntries(fs, used);
    return { ...fromEntries(fs, used.cluster, used.user), namespace: namespace().name, timeoutMs };
  };

  return { load, paths, explicit: explicitPath !== '', client, namespace };
}

/** What flags say instead of a cluster's entry; undefined when neither says anything. */
function clusterWithFlags(entry: ClusterEntry | undefined, flags: FlagSet): ClusterEntry | undefined {
  const server = flags.string('server');
  const authority = flags.string('certificate-authority');
  const serverName = flags.string('tls-server-name');
  const insecure = flags.bool('insecure-skip-tls-verify');
  if (entry === undefined && server === '') return undefined;
  return {
    origin: '',
    ...entry,
    ...(server !== '' && { server }),
    // Who trusts nobody in particular, or somebody else, does not trust what the file says.
    ...((insecure || authority !== '') && {
      origin: '',
      'insecure-skip-tls-verify': insecure,
      'certificate-authority': authority,
      'certificate-authority-data': '',
    }),
    ...((serverName !== '' || server !== '') && { 'tls-server-name': serverName }),
  };
}

/** The same for a user's entry. */
function userWithFlags(entry: UserEntry | undefined, flags: FlagSet): UserEntry {
  const given = (field: string, flag = field): Record<string, string> =>
    flags.string(flag) === '' ? {} : { [field]: flags.string(flag) };
  const groups = flags.strings('as-group');
  const isFile = flags.string('client-certificate') !== '' || flags.string('client-key') !== '';
  return {
    origin: '',
    ...entry,
    ...(isFile && { origin: '' }),
    ...given('client-certificate'),
    ...given('client-key'),
    ...given('token'),
    ...given('username'),
    ...given('password'),
    ...given('as'),
    ...given('as-uid'),
    ...(groups.length > 0 && { 'as-groups': groups }),
  };
}

/** A configuration that is no kubeconfig's, with what flags say. */
function withFlags(base: ClientConfig, over: ClientConfig, flags: FlagSet, namespace: string): ClientConfig {
  const serverName = flags.string('tls-server-name');
  return {
    ...base,
    namespace,
    server: normalServer(base.server),
    ...(over.token !== undefined && { token: over.token }),
    ...(over.username !== undefined && { username: over.username }),
    ...(over.password !== undefined && { password: over.password }),
    ...(over.impersonate !== undefined && {
      impersonate: {
        ...base.impersonate,
        ...over.impersonate,
        groups: over.impersonate.groups.length > 0 ? over.impersonate.groups : (base.impersonate?.groups ?? []),
      },
    }),
    ...(serverName !== '' && { tlsServerName: serverName }),
    insecure: flags.changed('insecure-skip-tls-verify') ? flags.bool('insecure-skip-tls-verify') : base.insecure,
  };
}

/** `30s`, `2m`; a bare number is seconds. @throws {Error} */
function requestTimeoutMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  try {
    return parseDurationMs(text);
  } catch {
    throw new Error(
      'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
    );
  }
}

function fromEntries(fs: FileSystem, cluster: ClusterEntry | undefined, user: UserEntry | undefined): ClientConfig {
  const near = (entry: { readonly origin: string } | undefined, path: string | undefined): string | undefined =>
    path === undefined || path === '' ? undefined : fs.readText(pathNear(entry ?? { origin: '' }, path));
  const data = (text: string | undefined): string | undefined => (text ? atob(text) : undefined);
  const caPem = data(cluster?.['certificate-authority-data']) ?? near(cluster, cluster?.['certificate-authority']);
  const certificatePem = data(user?.['client-certificate-data']) ?? near(user, user?.['client-certificate']);
  const keyPem = data(user?.['client-key-data']) ?? near(user, user?.['client-key']);
  const token = user?.token ?? near(user, user?.tokenFile)?.trim();
  return {
    // client-go's default when nothing names a server.
    server: normalServer(cluster?.server ?? 'http://localhost:8080'),
    namespace: 'default',
    insecure: cluster?.['insecure-skip-tls-verify'] === true,
    timeoutMs: 0,
    ...(caPem !== undefined && { caPem }),
    ...(certificatePem !== undefined && { certificatePem }),
    ...(keyPem !== undefined && { keyPem }),
    ...(token !== undefined && token !== '' && { token }),
    ...(user?.username !== undefined && { username: user.username }),
    ...(user?.password !== undefined && { password: user.password }),
    ...(cluster?.['tls-server-name'] && { tlsServerName: cluster['tls-server-name'] }),
    ...(user?.as !== undefined && {
      impersonate: {
        user: user.as,
        groups: user['as-groups'] ?? [],
        ...(user['as-uid'] !== undefined && { uid: user['as-uid'] }),
        ...(user['as-user-extra'] !== undefined && { extra: user['as-user-extra'] }),
      },
    }),
  };
}

/** What a Pod's ServiceAccount gives; undefined outside of Pods. */
function inCluster(fs: FileSystem, env: Readonly<Record<string, string>>): ClientConfig | undefined {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'];
  if (!host || !port || !fs.exists(`${SERVICE_ACCOUNT}/token`)) return undefined;
  return {
    server: `https://${host}:${port}`,
    namespace: inPodNamespace(fs) ?? 'default',
    token: fs.readText(`${SERVICE_ACCOUNT}/token`),
    caPem: fs.readText(`${SERVICE_ACCOUNT}/ca.crt`),
    insecure: false,
    timeoutMs: 0,
  };
}

function inPodNamespace(fs: FileSystem): string | undefined {
  const path = `${SERVICE_ACCOUNT}/namespace`;
  return fs.exists(path) ? fs.readText(path).trim() || undefined : undefined;
}
