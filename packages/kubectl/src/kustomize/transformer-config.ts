import { decodeYaml } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { type FieldSpec, mergeSpecs } from './field-specs.ts';
import { decoded, type GoStructure, type GoType } from './go-structure.ts';
import { compareTypes } from './kind-order.ts';
import type { Loader } from './loader.ts';
import { NAME_REFERENCES, type NameReference } from './name-reference-table.ts';
import type { Gvk } from './resource.ts';

/** Which fields transformers change. Fields that kustomizations add with `configurations` and `crds` come after the usual ones. */
export interface TransformerConfig {
  readonly namePrefix: readonly FieldSpec[];
  readonly nameSuffix: readonly FieldSpec[];
  readonly namespace: readonly FieldSpec[];
  readonly commonLabels: readonly FieldSpec[];
  readonly labels: readonly FieldSpec[];
  readonly templateLabels: readonly FieldSpec[];
  readonly commonAnnotations: readonly FieldSpec[];
  readonly nameReference: readonly NameReference[];
  readonly varReference: readonly FieldSpec[];
  readonly images: readonly FieldSpec[];
  readonly replicas: readonly FieldSpec[];
}

export const EMPTY_CONFIG: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

/** Labels and annotations of the templates of Pods. */
const templates = (field: 'labels' | 'annotations'): readonly FieldSpec[] => [
  { path: `spec/template/metadata/${field}`, create: true, version: 'v1', kind: 'ReplicationController' },
  ...['Deployment', 'ReplicaSet', 'DaemonSet'].map((kind) => ({
    path: `spec/template/metadata/${field}`,
    create: true,
    kind,
  })),
  {
    path: `spec/template/metadata/${field}`,
    create: true,
    kind: 'StatefulSet',
    ...(field === 'labels' && { group: 'apps' }),
  },
  { path: `spec/template/metadata/${field}`, create: true, group: 'batch', kind: 'Job' },
  { path: `spec/jobTemplate/metadata/${field}`, create: true, group: 'batch', kind: 'CronJob' },
  { path: `spec/jobTemplate/spec/template/metadata/${field}`, create: true, group: 'batch', kind: 'CronJob' },
];

/** @see sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts/metadatalabels.go */
const METADATA_LABELS: readonly FieldSpec[] = [
  { path: 'metadata/labels', create: true },
  ...templates('labels'),
  { path: 'spec/volumeClaimTemplates[]/metadata/labels', create: true, group: 'apps', kind: 'StatefulSet' },
];

const spread = (kind: string): readonly FieldSpec[] =>
  ['podAffinity', 'podAntiAffinity']
    .flatMap((which) => [
      `affinity/${which}/preferredDuringSchedulingIgnoredDuringExecution/podAffinityTerm`,
      `affinity/${which}/requiredDuringSchedulingIgnoredDuringExecution`,
    ])
    .concat('topologySpreadConstraints')
    .map((path) => ({ path: `spec/template/spec/${path}/labelSelector/matchLabels`, group: 'apps', kind }));

/** @see sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts/commonlabels.go */
const SELECTORS: readonly FieldSpec[] = [
  { path: 'spec/selector', create: true, version: 'v1', kind: 'Service' },
  { path: 'spec/selector', create: true, version: 'v1', kind: 'ReplicationController' },
  { path: 'spec/selector/matchLabels', create: true, kind: 'Deployment' },
  ...spread('Deployment'),
  { path: 'spec/selector/matchLabels', create: true, kind: 'ReplicaSet' },
  { path: 'spec/selector/matchLabels', create: true, kind: 'DaemonSet' },
  { path: 'spec/selector/matchLabels', create: true, group: 'apps', kind: 'StatefulSet' },
  ...spread('StatefulSet'),
  { path: 'spec/selector/matchLabels', group: 'batch', kind: 'Job' },
  { path: 'spec/jobTemplate/spec/selector/matchLabels', group: 'batch', kind: 'CronJob' },
  { path: 'spec/selector/matchLabels', group: 'policy', kind: 'PodDisruptionBudget' },
  { path: 'spec/podSelector/matchLabels', group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  { path: 'spec/ingress/from/podSelector/matchLabels', group: 'networking.k8s.io', kind: 'NetworkPolicy' },
  { path: 'spec/egress/to/podSelector/matchLabels', group: 'networking.k8s.io', kind: 'NetworkPolicy' },
];

const NFS_SERVERS: Readonly<Record<string, string>> = {
  CronJob: 'spec/jobTemplate/spec/template/volumes/nfs/server',
  StatefulSet: 'spec/volumeClaimTemplates/spec/nfs/server',
};

/** Where variables are looked for. @see sigs.k8s.io/kustomize/api/internal/konfig/builtinpluginconsts/varreference.go */
const VARIABLES: readonly FieldSpec[] = [
  ...(
    [
      ['CronJob', 'spec/jobTemplate/spec/template/spec'],
      ['DaemonSet', 'spec/template/spec'],
      ['Deployment', 'spec/template/spec'],
      ['Job', 'spec/template/spec'],
      ['Pod', 'spec'],
      ['ReplicaSet', 'spec/template/spec'],
      ['StatefulSet', 'spec/template/spec'],
    ] as const
  ).flatMap(([kind, spec]) => [
    ...['containers', 'initContainers'].flatMap((list) =>
      ['args', 'command', 'env/value', 'volumeMounts/mountPath'].map((field) => ({
        path: `${spec}/${list}/${field}`,
        kind,
      })),
    ),
    // Of CronJobs and StatefulSets these are places where there is nothing.
    { path: NFS_SERVERS[kind] ?? `${spec}/volumes/nfs/server`, kind },
  ]),
  { path: 'spec/nfs/server', kind: 'PersistentVolume' },
  { path: 'spec/template/metadata/annotations', kind: 'Deployment' },
  ...['spec/rules/host', 'spec/tls/hosts', 'spec/tls/secretName'].map((path) => ({ path, kind: 'Ingress' })),
  ...['spec/ports/port', 'spec/ports/targetPort'].map((path) => ({ path, kind: 'Service' })),
  { path: 'metadata/labels' },
  { path: 'metadata/annotations' },
];

export const DEFAULT_CONFIG: TransformerConfig = {
  namePrefix: [{ path: 'metadata/name' }],
  nameSuffix: [{ path: 'metadata/name' }],
  namespace: [
    { path: 'metadata/name', kind: 'Namespace', create: true },
    { path: 'spec/service/namespace', group: 'apiregistration.k8s.io', kind: 'APIService', create: true },
    {
      path: 'spec/conversion/webhook/clientConfig/service/namespace',
      group: 'apiextensions.k8s.io',
      kind: 'CustomResourceDefinition',
    },
  ],
  commonLabels: [...SELECTORS, ...METADATA_LABELS],
  labels: [],
  templateLabels: METADATA_LABELS,
  commonAnnotations: [{ path: 'metadata/annotations', create: true }, ...templates('annotations')],
  nameReference: NAME_REFERENCES,
  varReference: VARIABLES,
  images: ['spec', 'spec/template/spec'].flatMap((spec) =>
    ['containers', 'initContainers'].map((list) => ({ path: `${spec}/${list}[]/image`, create: true })),
  ),
  replicas: ['Deployment', 'StatefulSet', 'ReplicaSet', 'ReplicationController'].map((kind) => ({
    path: 'spec/replicas',
    create: true,
    kind,
  })),
};

/** What a merge that fails calls the fields. */
const GO_NAMES: Readonly<Record<Exclude<keyof TransformerConfig, 'nameReference'>, string>> = {
  namePrefix: 'NamePrefix',
  nameSuffix: 'NameSuffix',
  namespace: 'NameSpace',
  commonAnnotations: 'CommonAnnotations',
  commonLabels: 'CommonLabels',
  labels: 'Labels',
  templateLabels: 'TemplateLabels',
  varReference: 'VarReference',
  replicas: 'Replicas',
  images: 'Images',
};

/** @throws {Error} where two say of one field that it is made, and that it is not */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  if (b === a) return a;
  const merged: Record<string, readonly FieldSpec[]> = {};
  for (const [name, goName] of Object.entries(GO_NAMES) as [keyof typeof GO_NAMES, string][]) {
    try {
      merged[name] = sortedSpecs(mergeSpecs(a[name], b[name]));
    } catch (error) {
      throw new Error(`failed to merge ${goName} fieldSpec: ${messageOf(error)}`);
    }
  }
  return {
    ...EMPTY_CONFIG,
    ...merged,
    nameReference: mergeReferences(a.nameReference, b.nameReference).toSorted(compareTypes),
  };
}

function mergeReferences(all: readonly NameReference[], more: readonly NameReference[]): readonly NameReference[] {
  const result = [...all];
  for (const reference of more) {
    const at = result.findIndex((each) => typeKey(each) === typeKey(reference));
    const same = result[at];
    if (same === undefined) result.push(reference);
    else result[at] = { ...same, fieldSpecs: mergeSpecs(same.fieldSpecs, reference.fieldSpecs) };
  }
  return result;
}

const typeKey = ({ group = '', version = '', kind = '' }: Gvk): string => `${group}/${version}/${kind}`;

/** The configuration of a kustomization: the usual one, and what its files add. @throws {Error} */
export function readConfigs(loader: Loader, paths: readonly string[]): TransformerConfig {
  if (paths.length === 0) return DEFAULT_CONFIG;
  return paths.map((path) => readConfig(loader.text(path))).reduce(mergeConfigs, DEFAULT_CONFIG);
}

/** @throws {Error} with Go's text */
function readConfig(text: string): TransformerConfig {
  let value: unknown;
  try {
    ({ value } = decodeYaml(text));
  } catch (error) {
    throw new Error(`error converting YAML to JSON: ${messageOf(error)}`);
  }
  try {
    return { ...EMPTY_CONFIG, ...(decoded(value, CONFIG, { structure: '', path: '' }) as Partial<TransformerConfig>) };
  } catch (error) {
    throw new Error(`error unmarshaling JSON: while decoding JSON: ${messageOf(error)}`);
  }
}

const TYPE: Readonly<Record<string, GoType>> = { 'Gvk.group': 'string', 'Gvk.version': 'string', 'Gvk.kind': 'string' };
/** The place of a field. */
export const FIELD_SPEC: GoStructure = { structure: 'FieldSpec', fields: { ...TYPE, path: 'string', create: 'bool' } };
const SPECS: GoType = { list: FIELD_SPEC, named: 'types.FsSlice' };
const REFERENCE: GoStructure = {
  structure: 'NameBackReferences',
  package: 'builtinconfig',
  fields: { ...TYPE, fieldSpecs: SPECS },
};
const CONFIG: GoStructure = {
  structure: 'TransformerConfig',
  package: 'builtinconfig',
  fields: {
    ...Object.fromEntries(Object.keys(GO_NAMES).map((name) => [name, SPECS])),
    nameReference: { list: REFERENCE, named: 'builtinconfig.nbrSlice' },
  },
};

/** Kinds that others need come first, as they do in what is printed. */
const sortedSpecs = (specs: readonly FieldSpec[]): readonly FieldSpec[] => specs.toSorted(compareTypes);
