import type { FileSystem, Process } from '@tabernetes/node-api';
import { ConfigurationInvalid } from '../errors.ts';
import type { FlagSet } from '../flags/flag-set.ts';
import {
  type ClusterEntry,
  contextOf,
  EMPTY_KUBECONFIG,
  type Kubeconfig,
  mergeKubeconfigs,
  readKubeconfig,
  type UserEntry,
} from './kubeconfig.ts';

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
  /** With the flags of the call on top. @throws {ConfigurationInvalid} */
  client(): ClientConfig;
  /** The namespace of flags, context or Pod. */
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

  const selected = () => {
    // Only `kubectl config` may name a file that it is about to make.
    if (explicitPath !== '' && !fs.exists(explicitPath)) {
      throw new Error(`stat ${explicitPath}: no such file or directory`);
    }
    const config = load();
    const asked = flags.string('context');
    const name = asked === '' ? config.currentContext : asked;
    const context = contextOf(config, name);
    return { config, context, name };
  };

  const namespace = () => {
    const asked = flags.string('namespace');
    if (asked !== '') return { name: asked, explicit: true };
    const { context, config } = selected();
    if (context?.namespace) return { name: context.namespace, explicit: false };
    if (config === EMPTY_KUBECONFIG || config.contexts.size === 0) {
      const pod = inPodNamespace(fs);
      if (pod !== undefined) return { name: pod, explicit: false };
      if (fallback !== undefined) return { name: fallback.namespace, explicit: false };
    }
    return { name: 'default', explicit: false };
  };

  const client = (): ClientConfig => {
    const { config, context } = selected();
    const clusterName = flags.string('cluster') || context?.cluster || '';
    const userName = flags.string('user') || context?.user || '';
    const cluster = config.clusters.get(clusterName);
    const user = config.users.get(userName);
    if (flags.string('cluster') !== '' && cluster === undefined) {
      throw new ConfigurationInvalid(`no server found for cluster ${JSON.stringify(clusterName)}`);
    }
    if (flags.string('user') !== '' && user === undefined) {
      throw new Error(`auth info ${JSON.stringify(userName)} does not exist`);
    }
    const base = cluster === undefined && flags.string('server') === '' ? (inCluster(fs, env) ?? fallback) : undefined;
    if (base !== undefined && context === undefined) return withFlags(base, flags, namespace().name);
    return withFlags(fromEntries(fs, cluster, user, namespace().name), flags, namespace().name);
  };

  return { load, paths, explicit: explicitPath !== '', client, namespace };
}

function withFlags(base: ClientConfig, flags: FlagSet, namespace: string): ClientConfig {
  const text = (name: string): string | undefined => flags.string(name) || undefined;
  const user = text('as') ?? base.impersonate?.user;
  const groups = flags.strings('as-group');
  const uid = text('as-uid');
  if (user === undefined && (groups.length > 0 || uid !== undefined)) {
    throw new ConfigurationInvalid('requesting uid, groups or user-extra for  without impersonating a user');
  }
  const timeout = flags.string('request-timeout');
  return {
    ...base,
    namespace,
    server: normalServer(text('server') ?? base.server),
    ...(text('token') !== undefined && { token: flags.string('token') }),
    ...(text('username') !== undefined && { username: flags.string('username') }),
    ...(text('password') !== undefined && { password: flags.string('password') }),
    ...(text('tls-server-name') !== undefined && { tlsServerName: flags.string('tls-server-name') }),
    insecure: flags.changed('insecure-skip-tls-verify') ? flags.bool('insecure-skip-tls-verify') : base.insecure,
    ...(user !== undefined && {
      impersonate: {
        ...base.impersonate,
        user,
        groups: groups.length > 0 ? groups : (base.impersonate?.groups ?? []),
        ...(uid !== undefined && { uid }),
      },
    }),
    timeoutMs: requestTimeoutMs(timeout),
  };
}

/** `30s`, `2m`; a bare number is seconds. @throws {Error} */
function requestTimeoutMs(text: string): number {
  if (/^\d+$/.test(text)) return Number(text) * 1_000;
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text);
  if (match === null) {
    throw new Error(
      'Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)',
    );
  }
  const unit = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }[match[2] as 'ms' | 's' | 'm' | 'h'];
  return Number(match[1]) * unit;
}

function fromEntries(
  fs: FileSystem,
  cluster: ClusterEntry | undefined,
  user: UserEntry | undefined,
  namespace: string,
): ClientConfig {
  const near = (entry: { readonly origin: string } | undefined, path: string | undefined): string | undefined =>
    path === undefined || path === ''
      ? undefined
      : fs.readText(path.startsWith('/') ? path : `${directoryOf(entry?.origin ?? '')}${path}`);
  const data = (text: string | undefined): string | undefined => (text ? atob(text) : undefined);
  const caPem = data(cluster?.['certificate-authority-data']) ?? near(cluster, cluster?.['certificate-authority']);
  const certificatePem = data(user?.['client-certificate-data']) ?? near(user, user?.['client-certificate']);
  const keyPem = data(user?.['client-key-data']) ?? near(user, user?.['client-key']);
  const token = user?.token ?? near(user, user?.tokenFile)?.trim();
  return {
    // client-go's default when nothing names a server.
    server: cluster?.server ?? 'http://localhost:8080',
    namespace,
    insecure: cluster?.['insecure-skip-tls-verify'] === true,
    timeoutMs: 0,
    ...(caPem !== undefined && { caPem }),
    ...(certificatePem !== undefined && { certificatePem }),
    ...(keyPem !== undefined && { keyPem }),
    ...(token !== undefined && token !== '' && { token }),
    ...(user?.username !== undefined && { username: user.username }),
    ...(user?.password !== undefined && { password: user.password }),
    ...(cluster?.['tls-server-name'] !== undefined && { tlsServerName: cluster['tls-server-name'] }),
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

const directoryOf = (path: string): string => path.slice(0, path.lastIndexOf('/') + 1);
const normalServer = (server: string): string =>
  (/^https?:\/\//.test(server) ? server : `http://${server.startsWith(':') ? 'localhost' : ''}${server}`).replace(
    /\/+$/,
    '',
  );

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
