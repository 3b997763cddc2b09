import { decodeBase64, jsonTypeName } from '@tabernetes/apimachinery';

/** A structure of client-go: its fields by their names in files, and what those are. */
type Structure = Readonly<Record<string, string>>;

/**
 * `[]T` is a list, `map[string]T` a map; `any` takes anything, and what is no name of a structure is a type of Go.
 *
 * @see k8s.io/client-go/tools/clientcmd/api/v1/types.go
 */
const STRUCTURES: Readonly<Record<string, Structure>> = {
  Config: {
    kind: 'string',
    apiVersion: 'string',
    preferences: 'v1.Preferences',
    clusters: '[]v1.NamedCluster',
    users: '[]v1.NamedAuthInfo',
    contexts: '[]v1.NamedContext',
    'current-context': 'string',
    extensions: '[]v1.NamedExtension',
  },
  Preferences: { colors: 'bool', extensions: '[]v1.NamedExtension' },
  NamedCluster: { name: 'string', cluster: 'v1.Cluster' },
  NamedAuthInfo: { name: 'string', user: 'v1.AuthInfo' },
  NamedContext: { name: 'string', context: 'v1.Context' },
  NamedExtension: { name: 'string', extension: 'any' },
  Cluster: {
    server: 'string',
    'tls-server-name': 'string',
    'insecure-skip-tls-verify': 'bool',
    'certificate-authority': 'string',
    'certificate-authority-data': '[]uint8',
    'proxy-url': 'string',
    'disable-compression': 'bool',
    extensions: '[]v1.NamedExtension',
  },
  AuthInfo: {
    'client-certificate': 'string',
    'client-certificate-data': '[]uint8',
    'client-key': 'string',
    'client-key-data': '[]uint8',
    token: 'string',
    tokenFile: 'string',
    as: 'string',
    'as-uid': 'string',
    'as-groups': '[]string',
    'as-user-extra': 'map[string][]string',
    username: 'string',
    password: 'string',
    'auth-provider': 'v1.AuthProviderConfig',
    exec: 'v1.ExecConfig',
    extensions: '[]v1.NamedExtension',
  },
  Context: { cluster: 'string', user: 'string', namespace: 'string', extensions: '[]v1.NamedExtension' },
  AuthProviderConfig: { name: 'string', config: 'map[string]string' },
  ExecConfig: {
    command: 'string',
    args: '[]string',
    env: '[]v1.ExecEnvVar',
    apiVersion: 'string',
    installHint: 'string',
    provideClusterInfo: 'bool',
    interactiveMode: 'v1.ExecInteractiveMode',
  },
  ExecEnvVar: { name: 'string', value: 'string' },
};

/** What client-go reads of a kubeconfig: the fields that it knows. @throws {Error} with Go's text for the first of another type */
export const typedKubeconfig = (file: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  read(file, 'v1.Config', { structure: '', path: [] }) as Readonly<Record<string, unknown>>;

/** The innermost structure that a value is in, and the names of the fields that lead to it. */
interface Place {
  readonly structure: string;
  readonly path: readonly string[];
}

function read(value: unknown, type: string, place: Place): unknown {
  if (value === null || value === undefined || type === 'any') return value;
  const wrong = (): Error =>
    new Error(
      `json: cannot unmarshal ${jsonTypeName(value)} into Go struct field ${[place.structure, ...place.path].join('.')} of type ${type}`,
    );
  if (type === '[]uint8') {
    if (typeof value !== 'string') throw wrong();
    decodeBase64(value);
    return value;
  }
  if (type.startsWith('[]')) {
    if (!Array.isArray(value)) throw wrong();
    return value.map((item) => read(item, type.slice('[]'.length), place));
  }
  if (type.startsWith('map[string]')) {
    const of = type.slice('map[string]'.length);
    return Object.fromEntries(inOrder(value, wrong).map(([key, item]) => [key, read(item, of, place)]));
  }
  const name = type.replace('v1.', '');
  const fields = STRUCTURES[name];
  if (fields !== undefined) {
    const known = inOrder(value, wrong).flatMap(([field, item]): readonly (readonly [string, unknown])[] => {
      const wanted = Object.hasOwn(fields, field) ? fields[field] : undefined;
      return wanted === undefined
        ? []
        : [[field, read(item, wanted, { structure: name, path: [...place.path, field] })]];
    });
    return Object.fromEntries(known);
  }
  if (typeof value !== (type === 'bool' ? 'boolean' : 'string')) throw wrong();
  return value;
}

/** The fields of a map in the order of their names, in which YAML becomes JSON. */
function inOrder(value: unknown, wrong: () => Error): readonly (readonly [string, unknown])[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong();
  return Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
}
