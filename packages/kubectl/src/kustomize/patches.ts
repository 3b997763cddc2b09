import { goRegexp } from '@tabernetes/api/structural';
import { applyJsonPatch, parseLabelSelector } from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import type { PatchEntry, Target } from './kustomization.ts';
import { mergePatch } from './merge.ts';
import { isMap, mapIn, type Node } from './node.ts';
import type { Patch } from './patch-config.ts';
import {
  annotated,
  effectiveNamespace,
  groupVersionOf,
  idOf,
  idsOf,
  idText,
  isSameId,
  kindOf,
  metadataOf,
  NOTED,
  originalId,
  type Resource,
  remember,
  resourceOf,
} from './resource.ts';

/** Applies one patch; the resources it deletes are left out of the result. @throws {Error} with kustomize's text */
export function applyPatch(resources: readonly Resource[], patch: Patch): readonly Resource[] {
  const { entry, objects = [], operations, source } = patch;
  const { target, options = {} } = entry;
  if (operations !== undefined) {
    if (target === undefined) throw new Error(`must specify a target for JSON patch ${source}`);
    // Only the newer of the two fields notes what objects were called.
    for (const resource of selected(resources, target)) operate(resource, operations, source !== '');
    return resources;
  }
  if (target !== undefined && objects.length > 1) {
    throw new Error(
      `Multiple Strategic-Merge Patches in one \`patches\` entry is not allowed to set \`patches.target\` field: ${source}`,
    );
  }
  let left = resources;
  for (const value of objects) {
    const chosen = target === undefined ? [theOne(left, value, source)] : targetsOf(left, target);
    const kept = chosen.filter((resource) => {
      const { apiVersion } = resource.object;
      return mergeInto(resource, target === undefined ? value : { ...value, apiVersion }, options);
    });
    left = left.filter((each) => !chosen.includes(each) || kept.includes(each));
    if (target !== undefined) refuseTwins(left);
  }
  return left;
}

/** The annotations of the build are seen by the operations, which may so add to the annotations of an object that has none. */
function operate(resource: Resource, operations: readonly unknown[], isNoted: boolean): void {
  if (isNoted) remember(resource);
  const next = structuredClone(applyJsonPatch(annotated(resource), operations)) as Node;
  resource.object = next;
  const metadata = isMap(next['metadata']) ? next['metadata'] : {};
  const { annotations } = metadata;
  if (!isMap(annotations)) return;
  for (const key of NOTED) delete annotations[key];
  if (Object.keys(annotations).length === 0) delete metadata['annotations'];
}

/** Merges a patch into an object, which keeps its name and kind unless they may change. False: nothing is left of it. */
function mergeInto(resource: Resource, patch: Node, options: NonNullable<PatchEntry['options']>): boolean {
  const { name, namespace, kind } = idOf(resource);
  if (options['allowNameChange'] || options['allowKindChange']) remember(resource);
  const next = mergePatch(structuredClone(resource.object), structuredClone(patch));
  if (next === undefined || Object.keys(next).length === 0) return false;
  resource.object = next;
  if (!options['allowKindChange']) next['kind'] = kind;
  const metadata = mapIn(next, 'metadata');
  if (!options['allowNameChange']) metadata['name'] = name;
  if (namespace === '') delete metadata['namespace'];
  else metadata['namespace'] = namespace;
  return true;
}

/** @throws {Error} when two objects have one name then */
function refuseTwins(resources: readonly Resource[]): void {
  resources.forEach((resource, at) => {
    if (resources.slice(0, at).some((each) => isSameId(idOf(each), idOf(resource)))) {
      throw new Error(`may not add resource with an already registered id: ${idText(idOf(resource))}`);
    }
  });
}

function targetsOf(resources: readonly Resource[], target: Target): readonly Resource[] {
  try {
    return selected(resources, target);
  } catch (error) {
    const { annotationSelector = '', labelSelector = '' } = target;
    const text = `${idText(target)}:a=${annotationSelector}:l=${labelSelector}`;
    throw new Error(`unable to find patch target ${JSON.stringify(text)} in \`resources\`: ${messageOf(error)}`);
  }
}

/** The resource that a patch names; `source` tells patches of the field `patches`, where mistakes say more. */
function theOne(resources: readonly Resource[], patch: Node, source: string): Resource {
  const asked = idOf(resourceOf(patch));
  const found = resources.filter((each) => idsOf(each).some((id) => isSameId(id, asked)));
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const id = idText(asked);
  const problem = `${only === undefined ? 'no' : 'multiple'} matches for Id ${id}; failed to find unique target for patch ${id}`;
  throw new Error(
    source === '' ? problem : `no resource matches strategic merge patch ${JSON.stringify(id)}: ${problem}`,
  );
}

/** The resources that a selector with regular expressions means. @throws {Error} with Go's text for one that cannot be read */
export function selected(resources: readonly Resource[], target: Target): readonly Resource[] {
  const [group, version, kind, name, namespace] = (['group', 'version', 'kind', 'name', 'namespace'] as const).map(
    (field) => whole(target[field]),
  );
  return resources.filter((resource) => {
    const type = groupVersionOf(resource);
    const ids = [originalId(resource), idOf(resource)];
    const matches = (pattern: RegExp | undefined, text: string): boolean => pattern?.test(text) ?? true;
    return (
      ids.some((id) => matches(namespace, effectiveNamespace(id))) &&
      ids.some((id) => matches(name, id.name)) &&
      matches(group, type.group) &&
      matches(version, type.version) &&
      matches(kind, kindOf(resource)) &&
      hasPairs(resource, target)
    );
  });
}

/** Whether labels and annotations are as a selector wants them. @throws {Error} for a selector that cannot be read */
export function hasPairs(resource: Resource, { labelSelector = '', annotationSelector = '' }: Target): boolean {
  const { labels, annotations } = isMap(resource.object['metadata']) ? metadataOf(resource) : {};
  const pairs = (value: unknown): Record<string, string> => (isMap(value) ? value : {}) as Record<string, string>;
  return (
    (labelSelector === '' || parseLabelSelector(labelSelector).matches(pairs(labels))) &&
    (annotationSelector === '' || parseLabelSelector(annotationSelector).matches(pairs(annotations)))
  );
}

/** A pattern for the whole of a text; undefined: any text. @throws {Error} */
function whole(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined || pattern === '') return undefined;
  const expression = goRegexp(`^(?:${pattern})$`);
  if (expression === undefined) throw new Error(`the expression ${JSON.stringify(pattern)} is not supported`);
  return expression;
}
