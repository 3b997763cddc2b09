import { decodeYaml, encodeYaml } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import { messageOf } from '../errors.ts';
import { readDocuments } from '../resources/documents.ts';
import { isMap, type Node } from './field-path.ts';
import { addGenerated, hashOf } from './generate.ts';
import { type Kustomization, type Replacement, readKustomization } from './kustomization.ts';
import { fixReferences } from './name-references.ts';
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

/**
 * The manifests that a kustomization makes, as one YAML text.
 *
 * @throws {Error} with kustomize's text
 * @see https://kubectl.docs.kubernetes.io/references/kustomize/
 */
export function buildKustomization(fs: FileSystem, path: string): string {
  const directory = rootOf(fs, path);
  const kustomization = readKustomization(fs, directory);
  let resources = accumulate(fs, directory, kustomization, [], [directory]);
  for (const resource of resources) {
    if (!resource.needsHash) continue;
    const hash = hashOf(resource);
    remember(resource);
    metadataOf(resource)['name'] = `${nameOf(resource)}-${hash}`;
  }
  fixReferences(resources);
  resources = sorted(resources, kustomization);
  return resources
    .filter(({ object }) => !isLocal(object))
    .map(({ object }) => encodeYaml(object))
    .join('---\n');
}

function isLocal({ metadata }: Node): boolean {
  const annotations = isMap(metadata) && isMap(metadata['annotations']) ? metadata['annotations'] : {};
  return annotations['config.kubernetes.io/local-config'] === 'true';
}

function rootOf(fs: FileSystem, path: string): string {
  if (/^(https?|git|ssh):\/\/|^git@/.test(path)) {
    throw new Error(`kustomizations are built from directories; ${JSON.stringify(path)} is a remote one`);
  }
  const absolute = normal(path.startsWith('/') ? path : `${fs.realPath('.')}/${path}`);
  if (!fs.exists(absolute)) {
    throw new Error(
      `must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${firstMissing(fs, absolute)}: no such file or directory`,
    );
  }
  if (fs.stat(absolute).type !== 'directory') {
    throw new Error(`must build at directory: not a valid directory: '${path}' is file`);
  }
  return fs.realPath(absolute);
}

function firstMissing(fs: FileSystem, path: string): string {
  let at = '';
  for (const part of path.split('/').slice(1)) {
    at += `/${part}`;
    if (!fs.exists(at)) return at;
  }
  return path;
}

function normal(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

function accumulate(
  fs: FileSystem,
  directory: string,
  kustomization: Kustomization,
  inherited: readonly Resource[],
  visited: readonly string[],
): Resource[] {
  let resources = [...inherited];
  for (const entry of [...(kustomization.resources ?? []), ...(kustomization.bases ?? [])]) {
    try {
      for (const made of read(fs, directory, entry, visited)) {
        const twin = resources.find((each) => idText(each) === idText(made));
        if (twin !== undefined) {
          throw new Error(`may not add resource with an already registered id: ${idText(made)}`);
        }
        resources.push(made);
      }
    } catch (error) {
      throw new Error(`accumulating resources: ${messageOf(error)}`);
    }
  }
  const { configMapGenerator = [], secretGenerator = [], generatorOptions } = kustomization;
  addGenerated(fs, directory, 'ConfigMap', configMapGenerator, generatorOptions, resources);
  addGenerated(fs, directory, 'Secret', secretGenerator, generatorOptions, resources);
  for (const entry of kustomization.components ?? []) {
    const home = normal(`${directory}/${entry}`);
    if (!fs.exists(home)) {
      throw new Error(
        `accumulating components: accumulateDirectory: not a valid directory: evalsymlink failure on '${home}' : lstat ${firstMissing(fs, home)}: no such file or directory`,
      );
    }
    const component = readKustomization(fs, home);
    if (component.kind !== 'Component') {
      throw new Error(
        `accumulating components: accumulateDirectory: "expected kind == 'Component' for path '${entry}'"`,
      );
    }
    resources = accumulate(fs, home, component, resources, visited);
  }
  return transform(fs, directory, kustomization, resources);
}

function read(fs: FileSystem, directory: string, entry: string, visited: readonly string[]): readonly Resource[] {
  if (/^(https?|git|ssh):\/\/|^git@|^github\.com\//.test(entry)) {
    throw new Error(`remote resources cannot be loaded: ${JSON.stringify(entry)}`);
  }
  const path = normal(entry.startsWith('/') ? entry : `${directory}/${entry}`);
  if (!fs.exists(path)) {
    throw new Error(
      `accumulation err='accumulating resources from '${entry}': open ${path}: no such file or directory': must build at directory: not a valid directory: evalsymlink failure on '${path}' : lstat ${firstMissing(fs, path)}: no such file or directory`,
    );
  }
  if (fs.stat(path).type === 'directory') {
    if (visited.includes(path))
      throw new Error(`cycle detected: candidate root '${path}' contains visited root '${visited.at(-1)}'`);
    const below = readKustomization(fs, path);
    const made = accumulate(fs, path, below, [], [...visited, path]);
    fixReferences(made);
    return made;
  }
  if (!path.startsWith(`${directory}/`)) {
    throw new Error(
      `accumulation err='accumulating resources from '${entry}': security; file '${path}' is not in or below '${directory}'': must build at directory: '${path}': file is not directory`,
    );
  }
  return [...readDocuments(fs.readText(path), entry)].flatMap(({ value }) => objectsOf(value, entry));
}

function objectsOf(value: unknown, entry: string): readonly Resource[] {
  if (!isMap(value)) return [];
  if (typeof value['kind'] !== 'string') {
    throw new Error(`accumulation err='accumulating resources from '${entry}': missing Resource metadata'`);
  }
  const { items } = value;
  if (Array.isArray(items) && value['kind'].endsWith('List')) return items.flatMap((item) => objectsOf(item, entry));
  return [{ object: structuredClone(value), earlier: [], needsHash: false, isGenerated: false }];
}

/** What the kustomization does to its resources, in kustomize's order. */
function transform(fs: FileSystem, directory: string, kustomization: Kustomization, start: Resource[]): Resource[] {
  let resources: readonly Resource[] = start;
  const textOf = (path: string): string => {
    const full = normal(`${directory}/${path}`);
    if (!fs.exists(full))
      throw new Error(`failed to get the patch file from path(${path}): open ${full}: no such file or directory`);
    return fs.readText(full);
  };
  for (const patch of kustomization.patchesStrategicMerge ?? []) {
    resources = applyPatch(resources, {}, /\n|^\s*\{/.test(patch) ? patch : textOf(patch));
  }
  for (const entry of kustomization.patches ?? []) {
    if (!entry.path === !entry.patch) throw new Error('must specify one of patch and path in\n');
    resources = applyPatch(resources, entry, entry.patch ?? textOf(entry.path ?? ''));
  }
  setNamespace(resources, kustomization.namespace ?? '');
  affix(resources, kustomization.namePrefix ?? '', kustomization.nameSuffix ?? '');
  addLabels(resources, kustomization);
  addAnnotations(resources, kustomization.commonAnnotations ?? {});
  for (const entry of kustomization.patchesJson6902 ?? []) {
    resources = applyPatch(resources, entry, entry.patch ?? textOf(entry.path ?? ''));
  }
  setReplicas(resources, kustomization.replicas);
  setImages(resources, kustomization.images ?? []);
  fixReferences(resources);
  const replacements = (kustomization.replacements ?? []).flatMap((each): readonly Replacement[] => {
    if (each.path === undefined) return [each];
    const { value } = decodeYaml(textOf(each.path));
    return (Array.isArray(value) ? value : [value]) as readonly Replacement[];
  });
  replaceAll(resources, replacements);
  return [...resources];
}

function sorted(resources: readonly Resource[], { sortOptions }: Kustomization): Resource[] {
  if (sortOptions?.order === 'fifo') return [...resources];
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
