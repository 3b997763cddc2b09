import {
  applyJsonPatch,
  applyMergePatch,
  applyStrategicMergePatch,
  decodeYaml,
  type KubeObject,
  parseLabelSelector,
} from '@tabernetes/apimachinery';
import { readDocuments } from '../resources/documents.ts';
import { schemaOfObject } from '../writing/schema-of.ts';
import { isMap, type Node } from './field-path.ts';
import type { PatchEntry, Target } from './kustomization.ts';
import { groupVersionOf, isCalled, kindOf, metadataOf, nameOf, namespaceOf, type Resource } from './resource.ts';

/** Applies one patch; the resources it deletes are left out of the result. @throws {Error} with kustomize's text */
export function applyPatch(
  resources: readonly Resource[],
  { target, options }: PatchEntry,
  text: string,
): readonly Resource[] {
  const operations = jsonOperations(text);
  if (operations !== undefined) {
    if (target === undefined) throw new Error('must specify a target for JSON patch');
    for (const resource of resources.filter((each) => isTarget(each, target))) {
      replaceObject(resource, applyJsonPatch(resource.object, operations) as Node, options);
    }
    return resources;
  }
  let left = resources;
  for (const { value } of readDocuments(text, 'patch')) {
    if (!isMap(value)) throw new Error(`unable to parse SM or JSON patch from [${text}]`);
    const chosen = target === undefined ? [theOne(left, value)] : left.filter((each) => isTarget(each, target));
    const gone = new Set<Resource>();
    for (const resource of chosen) {
      if (value['$patch'] === 'delete') gone.add(resource);
      else replaceObject(resource, merged(resource.object, value), options);
    }
    left = left.filter((each) => !gone.has(each));
  }
  return left;
}

function jsonOperations(text: string): readonly unknown[] | undefined {
  const { value } = decodeYaml(text);
  return Array.isArray(value) ? value : undefined;
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

function theOne(resources: readonly Resource[], patch: Node): Resource {
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
  const id = `${kindOf(asked)}.${version || '[noVer]'}.${group || '[noGrp]'}/${nameOf(asked) || '[noName]'}.${namespaceOf(asked) || '[noNs]'}`;
  if (only === undefined)
    throw new Error(
      `no resource matches strategic merge patch ${JSON.stringify(id)}: no matches for Id ${id}; failed to find unique target for patch ${id}`,
    );
  if (found.length > 1) throw new Error(`multiple matches for Id ${id}; failed to find unique target for patch ${id}`);
  return only;
}

/** True of resources that a selector with regular expressions means. */
function isTarget(resource: Resource, target: Target): boolean {
  const { group, version } = groupVersionOf(resource);
  const labels = (metadataOf(resource)['labels'] ?? {}) as Record<string, string>;
  const annotations = (metadataOf(resource)['annotations'] ?? {}) as Record<string, string>;
  const matches = (pattern: string | undefined, text: string): boolean =>
    pattern === undefined || pattern === '' || new RegExp(`^(?:${pattern})$`).test(text);
  const names = [nameOf(resource), ...resource.earlier.map(({ name }) => name)];
  const spaces = [namespaceOf(resource), ...resource.earlier.map(({ namespace }) => namespace)];
  return (
    matches(target.group, group) &&
    matches(target.version, version) &&
    matches(target.kind, kindOf(resource)) &&
    names.some((name) => matches(target.name, name)) &&
    spaces.some((space) => matches(target.namespace, space)) &&
    (!target.labelSelector || parseLabelSelector(target.labelSelector).matches(labels)) &&
    (!target.annotationSelector || parseLabelSelector(target.annotationSelector).matches(annotations))
  );
}
