import { encodeYaml } from '@tabernetes/apimachinery';
import { readReplacements } from './builtin-plugins.ts';
import { mergeSpecs } from './field-specs.ts';
import type { Kustomization } from './kustomization.ts';
import type { Loader } from './loader.ts';
import type { Node } from './node.ts';
import { configured, type Patch, readMerges, readOperations, readPatch } from './patch-config.ts';
import { applyPatch } from './patches.ts';
import { replaceAll } from './replacements.ts';
import type { TransformerConfig } from './transformer-config.ts';
import { addPairs, affix, setImages, setNamespace, setReplicas, type Transformer } from './transformers.ts';

/** A transformer, and the kind that it has in kustomize. */
export interface NamedTransformer {
  readonly kind: string;
  readonly run: Transformer;
}

/**
 * What the fields of a kustomization do to its resources, in kustomize's order.
 *
 * @throws {Error} with kustomize's text
 * @see sigs.k8s.io/kustomize/api/internal/target/kusttarget_configplugin.go
 */
export function transformersOf(
  loader: Loader,
  kustomization: Kustomization,
  config: TransformerConfig,
): readonly NamedTransformer[] {
  const { patchesStrategicMerge = [], patches = [], patchesJson6902 = [], replacements = [] } = kustomization;
  const { namespace = '', namePrefix: prefix = '', nameSuffix: suffix = '', commonAnnotations = {} } = kustomization;
  const all: NamedTransformer[] = [];
  const add = (kind: string, run: Transformer): void => {
    all.push({ kind, run });
  };
  const addPatch = (kind: string, settings: object, read: (config: string) => Patch): void => {
    const patch = configured(kind, settings as Node, read);
    add(kind, (resources) => applyPatch(resources, patch));
  };
  if (patchesStrategicMerge.length > 0) {
    const kind = 'PatchStrategicMergeTransformer';
    addPatch(kind, { paths: patchesStrategicMerge }, () => readMerges(loader, patchesStrategicMerge));
  }
  for (const entry of patches) {
    const { path, patch, target, options } = entry;
    const settings = {
      ...(options && { options }),
      ...(patch && { patch }),
      ...(path && { path }),
      ...(target && { target }),
    };
    addPatch('PatchTransformer', settings, (text) => readPatch(loader, entry, text));
  }
  if (namespace !== '') add('NamespaceTransformer', setNamespace({ namespace, specs: config.namespace }));
  if (prefix !== '') add('PrefixTransformer', affix({ prefix }, config.namePrefix));
  if (suffix !== '') add('SuffixTransformer', affix({ suffix }, config.nameSuffix));
  addLabels(kustomization, config, add);
  if (Object.keys(commonAnnotations).length > 0) {
    add('AnnotationsTransformer', addPairs(commonAnnotations, config.commonAnnotations));
  }
  for (const entry of patchesJson6902) {
    const { path, patch, target } = entry;
    const settings = { ...(patch && { jsonOp: patch }), ...(path && { path }), ...(target && { target }) };
    addPatch('PatchJson6902Transformer', settings, () => readOperations(loader, entry));
  }
  for (const replica of kustomization.replicas ?? []) {
    add('ReplicaCountTransformer', setReplicas(replica, config.replicas));
  }
  for (const image of kustomization.images ?? []) add('ImageTagTransformer', setImages(image, config.images));
  if (replacements.length > 0) {
    const kind = 'ReplacementTransformer';
    const read = configured(kind, { Replacements: replacements }, () => readReplacements(loader, replacements));
    add(kind, (resources) => {
      replaceAll(resources, read);
      return resources;
    });
  }
  return all;
}

/** @throws {Error} where fields contradict each other */
function addLabels(
  { labels = [], commonLabels = {} }: Kustomization,
  config: TransformerConfig,
  add: (kind: string, run: Transformer) => void,
): void {
  if (labels.length === 0 && Object.keys(commonLabels).length === 0) return;
  for (const { pairs, fields = [], includeSelectors, includeTemplates } of labels) {
    let specs: TransformerConfig['labels'];
    try {
      specs = mergeSpecs(fields, config.labels);
      if (includeSelectors) specs = mergeSpecs(specs, config.commonLabels);
      else {
        if (includeTemplates) specs = mergeSpecs(specs, config.templateLabels);
        specs = mergeSpecs(specs, [{ path: 'metadata/labels', create: true }]);
      }
    } catch (error) {
      throw new Error(`failed to merge labels: ${error instanceof Error ? error.message : String(error)}`);
    }
    add('LabelTransformer', addPairs(pairs, specs));
  }
  add('LabelTransformer', addPairs(commonLabels, config.commonLabels));
}

/** @throws {Error} for charts, which need a program that is not here */
export function refuseCharts({ helmCharts = [], helmChartInflationGenerator = [] }: Kustomization): void {
  const [chart] = [...helmCharts, ...helmChartInflationGenerator.map(renamed)];
  if (chart === undefined) return;
  throw new Error(
    `trouble configuring builtin HelmChartInflationGenerator with config: \`\n${encodeYaml(chart)}\`: must specify --enable-helm`,
  );
}

/** What the fields of charts were called once. */
const CHART_FIELDS: Readonly<Record<string, string>> = {
  chartName: 'name',
  chartVersion: 'version',
  chartRepoUrl: 'repo',
  releaseNamespace: 'namespace',
  values: 'valuesFile',
  valuesLocal: 'valuesInline',
};

const renamed = (chart: Node): Node =>
  Object.fromEntries(Object.entries(chart).map(([name, value]) => [CHART_FIELDS[name] ?? name, value]));
