import { decodeYaml, jsonTypeName } from '@tabernetes/apimachinery';
import { isMap, type Node } from './field-path.ts';
import type { Loader } from './loader.ts';

export type Labels = Readonly<Record<string, string>>;

export interface Image {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
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
  readonly behavior?: 'create' | 'replace' | 'merge';
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
  readonly options?: { readonly allowNameChange?: boolean; readonly allowKindChange?: boolean };
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

/** kustomization.yaml, as far as it is understood here. @see https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/ */
export interface Kustomization {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly resources?: readonly string[];
  readonly bases?: readonly string[];
  readonly components?: readonly string[];
  readonly namespace?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly commonLabels?: Labels;
  readonly labels?: readonly {
    readonly pairs?: Labels;
    readonly includeSelectors?: boolean;
    readonly includeTemplates?: boolean;
    readonly fields?: readonly unknown[];
  }[];
  readonly commonAnnotations?: Labels;
  readonly images?: readonly Image[];
  /** What images were called once. */
  readonly imageTags?: readonly Image[];
  readonly replicas?: readonly { readonly name: string; readonly count: number }[];
  readonly configMapGenerator?: readonly GeneratorArgs[];
  readonly secretGenerator?: readonly GeneratorArgs[];
  readonly generatorOptions?: GeneratorOptions;
  readonly patches?: readonly PatchEntry[];
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly PatchEntry[];
  readonly replacements?: readonly Replacement[];
  readonly sortOptions?: {
    readonly order?: string;
    readonly legacySortOptions?: { readonly orderFirst?: readonly string[]; readonly orderLast?: readonly string[] };
  };
  readonly buildMetadata?: readonly string[];
}

const FILE_NAMES = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

const KNOWN = new Set([
  'kind',
  'apiVersion',
  'metadata',
  'resources',
  'bases',
  'components',
  'namespace',
  'namePrefix',
  'nameSuffix',
  'commonLabels',
  'labels',
  'commonAnnotations',
  'images',
  'imageTags',
  'replicas',
  'configMapGenerator',
  'secretGenerator',
  'generatorOptions',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'sortOptions',
  'buildMetadata',
]);
/** Fields of kustomize that need plug-ins, charts or schemas of their own: refused rather than ignored. */
const REFUSED = [
  'crds',
  'vars',
  'configurations',
  'generators',
  'transformers',
  'validators',
  'helmCharts',
  'helmGlobals',
  'helmChartInflationGenerator',
  'openapi',
];

/** Fields that have better ones now, in the order in which they are told of. */
const DEPRECATED = {
  bases: 'resources',
  commonLabels: 'labels',
  imageTags: 'images',
  patchesJson6902: 'patches',
  patchesStrategicMerge: 'patches',
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
  let value: unknown;
  try {
    ({ value } = decodeYaml(loader.text(fileName)));
  } catch (error) {
    throw new Error(`invalid Kustomization: ${error instanceof Error ? error.message : String(error)}`);
  }
  const fields = isMap(value) ? value : {};
  check(fields);
  for (const [name, better] of Object.entries(DEPRECATED)) {
    if (fields[name] === undefined || fields[name] === null) continue;
    warn(
      `# Warning: '${name}' is deprecated. Please use '${better}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.\n`,
    );
  }
  const { kind = '', apiVersion = '', imageTags = [], ...rest } = fields as Kustomization;
  if (Object.values(rest).every((field) => field === null || field === undefined) && imageTags.length === 0) {
    throw new Error('kustomization.yaml is empty');
  }
  const wanted = kind === 'Component' ? 'kustomize.config.k8s.io/v1alpha1' : 'kustomize.config.k8s.io/v1beta1';
  const problems = [
    ...(['', 'Kustomization', 'Component'].includes(kind) ? [] : ['kind should be Kustomization or Component']),
    ...(['', wanted].includes(apiVersion) ? [] : [`apiVersion for ${kind || 'Kustomization'} should be ${wanted}`]),
  ];
  if (problems.length > 0) {
    throw new Error(`Failed to read kustomization file under ${loader.root}:\n${problems.join('\n')}`);
  }
  const images = [...(rest.images ?? []), ...imageTags];
  return { kustomization: { ...rest, kind: kind || 'Kustomization', images }, fileName };
}

const TEXTS = ['kind', 'apiVersion', 'namespace', 'namePrefix', 'nameSuffix'];
const LISTS = ['resources', 'bases', 'components', 'buildMetadata'];
const MAPS = ['commonLabels', 'commonAnnotations'];

/** @throws {Error} with what Go's decoder says of fields that are unknown or of another type */
function check(value: Node): void {
  const refused = REFUSED.find((name) => value[name] !== undefined);
  if (refused !== undefined) throw new Error(`the field ${JSON.stringify(refused)} of kustomizations is not supported`);
  for (const [name, field] of Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (!KNOWN.has(name)) throw new Error(`invalid Kustomization: json: unknown field ${JSON.stringify(name)}`);
    if (field === null || field === undefined) continue;
    const wrong = (found: unknown, type: string): Error =>
      new Error(
        `invalid Kustomization: json: cannot unmarshal ${jsonTypeName(found)} into Go struct field Kustomization.${name} of type ${type}`,
      );
    if (TEXTS.includes(name) && typeof field !== 'string') throw wrong(field, 'string');
    if (LISTS.includes(name) && !Array.isArray(field)) throw wrong(field, '[]string');
    if (MAPS.includes(name) && !isMap(field)) throw wrong(field, 'map[string]string');
    const texts = LISTS.includes(name)
      ? (field as readonly unknown[])
      : MAPS.includes(name)
        ? Object.values(field)
        : [];
    checkItems(name, field);
    const odd = texts.find((each) => each !== null && typeof each !== 'string');
    if (odd !== undefined) throw wrong(odd, 'string');
  }
}

/** Structures of the items of lists, and the types of their fields in Go; a field that is a structure itself has its name. */
const ITEMS: Readonly<Record<string, string>> = {
  labels: 'Label',
  patches: 'Patch',
  patchesJson6902: 'Patch',
  images: 'Image',
  replicas: 'Replica',
};
const FIELDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Label: { pairs: 'map[string]string', includeSelectors: 'bool', includeTemplates: 'bool' },
  Patch: { path: 'string', patch: 'string', target: 'types.Selector', options: 'map[string]bool' },
  Image: { name: 'string', newName: 'string', newTag: 'string', tagSuffix: 'string', digest: 'string' },
  Replica: { name: 'string', count: 'int64' },
};

/** @throws {Error} for the first field of an item that has another type than in Go */
function checkItems(name: string, list: unknown): void {
  const structure = ITEMS[name];
  if (structure === undefined) return;
  const wrong = (found: unknown, place: string, type: string): Error =>
    new Error(
      `invalid Kustomization: json: cannot unmarshal ${jsonTypeName(found)} into Go struct field ${place} of type ${type}`,
    );
  if (!Array.isArray(list)) throw wrong(list, `Kustomization.${name}`, `[]types.${structure}`);
  for (const item of list) {
    if (item === null) continue;
    if (!isMap(item)) throw wrong(item, `Kustomization.${name}`, `types.${structure}`);
    for (const [field, type] of Object.entries(FIELDS[structure] ?? {})) {
      const value = item[field];
      if (value === undefined || value === null) continue;
      const place = `${structure}.${name}.${field}`;
      if (!hasType(value, type)) throw wrong(value, place, type);
      const [, of] = /^map\[string\](\w+)$/.exec(type) ?? [];
      if (of === undefined) continue;
      const odd = Object.values(value).find((each) => each !== null && !hasType(each, of));
      if (odd !== undefined) throw wrong(odd, place, of);
    }
  }
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'string') return typeof value === 'string';
  if (type === 'bool') return typeof value === 'boolean';
  return type === 'int64' ? Number.isInteger(value) : isMap(value);
}
