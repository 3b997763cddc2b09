import { decodeYaml, encodeYaml, goQuote } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import { messageOf } from '../errors.ts';
import { join } from '../files/go-path.ts';
import { readDocuments } from '../resources/documents.ts';
import { isMap, type Node } from './field-path.ts';
import { addGenerated, generated, hashOf } from './generate.ts';
import { type Kustomization, type Replacement, readKustomization } from './kustomization.ts';
import { type Loader, type LoaderOptions, rootLoader } from './loader.ts';
import { fixReferences } from './name-references.ts';
import { readPatches } from './patch-config.ts';
import { applyPatch } from './patches.ts';
import { replaceAll } from './replacements.ts';
import {
  groupVersionOf,
  idText,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  type Resource,
  remember,
} from './resource.ts';
import { addAnnotations, addLabels, affix, setImages, setNamespace, setReplicas } from './transformers.ts';

/** The kinds that stand first, in this order, and those that stand last. */
const FIRST = [
  'Namespace',
  'ResourceQuota',
  'StorageClass',
  'CustomResourceDefinition',
  'ServiceAccount',
  'PodSecurityPolicy',
  'Role',
  'ClusterRole',
  'RoleBinding',
  'ClusterRoleBinding',
  'ConfigMap',
  'Secret',
  'Endpoints',
  'Service',
  'LimitRange',
  'PriorityClass',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'Deployment',
  'StatefulSet',
  'CronJob',
  'PodDisruptionBudget',
];
const LAST = ['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'];

export interface BuildOptions extends LoaderOptions {
  /** Takes lines for stderr. */
  readonly warn?: (line: string) => void;
  /** The order of what is printed, where the kustomization says nothing: `legacy` (kinds that others need first) or `none`. */
  readonly order?: 'legacy' | 'none';
  /** Every object gets the label of what made it. */
  readonly managedByLabel?: boolean;
}

/** What was said once for the whole build. */
interface Build {
  readonly warn: (line: string) => void;
  readonly withOrigin: boolean;
}

/**
 * The objects that a kustomization makes, in order.
 *
 * @throws {Error} with kustomize's text
 * @see https://kubectl.docs.kubernetes.io/references/kustomize/
 */
export function buildKustomization(fs: FileSystem, path: string, options: BuildOptions = {}): readonly Node[] {
  const loader = rootLoader(fs, path, options);
  const warn = options.warn ?? (() => undefined);
  const { kustomization, fileName } = readKustomization(loader, warn);
  const metadata = kustomization.buildMetadata ?? [];
  if (metadata.includes('transformerAnnotations')) {
    throw new Error('the option "transformerAnnotations" of buildMetadata is not supported');
  }
  const build = { warn, withOrigin: metadata.includes('originAnnotations') };
  const resources = accumulate(build, { loader, kustomization, fileName, origin: '' }, []);
  for (const resource of resources) {
    if (!resource.needsHash) continue;
    const hash = hashOf(resource);
    remember(resource);
    metadataOf(resource)['name'] = `${nameOf(resource)}-${hash}`;
  }
  fixReferences(resources);
  if (options.managedByLabel || metadata.includes('managedByLabel')) {
    for (const each of resources) note(each, 'labels', 'app.kubernetes.io/managed-by', 'kustomize-(devel)');
  }
  return sorted(resources, kustomization, options.order)
    .map(({ object }) => object)
    .filter((object) => !isLocal(object));
}

/** The same as one YAML text. */
export const kustomizationText = (objects: readonly Node[]): string => objects.map(encodeYaml).join('---\n');

function isLocal({ metadata }: Node): boolean {
  const annotations = isMap(metadata) && isMap(metadata['annotations']) ? metadata['annotations'] : {};
  return annotations['config.kubernetes.io/local-config'] === 'true';
}

function note(resource: Resource, where: 'labels' | 'annotations', key: string, value: string): void {
  const metadata = metadataOf(resource);
  const current = metadata[where];
  metadata[where] = { ...(isMap(current) ? current : {}), [key]: value };
}

/** A kustomization, where it was read, and its directory relative to the one that is built. */
interface Place {
  readonly loader: Loader;
  readonly kustomization: Kustomization;
  readonly fileName: string;
  readonly origin: string;
}

function accumulate(build: Build, place: Place, inherited: readonly Resource[]): Resource[] {
  const { loader, kustomization, origin, fileName } = place;
  let resources = [...inherited];
  for (const entry of [...(kustomization.resources ?? []), ...(kustomization.bases ?? [])]) {
    try {
      add(build, place, entry, resources);
    } catch (error) {
      throw new Error(`accumulating resources: ${messageOf(error)}`);
    }
  }
  const { configMapGenerator = [], secretGenerator = [], generatorOptions } = kustomization;
  for (const [kind, all] of [
    ['ConfigMap', configMapGenerator],
    ['Secret', secretGenerator],
  ] as const) {
    for (const made of generated(loader, kind, all, generatorOptions)) {
      if (build.withOrigin) {
        const text = `configuredIn: ${join(origin, fileName)}\nconfiguredBy:\n  apiVersion: builtin\n  kind: ${kind}Generator\n`;
        note(made.resource, 'annotations', ORIGIN, text);
      }
      addGenerated(made, resources);
    }
  }
  for (const entry of kustomization.components ?? []) {
    let below: Loader;
    try {
      below = loader.below(entry);
    } catch (error) {
      throw new Error(`accumulating components: loader.New ${goQuote(messageOf(error))}`);
    }
    try {
      resources = directory(build, { ...place, loader: below, origin: join(origin, entry) }, true, resources);
    } catch (error) {
      throw new Error(`accumulating components: accumulateDirectory: ${goQuote(messageOf(error))}`);
    }
  }
  return transform(loader, kustomization, resources);
}

const ORIGIN = 'config.kubernetes.io/origin';

/** What an entry of `resources` names: a file, else a directory. @throws {Error} with what was wrong with both */
function add(build: Build, place: Place, entry: string, resources: Resource[]): void {
  const { loader, origin } = place;
  let fileProblem: string;
  try {
    const made = filed(loader, entry);
    if (build.withOrigin) {
      for (const each of made) note(each, 'annotations', ORIGIN, encodeYaml({ path: join(origin, entry) }));
    }
    append(resources, made, `merging resources from '${entry}'`);
    return;
  } catch (error) {
    const isRead = messageOf(error).startsWith('merging ');
    fileProblem = isRead ? messageOf(error) : `accumulating resources from '${entry}': ${messageOf(error)}`;
  }
  let below: Loader;
  try {
    below = loader.below(entry);
  } catch (error) {
    if (fileProblem.includes('MalformedYAMLError')) throw new Error(fileProblem);
    throw new Error(`accumulation err='${fileProblem}': ${messageOf(error)}`);
  }
  try {
    const made = directory(build, { ...place, loader: below, origin: join(origin, entry) }, false, []);
    fixReferences(made);
    append(resources, made, `recursed merging from path '${below.root}'`);
  } catch (error) {
    throw new Error(`accumulation err='${fileProblem}': ${messageOf(error)}`);
  }
}

function append(resources: Resource[], made: readonly Resource[], doing: string): void {
  for (const each of made) {
    if (resources.some((other) => idText(other) === idText(each))) {
      const problem = `may not add resource with an already registered id: ${idText(each)}`;
      throw new Error(doing === '' ? problem : `${doing}: ${problem}`);
    }
    resources.push(each);
  }
}

/** What the kustomization of a directory makes. @throws {Error} */
function directory(
  build: Build,
  { loader, origin }: Pick<Place, 'loader' | 'origin'>,
  isComponent: boolean,
  inherited: readonly Resource[],
): Resource[] {
  let read: ReturnType<typeof readKustomization>;
  try {
    read = readKustomization(loader, build.warn);
  } catch (error) {
    throw new Error(`couldn't make target for path '${loader.root}': ${messageOf(error)}`);
  }
  const { kind } = read.kustomization;
  if (isComponent && kind !== 'Component') {
    throw new Error(`expected kind 'Component' for path '${loader.root}' but got '${kind}'`);
  }
  if (!isComponent && kind === 'Component') throw new Error(`expected kind != 'Component' for path '${loader.root}'`);
  try {
    return accumulate(build, { ...read, loader, origin }, inherited);
  } catch (error) {
    throw new Error(`recursed accumulation of path '${loader.root}': ${messageOf(error)}`);
  }
}

/** Objects of a file. @throws {Error} */
function filed(loader: Loader, entry: string): readonly Resource[] {
  const text = loader.text(entry);
  let documents: readonly { readonly value: unknown }[];
  try {
    documents = [...readDocuments(text, entry)];
  } catch (error) {
    const problem = messageOf(error).replace(`error parsing ${entry}: error converting YAML to JSON: `, '');
    throw new Error(`MalformedYAMLError: ${problem} in File: ${entry}`);
  }
  const made: Resource[] = [];
  append(
    made,
    documents.flatMap(({ value }) => objectsOf(value)),
    '',
  );
  return made;
}

function objectsOf(value: unknown): readonly Resource[] {
  if (!isMap(value)) throw new Error('missing Resource metadata');
  if (typeof value['kind'] !== 'string') {
    const { apiVersion, metadata } = value;
    if (apiVersion === undefined && metadata === undefined) throw new Error('missing Resource metadata');
    const [name, namespace] = ['name', 'namespace'].map((key) => (isMap(metadata) ? (metadata[key] ?? '') : ''));
    throw new Error(
      `missing kind in object {{${String(apiVersion ?? '')} } {{${String(name)} ${String(namespace)}} map[] map[]}}`,
    );
  }
  const { items } = value;
  if (Array.isArray(items) && value['kind'].endsWith('List')) return items.flatMap(objectsOf);
  const resource: Resource = { object: structuredClone(value), earlier: [], needsHash: false, isGenerated: false };
  if (nameOf(resource) === '') {
    const { apiVersion = '', kind } = value;
    throw new Error(
      `missing metadata.name in object {{${String(apiVersion)} ${kind}} {{ ${namespaceOf(resource)}} map[] map[]}}`,
    );
  }
  return [resource];
}

/** What the kustomization does to its resources, in kustomize's order. */
function transform(loader: Loader, kustomization: Kustomization, start: Resource[]): Resource[] {
  const { merges, patches, operations } = readPatches(loader, kustomization);
  let resources: readonly Resource[] = start;
  for (const patch of [...merges, ...patches]) resources = applyPatch(resources, patch);
  setNamespace(resources, kustomization.namespace ?? '');
  affix(resources, kustomization.namePrefix ?? '', kustomization.nameSuffix ?? '');
  addLabels(resources, kustomization);
  addAnnotations(resources, kustomization.commonAnnotations ?? {});
  for (const patch of operations) resources = applyPatch(resources, patch);
  setReplicas(resources, kustomization.replicas);
  setImages(resources, kustomization.images ?? []);
  fixReferences(resources);
  const replacements = (kustomization.replacements ?? []).flatMap((each): readonly Replacement[] => {
    if (each.path === undefined) return [each];
    const { value } = decodeYaml(loader.text(each.path));
    return (Array.isArray(value) ? value : [value]) as readonly Replacement[];
  });
  replaceAll(resources, replacements);
  return [...resources];
}

const ORDERS = ['fifo', 'legacy'];

function sorted(
  resources: readonly Resource[],
  { sortOptions }: Kustomization,
  order: BuildOptions['order'],
): readonly Resource[] {
  const { order: wanted = '' } = sortOptions ?? {};
  if (sortOptions !== undefined && !ORDERS.includes(wanted)) {
    throw new Error(`the field 'sortOptions.order' must be one of [${ORDERS.join(', ')}]`);
  }
  if ((sortOptions?.order ?? (order === 'none' ? 'fifo' : 'legacy')) === 'fifo') return resources;
  const first = sortOptions?.legacySortOptions?.orderFirst ?? FIRST;
  const last = sortOptions?.legacySortOptions?.orderLast ?? LAST;
  const place = (kind: string): number => {
    const at = first.indexOf(kind);
    if (at >= 0) return at - first.length;
    return last.includes(kind) ? last.indexOf(kind) + 1 : 0;
  };
  const key = (resource: Resource): string => {
    const { group, version } = groupVersionOf(resource);
    return `${group || '~G'}_${version || '~V'}_${kindOf(resource)}`;
  };
  const id = (resource: Resource): string => `${namespaceOf(resource) || '~X'}|${nameOf(resource) || '~N'}`;
  return resources.toSorted(
    (a, b) => place(kindOf(a)) - place(kindOf(b)) || compare(key(a), key(b)) || compare(id(a), id(b)),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
