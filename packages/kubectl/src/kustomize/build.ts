import { encodeYaml } from '@tabernetes/apimachinery';
import type { FileSystem } from '@tabernetes/node-api';
import { accumulate, annotate, NOTHING, ORIGIN, refuseSchema, TRANSFORMATIONS } from './accumulate.ts';
import { addHashes } from './generate.ts';
import { FIRST, LAST, typeKey } from './kind-order.ts';
import { type Kustomization, readKustomization } from './kustomization.ts';
import { type LoaderOptions, rootLoader } from './loader.ts';
import { fixReferences } from './name-references.ts';
import { isMap, mapIn, type Node } from './node.ts';
import {
  type Gvk,
  idOf,
  kindOf,
  metadataOf,
  nameOf,
  namespaceOf,
  type Resource,
  typeText,
  unannotated,
} from './resource.ts';
import { resolveVariables } from './vars.ts';

export interface BuildOptions extends LoaderOptions {
  /** Takes lines for stderr. */
  readonly warn?: (line: string) => void;
  /** Takes what is logged. */
  readonly log?: (line: string) => void;
  /** The order of what is printed, where the kustomization says nothing: `legacy` (kinds that others need first) or `none`. */
  readonly order?: 'legacy' | 'none';
  /** Every object gets the label of what made it. */
  readonly managedByLabel?: boolean;
}

/**
 * The objects that a kustomization makes, in order.
 *
 * @throws {Error} with kustomize's text
 * @see https://kubectl.docs.kubernetes.io/references/kustomize/
 */
export function buildKustomization(fs: FileSystem, path: string, options: BuildOptions = {}): readonly Node[] {
  const { warn = () => undefined, log = () => undefined } = options;
  const loader = rootLoader(fs, path, options);
  const { kustomization, fileName } = readKustomization(loader, warn);
  refuseSchema(kustomization);
  const metadata = kustomization.buildMetadata ?? [];
  const build = { warn, notesOrigins: metadata.length > 0 };
  const { resources, config, variables } = accumulate(build, { loader, kustomization, fileName, origin: '' }, NOTHING);
  addHashes(resources);
  fixReferences(resources, config.nameReference);
  resolveVariables(resources, variables, config.varReference, log);
  const shown = sorted(
    resources.filter((each) => !isLocal(each.object)),
    kustomization,
    options.order,
  );
  if (options.managedByLabel || metadata.includes('managedByLabel')) {
    for (const each of shown) mapIn(metadataOf(each), 'labels')['app.kubernetes.io/managed-by'] = 'kustomize-(devel)';
  }
  for (const each of shown) tidy(each, metadata);
  return shown.map(({ object }) => object);
}

/** The same as one YAML text. */
export const kustomizationText = (objects: readonly Node[]): string => objects.map(encodeYaml).join('---\n');

/** Takes away what was noted for the build alone; annotations that were looked at so are texts, and are gone when there are none. */
function tidy(resource: Resource, metadata: readonly string[]): void {
  unannotated(resource);
  const { metadata: own } = resource.object;
  const unwanted = [
    ...(metadata.includes('originAnnotations') ? [] : [ORIGIN]),
    ...(metadata.includes('transformerAnnotations') ? [] : [TRANSFORMATIONS]),
  ];
  if (unwanted.length === 0 || !isMap(own)) return;
  const { annotations } = own;
  if (!isMap(annotations)) {
    if (annotations === null) delete own['annotations'];
    return;
  }
  for (const key of unwanted) delete annotations[key];
  if (Object.keys(annotations).length === 0) delete own['annotations'];
  else
    for (const [key, value] of Object.entries(annotations))
      annotate(resource, key, typeof value === 'object' && value !== null ? '' : String(value));
}

function isLocal({ metadata }: Node): boolean {
  const annotations = isMap(metadata) && isMap(metadata['annotations']) ? metadata['annotations'] : {};
  const { 'config.kubernetes.io/local-config': local = 'false' } = annotations;
  return local !== 'false';
}

const ORDERS = ['fifo', 'legacy'];

/** @throws {Error} with kustomize's text for orders that there are not */
function sorted(
  resources: readonly Resource[],
  { sortOptions }: Kustomization,
  order: BuildOptions['order'],
): readonly Resource[] {
  const { order: wanted = '', legacySortOptions } = sortOptions ?? {};
  if (sortOptions !== undefined && !ORDERS.includes(wanted)) {
    throw new Error(`the field 'sortOptions.order' must be one of [${ORDERS.join(', ')}]`);
  }
  if (wanted === 'fifo' && legacySortOptions !== undefined) {
    throw new Error(
      "the field 'sortOptions.legacySortOptions' is set but the selected sort order is 'fifo', not 'legacy'",
    );
  }
  if ((sortOptions === undefined ? (order === 'none' ? 'fifo' : 'legacy') : wanted) === 'fifo') return resources;
  const { orderFirst: first = [], orderLast: last = [] } = legacySortOptions ?? { orderFirst: FIRST, orderLast: LAST };
  const place = (kind: string): number => {
    if (last.includes(kind)) return last.lastIndexOf(kind) + 1;
    return first.includes(kind) ? first.lastIndexOf(kind) - first.length : 0;
  };
  return resources.toSorted(
    (a, b) =>
      place(kindOf(a)) - place(kindOf(b)) ||
      compare(typeKey(idOf(a)), typeKey(idOf(b))) ||
      compare(nameKey(a), nameKey(b)),
  );
}

const nameKey = (resource: Resource): string => {
  const id: Gvk = idOf(resource);
  return `${typeText(id)}|${namespaceOf(resource) || '~X'}|${nameOf(resource) || '~N'}`;
};

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
