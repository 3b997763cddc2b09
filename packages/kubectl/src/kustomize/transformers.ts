import { encodeYaml } from '@tabernetes/apimachinery';
import { type Field, type Made, visit } from './field-spec.ts';
import type { FieldSpec } from './field-specs.ts';
import type { Image, Labels, Replica } from './kustomization.ts';
import { isMap, type Node } from './node.ts';
import {
  idOf,
  idsOf,
  isClusterScoped,
  isOfType,
  isSameId,
  kindOf,
  originalId,
  type Resource,
  remember,
  resourceText,
  typeText,
} from './resource.ts';

/** Changes resources, and gives back those that are left. */
export type Transformer = (resources: readonly Resource[]) => readonly Resource[];

/** Fields of a map that a path leads to. */
const setEntries = (resource: Resource, pairs: Labels, specs: readonly FieldSpec[]): void => {
  for (const [key, value] of Object.entries(pairs).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const maps: Node[] = [];
    for (const spec of specs) {
      visit(
        resource,
        spec,
        (field) => {
          const map = field.value ?? {};
          if (!isMap(map)) throw wrongKind('MappingNode', map);
          if (map !== field.value) field.set(map);
          if (!Object.hasOwn(map, key)) maps.push(map);
          map[key] = value;
        },
        'map',
      );
    }
    resource.twins.push({ key, maps });
  }
};

/** What kyaml says of a node that is of another kind. */
export function wrongKind(expected: string, value: unknown): Error {
  const kind = Array.isArray(value) ? 'SequenceNode' : isMap(value) ? 'MappingNode' : 'ScalarNode';
  const shown = typeof value === 'object' ? encodeYaml(value).trimEnd() : String(value);
  return new Error(`wrong node kind: expected ${expected} but got ${kind}: node contents:\n${shown}\n`);
}

/** Labels or annotations. @see sigs.k8s.io/kustomize/api/internal/builtins/LabelTransformer.go */
export const addPairs =
  (pairs: Labels = {}, specs: readonly FieldSpec[] = []): Transformer =>
  (resources) => {
    for (const resource of resources) setEntries(resource, pairs, specs);
    return resources;
  };

/** Kinds whose names mean something elsewhere. */
const NAMED_OTHERWISE = [
  { kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', kind: 'APIService' },
  { kind: 'Namespace' },
];

/** Puts a text before or behind names. @see sigs.k8s.io/kustomize/api/internal/builtins/PrefixTransformer.go */
export const affix =
  (affixes: { readonly prefix?: string; readonly suffix?: string }, specs: readonly FieldSpec[]): Transformer =>
  (resources) => {
    const { prefix = '', suffix = '' } = affixes;
    for (const resource of resources) {
      const id = originalId(resource);
      if (NAMED_OTHERWISE.some((type) => isOfType(id, type))) continue;
      for (const spec of specs) {
        if (!isOfType(id, spec)) continue;
        if (spec.path === 'metadata/name') {
          if (prefix !== '') resource.prefixes.push(prefix);
          if (suffix !== '') resource.suffixes.push(suffix);
          if (prefix !== '' || suffix !== '') remember(resource);
        }
        visit(
          resource,
          spec,
          (field) => {
            if (isMap(field.value) || Array.isArray(field.value)) throw wrongKind('ScalarNode', field.value);
            field.set(`${prefix}${String(field.value ?? '')}${suffix}`);
          },
          'text',
        );
      }
    }
    return resources;
  };

export interface NamespaceOptions {
  readonly namespace: string;
  readonly specs: readonly FieldSpec[];
  /** Namespaces that are said stay. */
  readonly unsetOnly?: boolean;
  /** Which subjects of bindings move. */
  readonly subjects?: string;
}

/**
 * Moves objects to a namespace.
 *
 * @throws {Error} when two objects are of one name then
 * @see sigs.k8s.io/kustomize/api/filters/namespace/namespace.go
 */
export const setNamespace =
  ({ namespace, specs, unsetOnly = false, subjects = '' }: NamespaceOptions): Transformer =>
  (resources) => {
    const put = (field: Pick<Field, 'value' | 'set'>): void => {
      if (isMap(field.value) || Array.isArray(field.value)) {
        throw new Error(
          `namespace field specs must target scalar nodes: ${wrongKind('ScalarNode', field.value).message}`,
        );
      }
      if (!unsetOnly || (field.value ?? '') === '') field.set(namespace);
    };
    const at = (resource: Resource, spec: FieldSpec, made: Made = 'text'): void => visit(resource, spec, put, made);
    for (const resource of resources) {
      remember(resource);
      if (!isClusterScoped(idOf(resource))) at(resource, { path: 'metadata/namespace', create: true });
      const isBinding = /^(Cluster)?RoleBinding$/.test(kindOf(resource));
      if (isBinding) moveSubjects(resource.object, subjects, put);
      for (const spec of specs) {
        if (spec.path === 'metadata/namespace') continue;
        if (spec.path === 'metadata/name' && resource.object['apiVersion'] !== 'v1') continue;
        if (isBinding && spec.path === 'subjects/namespace' && /^(Cluster)?RoleBinding$/.test(spec.kind ?? ''))
          continue;
        at(resource, spec);
      }
      const same = resources.filter((each) => isSameId(idOf(each), idOf(resource)));
      if (same.length !== 1) {
        throw new Error(`namespace transformation produces ID conflict: [${same.map(resourceText).join(' ')}]`);
      }
    }
    return resources;
  };

function moveSubjects({ subjects }: Node, which: string, put: (field: Pick<Field, 'value' | 'set'>) => void): void {
  if (which === 'none' || !Array.isArray(subjects)) return;
  for (const subject of subjects) {
    if (!isMap(subject)) continue;
    const moves = which === 'allServiceAccounts' ? subject['kind'] === 'ServiceAccount' : subject['name'] === 'default';
    if (!moves) continue;
    put({
      value: subject['namespace'],
      set: (value) => {
        subject['namespace'] = value;
      },
    });
  }
}

/**
 * Changes images wherever there are containers, and then in the fields that are said: what stands in both is changed twice.
 *
 * @see sigs.k8s.io/kustomize/api/internal/builtins/ImageTagTransformer.go
 */
export const setImages =
  (image: Image, specs: readonly FieldSpec[]): Transformer =>
  (resources) => {
    for (const resource of resources) {
      if (kindOf(resource) === 'CustomResourceDefinition') continue;
      for (const container of containersIn(resource.object)) {
        const { image: current } = container;
        if (current !== undefined && current !== null) container['image'] = imageName(String(current), image);
      }
    }
    for (const resource of resources) {
      for (const spec of specs) {
        visit(resource, spec, (field) => {
          if (field.value === null || field.value === undefined) return;
          if (typeof field.value === 'object') throw wrongKind('ScalarNode', field.value);
          field.set(imageName(String(field.value), image));
        });
      }
    }
    return resources;
  };

function* containersIn(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* containersIn(item);
    return;
  }
  if (!isMap(value)) return;
  for (const [key, item] of Object.entries(value)) {
    yield* containersIn(item);
    if ((key === 'containers' || key === 'initContainers') && Array.isArray(item)) yield* item.filter(isMap);
  }
}

/** @see sigs.k8s.io/kustomize/api/internal/image/image.go */
function imageName(
  current: string,
  { name = '', newName = '', newTag = '', tagSuffix = '', digest = '' }: Image,
): string {
  // The name is an expression, as it is in kustomize.
  if (!isMatched(current, name)) return current;
  const slash = Math.max(current.indexOf('/'), 0);
  const at = current.indexOf('@', slash);
  const colon = current.indexOf(':', slash);
  const isTagged = colon >= 0 && (at < 0 || colon < at);
  const ends = [isTagged ? colon : -1, at, current.length].filter((place) => place >= 0);
  const own = {
    name: current.slice(0, Math.min(...ends)),
    tag: isTagged ? current.slice(colon + 1, at < 0 ? undefined : at) : '',
    digest: at < 0 ? '' : current.slice(at + 1),
  };
  const next =
    newTag !== ''
      ? { tag: newTag, digest }
      : digest !== ''
        ? { tag: '', digest }
        : tagSuffix !== ''
          ? { tag: `${own.tag}${tagSuffix}`, digest: '' }
          : own;
  const tag = next.tag === '' ? '' : `:${next.tag}`;
  return `${newName || own.name}${tag}${next.digest === '' ? '' : `@${next.digest}`}`;
}

function isMatched(current: string, name: string): boolean {
  try {
    return new RegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(current);
  } catch {
    // No expression: no image is called so.
    return false;
  }
}

/** @throws {Error} when nothing of that name can be scaled @see sigs.k8s.io/kustomize/api/internal/builtins/ReplicaCountTransformer.go */
export const setReplicas =
  ({ name = '', count = 0 }: Replica, specs: readonly FieldSpec[]): Transformer =>
  (resources) => {
    let isFound = false;
    for (const spec of specs) {
      for (const resource of resources) {
        if (!idsOf(resource).some((id) => id.name === name && isOfType(id, spec))) continue;
        isFound = true;
        visit(resource, spec, (field) => field.set(count), 'text');
      }
    }
    if (!isFound) {
      throw new Error(
        `resource with name ${name} does not match a config with the following GVK [${specs.map(typeText).join(' ')}]`,
      );
    }
    return resources;
  };
