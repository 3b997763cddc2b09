import { decodeYaml } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import type { FieldSpec } from './field-specs.ts';
import { decoded, type GoStructure, type GoType } from './go-structure.ts';
import type { Loader } from './loader.ts';
import type { Node } from './node.ts';
import { FIELD_SPEC } from './transformer-config.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Image {
  readonly name?: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

export interface Replica {
  readonly name?: string;
  readonly count?: number;
}

export interface GeneratorOptions {
  readonly labels?: Labels;
  readonly annotations?: Labels;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

export interface GeneratorArgs {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly type?: string;
  readonly options?: GeneratorOptions;
}

/** What a patch or a replacement is about; texts are regular expressions for patches. */
export interface Target {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

export interface PatchEntry {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Target;
  readonly options?: Readonly<Record<string, boolean>>;
}

export interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly create?: boolean;
}

export interface Replacement {
  readonly path?: string;
  readonly source?: Target & { readonly fieldPath?: string; readonly options?: FieldOptions };
  readonly targets?: readonly {
    readonly select?: Target;
    readonly reject?: readonly Target[];
    readonly fieldPaths?: readonly string[];
    readonly options?: FieldOptions;
  }[];
}

export interface Variable {
  readonly name?: string;
  readonly objref?: Target & { readonly apiVersion?: string };
  readonly fieldref?: { readonly fieldPath?: string };
}

/** kustomization.yaml. @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ */
export interface Kustomization {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly resources?: readonly string[];
  readonly bases?: readonly string[];
  readonly components?: readonly string[];
  readonly crds?: readonly string[];
  readonly configurations?: readonly string[];
  readonly generators?: readonly string[];
  readonly transformers?: readonly string[];
  readonly validators?: readonly string[];
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly commonLabels?: Labels;
  readonly labels?: readonly {
    readonly pairs?: Labels;
    readonly includeSelectors?: boolean;
    readonly includeTemplates?: boolean;
    readonly fields?: readonly FieldSpec[];
  }[];
  readonly commonAnnotations?: Labels;
  readonly images?: readonly Image[];
  /** What images were called once. */
  readonly imageTags?: readonly Image[];
  readonly replicas?: readonly Replica[];
  readonly configMapGenerator?: readonly GeneratorArgs[];
  readonly secretGenerator?: readonly GeneratorArgs[];
  readonly generatorOptions?: GeneratorOptions;
  readonly patches?: readonly PatchEntry[];
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly PatchEntry[];
  readonly replacements?: readonly Replacement[];
  readonly vars?: readonly Variable[];
  readonly sortOptions?: {
    readonly order?: string;
    readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] };
  };
  readonly buildMetadata?: readonly string[];
  readonly openapi?: Readonly<Record<string, string>>;
  readonly helmCharts?: readonly Node[];
  readonly helmChartInflationGenerator?: readonly Node[];
}

const structure = (name: string, fields: GoStructure['fields']): GoStructure => ({ structure: name, fields });
const texts = (...names: readonly string[]): Record<string, GoType> =>
  Object.fromEntries(names.map((name) => [name, 'string']));
const all = (type: GoType, ...names: readonly string[]): Record<string, GoType> =>
  Object.fromEntries(names.map((name) => [name, type]));

const TEXTS: GoType = { list: 'string' };
const PAIRS: GoType = { map: 'string' };
const OPTIONS = structure('GeneratorOptions', {
  ...all(PAIRS, 'labels', 'annotations'),
  ...all('bool', 'disableNameSuffixHash', 'immutable'),
});
const ARGS: GoStructure['fields'] = {
  ...texts('GeneratorArgs.namespace', 'GeneratorArgs.name', 'GeneratorArgs.behavior'),
  ...all(TEXTS, ...['literals', 'files', 'envs'].map((name) => `GeneratorArgs.KvPairSources.${name}`)),
  'GeneratorArgs.KvPairSources.env': 'string',
  'GeneratorArgs.options': OPTIONS,
};
const ID = ['ResId.Gvk.group', 'ResId.Gvk.version', 'ResId.Gvk.kind', 'ResId.name', 'ResId.namespace'];
const SELECTOR = structure('Selector', texts(...ID, 'annotationSelector', 'labelSelector'));
const FIELD_OPTIONS = structure('FieldOptions', {
  delimiter: 'string',
  index: 'int',
  encoding: 'string',
  create: 'bool',
});
const PATCH = structure('Patch', { path: 'string', patch: 'string', target: SELECTOR, options: { map: 'bool' } });
const IMAGE = structure('Image', texts('name', 'newName', 'tagSuffix', 'newTag', 'digest'));
const SOURCE = structure('SourceSelector', { ...texts(...ID, 'fieldPath'), options: FIELD_OPTIONS });
const TARGET = structure('TargetSelector', {
  select: SELECTOR,
  reject: { list: SELECTOR },
  fieldPaths: TEXTS,
  options: FIELD_OPTIONS,
});
const CHART = [
  ...['name', 'version', 'repo', 'releaseName', 'namespace', 'valuesFile', 'valuesMerge', 'kubeVersion'],
  'nameTemplate',
];
const KUSTOMIZATION = structure('Kustomization', {
  ...texts('TypeMeta.kind', 'TypeMeta.apiVersion', 'namePrefix', 'nameSuffix', 'namespace'),
  metadata: structure('ObjectMeta', { ...texts('name', 'namespace'), ...all(PAIRS, 'labels', 'annotations') }),
  ...all(PAIRS, 'openapi', 'commonLabels', 'commonAnnotations'),
  ...all(TEXTS, 'resources', 'components', 'crds', 'bases', 'configurations', 'generators', 'transformers'),
  ...all(TEXTS, 'validators', 'buildMetadata'),
  patchesStrategicMerge: { list: 'string' },
  labels: {
    list: structure('Label', {
      pairs: PAIRS,
      includeSelectors: 'bool',
      includeTemplates: 'bool',
      fields: { list: FIELD_SPEC },
    }),
  },
  ...all({ list: PATCH }, 'patchesJson6902', 'patches'),
  ...all({ list: IMAGE }, 'images', 'imageTags'),
  replacements: {
    list: structure('ReplacementField', {
      'Replacement.source': SOURCE,
      'Replacement.targets': { list: TARGET },
      path: 'string',
    }),
  },
  replicas: { list: structure('Replica', { name: 'string', count: 'int64' }) },
  vars: {
    list: structure('Var', {
      name: 'string',
      objref: structure('Target', texts('apiVersion', 'Gvk.group', 'Gvk.version', 'Gvk.kind', 'name', 'namespace')),
      fieldref: structure('FieldSelector', texts('fieldPath')),
    }),
  },
  sortOptions: structure('SortOptions', {
    order: 'string',
    legacySortOptions: structure('LegacySortOptions', all(TEXTS, 'orderFirst', 'orderLast')),
  }),
  configMapGenerator: { list: structure('ConfigMapArgs', ARGS) },
  secretGenerator: { list: structure('SecretArgs', { ...ARGS, type: 'string' }) },
  generatorOptions: OPTIONS,
  helmGlobals: structure('HelmGlobals', texts('chartHome', 'configHome')),
  helmCharts: {
    list: structure('HelmChart', {
      ...texts(...CHART),
      ...all(TEXTS, 'additionalValuesFiles', 'apiVersions'),
      valuesInline: { map: 'any' },
      ...all('bool', 'includeCRDs', 'skipHooks', 'skipTests', 'debug'),
    }),
  },
  helmChartInflationGenerator: { list: 'any' },
});

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

/** Fields that have better ones now, in the order in which they are told of. */
const DEPRECATED = {
  bases: 'resources',
  commonLabels: 'labels',
  imageTags: 'images',
  patchesJson6902: 'patches',
  patchesStrategicMerge: 'patches',
  vars: 'replacements',
} as const;

/** Reads the one kustomization of a directory; `warn` takes lines on what is out of date. @throws {Error} with kustomize's text */
export function readKustomization(
  loader: Loader,
  warn: (line: string) => void,
): { readonly kustomization: Kustomization; readonly fileName: string } {
  const found = FILE_NAMES.filter((name) => loader.exists(name));
  const [fileName] = found;
  if (fileName === undefined) {
    throw new Error(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${loader.root}'`,
    );
  }
  if (found.length > 1) throw new Error(`Found multiple kustomization files under: ${loader.root}\n`);
  const fields = read(loader.text(fileName));
  for (const [name, better] of Object.entries(DEPRECATED)) {
    if (fields[name as keyof Kustomization] === undefined) continue;
    // Variables can do what replacements cannot.
    const experimental = name === 'vars' ? '[EXPERIMENTAL] ' : '';
    warn(
      `# Warning: '${name}' is deprecated. Please use '${better}' instead. ${experimental}Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
    );
  }
  const { kind = '', apiVersion = '', imageTags = [], bases = [], ...rest } = fields;
  const isEmpty = Object.values(rest).every((field) => field === undefined || field === '');
  if (isEmpty && imageTags.length === 0 && bases.length === 0) throw new Error('kustomization.yaml is empty');
  const wanted = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  const problems = [
    ...(['', 'Kustomization', 'Component'].includes(kind) ? [] : ['kind should be Kustomization or Component']),
    ...(['', wanted].includes(apiVersion) ? [] : [`apiVersion for ${kind || 'Kustomization'} should be ${wanted}`]),
  ];
  if (problems.length > 0) {
    throw new Error(`Failed to read kustomization file under ${loader.root}:\n${problems.join('\n')}`);
  }
  const images = [...(rest.images ?? []), ...imageTags];
  const resources = [...(rest.resources ?? []), ...bases];
  return { kustomization: { ...rest, kind: kind || 'Kustomization', images, resources }, fileName };
}

function read(text: string): Kustomization {
  try {
    const { value } = decodeYaml(text);
    return (decoded(value, KUSTOMIZATION, { structure: '', path: '' }) ?? {}) as Kustomization;
  } catch (error) {
    throw new Error(`invalid Kustomization: ${messageOf(error)}`);
  }
}
