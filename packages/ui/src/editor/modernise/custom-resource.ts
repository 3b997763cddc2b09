import { isMap, isPair, isScalar, isSeq } from 'yaml';
import type { Note } from './modern-note.ts';
import { asNode, has, mapAt, mapsAt, nodeAt, put, rename, take, textAt, type YamlMap } from './yaml-maps.ts';

const PRESERVE = 'x-kubernetes-preserve-unknown-fields';

/** A CustomResourceDefinition of before `apiextensions.k8s.io/v1`: everything that was said once is said by each version. */
export function customResource(root: YamlMap, note: Note): void {
  const spec = mapAt(root, 'spec');
  if (spec === undefined) return;
  const versionName = take(spec, 'version');
  if (!has(spec, 'versions')) {
    put(spec, 'versions', [{ name: versionName ?? 'v1', served: true, storage: true }]);
    note('versions');
  }
  if (!has(spec, 'scope')) put(spec, 'scope', 'Namespaced', 'names');
  const shared = {
    schema: take(spec, 'validation'),
    subresources: take(spec, 'subresources'),
    additionalPrinterColumns: take(spec, 'additionalPrinterColumns'),
  };
  const preserve = take(spec, 'preserveUnknownFields');
  const keepsUnknown = !(isScalar(preserve) && preserve.value === false);
  for (const version of mapsAt(spec, 'versions')) {
    for (const [name, value] of Object.entries(shared)) {
      // Each version has its own: the tree must not be shared, or YAML would write an anchor.
      if (value !== undefined && !has(version, name)) put(version, name, value.clone());
    }
    for (const column of mapsAt(version, 'additionalPrinterColumns')) rename(column, 'JSONPath', 'jsonPath');
    schema(version, keepsUnknown);
  }
  note(shared.schema === undefined ? 'anySchema' : 'schemaPerVersion');
  conversion(spec);
}

function schema(version: YamlMap, keepsUnknown: boolean): void {
  if (!has(version, 'schema')) put(version, 'schema', {});
  const holder = mapAt(version, 'schema');
  if (holder === undefined) return;
  if (!has(holder, 'openAPIV3Schema')) put(holder, 'openAPIV3Schema', {});
  const root = mapAt(holder, 'openAPIV3Schema');
  if (root === undefined) return;
  structural(root);
  if (!has(root, 'type')) put(root, 'type', 'object', firstKey(root));
  if (keepsUnknown && !has(root, PRESERVE)) put(root, PRESERVE, true);
}

/** Every part of a schema needs a type now. */
function structural(map: YamlMap): void {
  for (const holder of ['properties', 'patternProperties'] as const) {
    for (const pair of mapAt(map, holder)?.items ?? []) if (isPair(pair) && isMap(pair.value)) typed(pair.value);
  }
  for (const holder of ['items', 'additionalProperties'] as const) {
    const part = mapAt(map, holder);
    if (part !== undefined) typed(part);
  }
}

function typed(map: YamlMap): void {
  structural(map);
  if (has(map, 'type') || has(map, PRESERVE) || has(map, 'x-kubernetes-int-or-string')) return;
  const type = typeOf(map);
  if (type === undefined) put(map, PRESERVE, true);
  else put(map, 'type', type, firstKey(map));
}

function typeOf(map: YamlMap): string | undefined {
  if (has(map, 'properties') || has(map, 'additionalProperties')) return 'object';
  if (has(map, 'items')) return 'array';
  if (has(map, 'pattern') || has(map, 'maxLength') || has(map, 'minLength')) return 'string';
  if (has(map, 'minimum') || has(map, 'maximum')) return 'number';
  const values = nodeAt(map, 'enum');
  const isText = isSeq(values) && values.items.every((item) => isScalar(item) && typeof item.value === 'string');
  return isText ? 'string' : undefined;
}

/** The webhook of a conversion has a place of its own. */
function conversion(spec: YamlMap): void {
  const map = mapAt(spec, 'conversion');
  if (map === undefined || textAt(map, 'strategy') !== 'Webhook') return;
  const clientConfig = take(map, 'webhookClientConfig');
  const conversionReviewVersions = take(map, 'conversionReviewVersions') ?? asNode(['v1beta1']);
  if (!has(map, 'webhook')) put(map, 'webhook', { clientConfig, conversionReviewVersions });
}

const firstKey = (map: YamlMap): string | undefined => {
  const key = map.items[0]?.key;
  return isScalar(key) ? String(key.value) : undefined;
};
