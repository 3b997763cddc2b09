import type {
  Container,
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
  ResourceRequirements,
} from '@tabernetes/api/types/core-v1';
import { aggregateText, type Draft, type KubeObject } from '@tabernetes/apimachinery';
import type { AdmissionPlugin, MutatingAttributes, ValidatingAttributes } from '../admission.ts';
import { withList } from './at-hand.ts';
import { admissionForbidden } from './forbidden.ts';
import { containerRefusals, podRefusals, storageRefusals } from './limits.ts';
import { podDraft } from './pods.ts';

const LIMIT_RANGES = { group: '', plural: 'limitranges' };
const ANNOTATION = 'kubernetes.io/limit-ranger';

/**
 * Gives containers the requests and limits that a LimitRange of their namespace sets as default, and refuses Pods and claims
 * beyond its bounds. Pods are looked at when they are created: what counts here does not change later.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/limitranger/admission.go
 */
export const limitRanger = (): AdmissionPlugin => ({
  name: 'LimitRanger',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods', 'persistentvolumeclaims'],
  // On updates it changes nothing.
  replacesParts: true,
  admit(attributes, reader) {
    const pod = podDraft(attributes);
    if (pod?.spec === undefined || attributes.operation !== 'CREATE') return;
    return withList(reader, LIMIT_RANGES, attributes.namespace, pod, addAllDefaults);
  },
  validate(attributes, reader) {
    if (isLimited(attributes)) return withList(reader, LIMIT_RANGES, attributes.namespace, attributes, refuse);
  },
});

function addAllDefaults(ranges: readonly KubeObject[], pod: Draft<Pod>): void {
  for (const range of ranges) addDefaults(pod, range);
}

function refuse(ranges: readonly KubeObject[], attributes: ValidatingAttributes): void {
  for (const range of ranges) {
    const refusals = (range as LimitRange).spec?.limits?.flatMap((limit) => refusalsOf(attributes, limit)) ?? [];
    if (refusals.length > 0) throw admissionForbidden(attributes, aggregateText(refusals));
  }
}

function isLimited({ definition, resource, subresource, operation, old }: Attributes): boolean {
  if (definition.group !== '' || subresource !== '' || old?.metadata.deletionTimestamp !== undefined) return false;
  return resource === 'persistentvolumeclaims' || (resource === 'pods' && operation === 'CREATE');
}
type Attributes = MutatingAttributes | ValidatingAttributes;

function refusalsOf({ resource, object }: ValidatingAttributes, limit: LimitRangeItem): readonly string[] {
  if (resource === 'pods') {
    const { spec } = object as Pod;
    if (limit.type === 'Pod') return podRefusals(spec, limit);
    if (limit.type !== 'Container') return [];
    const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
    return containers.flatMap(({ resources }) => containerRefusals(resources, limit));
  }
  return limit.type === 'PersistentVolumeClaim' ? storageRefusals(object as PersistentVolumeClaim, limit) : [];
}

function addDefaults(pod: Draft<Pod>, range: KubeObject): void {
  const requests: Record<string, string> = {};
  const limits: Record<string, string> = {};
  for (const item of (range as LimitRange).spec?.limits ?? []) {
    if (item.type !== 'Container') continue;
    Object.assign(requests, item.defaultRequest);
    Object.assign(limits, item.default);
  }
  const { containers = [], initContainers = [] } = pod.spec ?? {};
  const notes = [
    ...containers.flatMap((container) => addMissing(container, 'container', { requests, limits })),
    ...initContainers.flatMap((container) => addMissing(container, 'init container', { requests, limits })),
  ];
  if (notes.length === 0) return;
  pod.metadata.annotations = {
    ...pod.metadata.annotations,
    [ANNOTATION]: `LimitRanger plugin set: ${notes.join('; ')}`,
  };
}

/** What was added, in words. */
function addMissing(container: Draft<Container>, what: string, defaults: ResourceRequirements): readonly string[] {
  const notes: string[] = [];
  for (const [part, word] of [
    ['requests', 'request'],
    ['limits', 'limit'],
  ] as const) {
    const own = container.resources?.[part] ?? {};
    const missing = Object.entries(defaults[part] ?? {}).filter(([name]) => own[name] === undefined);
    if (missing.length === 0) continue;
    container.resources = { ...container.resources, [part]: { ...own, ...Object.fromEntries(missing) } };
    const names = missing.map(([name]) => name).sort();
    notes.push(`${names.join(', ')} ${word} for ${what} ${container.name}`);
  }
  return notes;
}
