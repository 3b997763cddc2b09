import {
  decodeObject,
  type FieldSchema,
  type ScalarSchema,
  type Schema,
  type StructSchema,
} from '@tabernetes/apimachinery';
import { inKeyOrder } from '../go-json.ts';

/** What client-go reads of a kubeconfig: the fields that it knows. @throws {DecodeProblem} with Go's text */
export const typedKubeconfig = (file: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  // YAML becomes JSON first, whose keys are sorted: the first problem is that of the first name.
  decodeObject<Readonly<Record<string, unknown>>>(CONFIG, inKeyOrder(file)).draft;

/** A structure of client-go: its fields by their names in files, and what those are. */
function structure(name: string, fields: Readonly<Record<string, Schema>>): StructSchema {
  const all = Object.entries(fields).map(
    ([field, schema]): FieldSchema => ({
      name: field,
      goName: field,
      schema,
      omitEmpty: true,
      pointer: false,
      required: false,
    }),
  );
  return {
    kind: 'struct',
    goType: `v1.${name}`,
    fields: all,
    byName: new Map(all.map((field) => [field.name, field])),
  };
}

const scalar = (kind: ScalarSchema['kind'], goType: string): ScalarSchema => ({ kind, goType });
const list = (items: Schema): Schema => ({ kind: 'list', items, listType: 'atomic', goType: `[]${items.goType}` });
const map = (values: Schema): Schema => ({
  kind: 'map',
  values,
  mapType: 'granular',
  goType: `map[string]${values.goType}`,
});

const TEXT = scalar('string', 'string');
const BOOL = scalar('bool', 'bool');
const BYTES = scalar('bytes', '[]uint8');
const EXTENSIONS = list(structure('NamedExtension', { name: TEXT, extension: scalar('any', 'runtime.RawExtension') }));

/** @see k8s.io/client-go/tools/clientcmd/api/v1/types.go */
const CLUSTER = structure('Cluster', {
  server: TEXT,
  'tls-server-name': TEXT,
  'insecure-skip-tls-verify': BOOL,
  'certificate-authority': TEXT,
  'certificate-authority-data': BYTES,
  'proxy-url': TEXT,
  'disable-compression': BOOL,
  extensions: EXTENSIONS,
});

const EXEC = structure('ExecConfig', {
  command: TEXT,
  args: list(TEXT),
  env: list(structure('ExecEnvVar', { name: TEXT, value: TEXT })),
  apiVersion: TEXT,
  installHint: TEXT,
  provideClusterInfo: BOOL,
  interactiveMode: scalar('string', 'v1.ExecInteractiveMode'),
});

const USER = structure('AuthInfo', {
  'client-certificate': TEXT,
  'client-certificate-data': BYTES,
  'client-key': TEXT,
  'client-key-data': BYTES,
  token: TEXT,
  tokenFile: TEXT,
  as: TEXT,
  'as-uid': TEXT,
  'as-groups': list(TEXT),
  'as-user-extra': map(list(TEXT)),
  username: TEXT,
  password: TEXT,
  'auth-provider': structure('AuthProviderConfig', { name: TEXT, config: map(TEXT) }),
  exec: EXEC,
  extensions: EXTENSIONS,
});

const CONTEXT = structure('Context', { cluster: TEXT, user: TEXT, namespace: TEXT, extensions: EXTENSIONS });

const CONFIG = structure('Config', {
  kind: TEXT,
  apiVersion: TEXT,
  preferences: structure('Preferences', { colors: BOOL, extensions: EXTENSIONS }),
  clusters: list(structure('NamedCluster', { name: TEXT, cluster: CLUSTER })),
  users: list(structure('NamedAuthInfo', { name: TEXT, user: USER })),
  contexts: list(structure('NamedContext', { name: TEXT, context: CONTEXT })),
  'current-context': TEXT,
  extensions: EXTENSIONS,
});
