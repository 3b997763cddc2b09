import { decodeYaml } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import { isMap, type Node } from './field-path.ts';

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
  readonly sourceValue?: string;
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

/** Reads the one kustomization of a directory. @throws {Error} with kustomize's text */
export function readKustomization(fs: FileSystem, directory: string): Kustomization {
  const found = FILE_NAMES.map((name) => `${directory}/${name}`).filter((path) => fs.exists(path));
  const [file] = found;
  if (file === undefined) {
    throw new Error(
      `unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${directory}'`,
    );
  }
  if (found.length > 1) throw new Error(`Found multiple kustomization files under: ${directory}\n`);
  const text = fs.readText(file);
  if (text.trim() === '') throw new Error('kustomization.yaml is empty');
  let value: unknown;
  try {
    ({ value } = decodeYaml(text));
  } catch (error) {
    throw new Error(`invalid Kustomization: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (!isMap(value)) throw new Error('kustomization.yaml is empty');
  check(value);
  return value as Kustomization;
}

function check(value: Node): void {
  const refused = REFUSED.find((name) => value[name] !== undefined);
  if (refused !== undefined) throw new Error(`the field ${JSON.stringify(refused)} of kustomizations is not supported`);
  const unknown = Object.keys(value).find((name) => !KNOWN.has(name));
  if (unknown !== undefined) throw new Error(`invalid Kustomization: json: unknown field ${JSON.stringify(unknown)}`);
  const kind = value['kind'] ?? 'Kustomization';
  if (kind !== 'Kustomization' && kind !== 'Component') throw new Error('kind should be Kustomization or Component');
}
