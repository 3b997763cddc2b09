import { decodeYaml, goQuote, jsonTypeName } from '@tabernetes/apimachinery';
import { ConfigurationInvalid, messageOf } from '../errors.ts';
import { typedKubeconfig } from './kubeconfig-types.ts';

/** @see https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
export interface Kubeconfig {
  readonly clusters: ReadonlyMap<string, ClusterEntry>;
  readonly users: ReadonlyMap<string, UserEntry>;
  readonly contexts: ReadonlyMap<string, ContextEntry>;
  readonly currentContext: string;
  readonly preferences: Readonly<Record<string, unknown>>;
}

/** Entries remember the file that they came from, so that a change is written where it belongs. */
interface Located {
  readonly origin: string;
  readonly extensions?: readonly unknown[];
}

export interface ClusterEntry extends Located {
  readonly server?: string;
  readonly 'tls-server-name'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'certificate-authority'?: string;
  /** Base64 of PEM. */
  readonly 'certificate-authority-data'?: string;
  readonly 'proxy-url'?: string;
  readonly 'disable-compression'?: boolean;
}

export interface UserEntry extends Located {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly as?: string;
  readonly 'as-uid'?: string;
  readonly 'as-groups'?: readonly string[];
  readonly 'as-user-extra'?: Readonly<Record<string, readonly string[]>>;
  readonly username?: string;
  readonly password?: string;
  readonly 'auth-provider'?: unknown;
  readonly exec?: unknown;
}

export interface ContextEntry extends Located {
  readonly cluster: string;
  readonly user: string;
  readonly namespace?: string;
}

export const EMPTY_KUBECONFIG: Kubeconfig = {
  clusters: new Map(),
  users: new Map(),
  contexts: new Map(),
  currentContext: '',
  preferences: {},
};

/** Reads one kubeconfig file. @throws {Error} with client-go's text when it is no kubeconfig */
export function readKubeconfig(text: string, origin: string): Kubeconfig {
  const fail = (why: string): Error => new Error(`error loading config file ${goQuote(origin)}: ${why}`);
  let raw: unknown;
  try {
    raw = decodeYaml(text).value;
  } catch (error) {
    throw fail(messageOf(error));
  }
  if (raw === null || raw === undefined) return EMPTY_KUBECONFIG;
  if (typeof raw !== 'object' || Array.isArray(raw)) {
    throw fail(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(raw)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const untyped = raw as Record<string, unknown>;
  const { kind = 'Config', apiVersion = 'v1' } = untyped;
  const odd = Object.entries({ apiVersion, kind }).find(([, value]) => value !== null && typeof value !== 'string');
  if (odd !== undefined) {
    const [field, value] = odd;
    throw fail(
      `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonTypeName(value)} into Go struct field .${field} of type string`,
    );
  }
  if (kind !== 'Config' || apiVersion !== 'v1') {
    throw fail(
      `no kind ${goQuote(String(kind))} is registered for version ${goQuote(String(apiVersion))} in scheme "pkg/runtime/scheme.go:100"`,
    );
  }
  let file: Readonly<Record<string, unknown>>;
  try {
    file = typedKubeconfig(untyped);
  } catch (error) {
    throw fail(messageOf(error));
  }
  return {
    clusters: named<ClusterEntry>(file['clusters'], 'cluster', origin),
    users: named<UserEntry>(file['users'], 'user', origin),
    contexts: named<ContextEntry>(file['contexts'], 'context', origin),
    currentContext: typeof file['current-context'] === 'string' ? file['current-context'] : '',
    preferences: (file['preferences'] ?? {}) as Record<string, unknown>,
  };
}

function named<T extends Located>(list: unknown, key: string, origin: string): ReadonlyMap<string, T> {
  const entries = new Map<string, T>();
  if (!Array.isArray(list)) return entries;
  for (const item of list as readonly Record<string, unknown>[]) {
    const name = String(item['name'] ?? '');
    if (!entries.has(name)) entries.set(name, { ...((item[key] ?? {}) as object), origin } as T);
  }
  return entries;
}

/** Several files as one: what comes first stays. @see https://kubernetes.io/docs/concepts/configuration/organize-cluster-access-kubeconfig/#merging-kubeconfig-files */
export function mergeKubeconfigs(files: readonly Kubeconfig[]): Kubeconfig {
  const first = <T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> =>
    new Map(maps.toReversed().flatMap((map) => [...map]));
  return {
    clusters: first(files.map(({ clusters }) => clusters)),
    users: first(files.map(({ users }) => users)),
    contexts: first(files.map(({ contexts }) => contexts)),
    currentContext: files.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
    preferences: files.find(({ preferences }) => Object.keys(preferences).length > 0)?.preferences ?? {},
  };
}

/** The entry that a name stands for. @throws {ConfigurationInvalid} */
export function contextOf(config: Kubeconfig, name: string): ContextEntry | undefined {
  const entry = config.contexts.get(name);
  if (entry === undefined && name !== '') {
    throw new ConfigurationInvalid(`context was not found for specified context: ${name}`);
  }
  return entry;
}
