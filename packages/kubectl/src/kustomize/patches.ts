import { goRegexp } from '@tabernetes/api/structural';
import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  type KubeObject,
  parseLabelSelector,
} from '@tabernetes/apimachinery';
import { messageOf } from '../errors.ts';
import { schemaOfObject } from '../writing/schema-of.ts';
import type { Node } from './field-path.ts';
import type { PatchEntry, Target } from './kustomization.ts';
import type { Patch } from './patch-config.ts';
import {
  groupVersionOf,
  idText,
  isCalled,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  type Resource,
} from './resource.ts';

/** Applies one patch; the resources it deletes are left out of the result. @throws {Error} with kustomize's text */
export function applyPatch(resources: readonly Resource[], patch: Patch): readonly Resource[] {
  const { entry, objects = [], operations, source } = patch;
  const { target, options } = entry;
  if (operations !== undefined) {
    if (target === undefined) throw new Error(`must specify a target for JSON patch ${source}`);
    for (const resource of selected(resources, target)) {
      replaceObject(resource, applyJsonPatch(resource.object, operations) as Node, options);
    }
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
    const gone = new Set<Resource>();
    for (const resource of chosen) {
      if (value['$patch'] === 'delete') gone.add(resource);
      else replaceObject(resource, merged(resource.object, value), options);
    }
    left = left.filter((each) => !gone.has(each));
  }
  return left;
}

function targetsOf(resources: readonly Resource[], target: Target): readonly Resource[] {
  try {
    return selected(resources, target);
  } catch (error) {
    const { group, version, kind, name, namespace, annotationSelector = '', labelSelector = '' } = target;
    const type = `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;
    const text = `${type}/${name || '[noName]'}.${namespace || '[noNs]'}:a=${annotationSelector}:l=${labelSelector}`;
    throw new Error(`unable to find patch target ${JSON.stringify(text)} in \`resources\`: ${messageOf(error)}`);
  }
}

/** The object with the patch merged in, by the rules of its kind. */
function merged(object: Node, patch: Node): Node {
  const schema = schemaOfObject(object as unknown as KubeObject);
  const result =
    schema === undefined ? applyMergePatch(object, patch) : applyStrategicMergePatch(schema, object, patch);
  return structuredClone(result) as Node;
}

/** A patch changes no names and kinds unless it may. */
function replaceObject(resource: Resource, next: Node, options: PatchEntry['options']): void {
  const [name, kind, apiVersion] = [nameOf(resource), resource.object['kind'], resource.object['apiVersion']];
  const namespace = namespaceOf(resource);
  resource.object = structuredClone(next);
  const metadata = metadataOf(resource);
  if (!options?.allowNameChange) {
    metadata['name'] = name;
    if (namespace !== '') metadata['namespace'] = namespace;
  }
  if (!options?.allowKindChange) {
    resource.object['kind'] = kind;
    resource.object['apiVersion'] = apiVersion;
  }
}

/** The resource that a patch names; `source` tells patches of the field `patches`, where mistakes say more. */
function theOne(resources: readonly Resource[], patch: Node, source: string): Resource {
  const asked: Resource = { object: patch, earlier: [], needsHash: false, isGenerated: false };
  const { group, version } = groupVersionOf(asked);
  const found = resources.filter((each) => {
    const own = groupVersionOf(each);
    return (
      kindOf(each) === kindOf(asked) &&
      own.group === group &&
      (version === '' || own.version === version) &&
      isCalled(each, nameOf(asked), namespaceOf(asked))
    );
  });
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const id = idText(asked);
  const problem = `${only === undefined ? 'no' : 'multiple'} matches for Id ${id}; failed to find unique target for patch ${id}`;
  throw new Error(
    source === '' ? problem : `no resource matches strategic merge patch ${JSON.stringify(id)}: ${problem}`,
  );
}

/** The resources that a selector with regular expressions means. @throws {Error} with Go's text for one that cannot be read */
function selected(resources: readonly Resource[], target: Target): readonly Resource[] {
  const { labelSelector, annotationSelector } = target;
  const [group, version, kind, name, namespace] = (['group', 'version', 'kind', 'name', 'namespace'] as const).map(
    (field) => whole(target[field]),
  );
  return resources.filter((resource) => {
    const own = groupVersionOf(resource);
    const { labels = {}, annotations = {} } = metadataOf(resource) as Record<string, Record<string, string>>;
    const names = [nameOf(resource), ...resource.earlier.map((each) => each.name)];
    const spaces = [namespaceOf(resource), ...resource.earlier.map((each) => each.namespace)];
    const matches = (pattern: RegExp | undefined, text: string): boolean => pattern?.test(text) ?? true;
    return (
      matches(group, own.group) &&
      matches(version, own.version) &&
      matches(kind, kindOf(resource)) &&
      names.some((each) => matches(name, each)) &&
      spaces.some((each) => matches(namespace, each)) &&
      (!labelSelector || parseLabelSelector(labelSelector).matches(labels)) &&
      (!annotationSelector || parseLabelSelector(annotationSelector).matches(annotations))
    );
  });
}

/** A pattern for the whole of a text; undefined: any text. @throws {Error} */
function whole(pattern: string | undefined): RegExp | undefined {
  if (pattern === undefined || pattern === '') return undefined;
  const expression = goRegexp(pattern);
  if (expression === undefined) throw new Error(`the expression ${JSON.stringify(pattern)} is not supported`);
  return new RegExp(`^(?:${expression.source})$`, expression.flags);
}
