import type { Pod, Toleration } from '@tabernetes/api/types/core-v1';
import type { RuntimeClass } from '@tabernetes/api/types/node-v1';
import { type Draft, failure, parseQuantity } from '@tabernetes/apimachinery';
import type { AdmissionPlugin, MutatingAttributes, ValidatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';
import { admissionForbidden } from './forbidden.ts';
import { podDraft } from './pods.ts';

const CLASSES = { group: 'node.k8s.io', plural: 'runtimeclasses' };

/**
 * A Pod's RuntimeClass must exist; it says what every Pod costs above its containers, and where such Pods can run.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/runtimeclass/admission.go
 */
export const runtimeClassAdmission = (): AdmissionPlugin => ({
  name: 'RuntimeClass',
  operations: ['CREATE'],
  resources: ['pods'],
  admit(attributes, reader) {
    const pod = podDraft(attributes);
    if (pod?.spec === undefined) return;
    // Most Pods ask for no class and cost no turn of the queue.
    if (pod.spec.runtimeClassName !== undefined) return applyClass(pod, attributes, reader);
    if (pod.spec.overhead !== undefined && isEmpty(pod.spec.overhead)) throw admissionForbidden(attributes, UNFOUNDED);
  },
  validate(attributes, reader) {
    const { definition, resource, subresource, object } = attributes;
    if (definition.group !== '' || resource !== 'pods' || subresource !== '') return;
    const { runtimeClassName, overhead } = (object as Pod).spec ?? {};
    if (runtimeClassName !== undefined || overhead !== undefined) return checkOverhead(attributes, reader);
  },
});

async function applyClass(pod: Draft<Pod>, attributes: MutatingAttributes, reader: ServerReader): Promise<void> {
  const { overhead, scheduling } = await named(pod.spec?.runtimeClassName ?? '', attributes, reader);
  const { spec } = pod;
  if (spec === undefined) return;
  if (overhead !== undefined) {
    if (spec.overhead !== undefined && !isEmpty(spec.overhead) && !sameAmounts(spec.overhead, overhead.podFixed)) {
      throw admissionForbidden(attributes, MISMATCH);
    }
    if (overhead.podFixed !== undefined) spec.overhead = { ...overhead.podFixed };
  } else if (spec.overhead !== undefined && isEmpty(spec.overhead)) throw admissionForbidden(attributes, UNFOUNDED);
  if (scheduling === undefined) return;
  const { nodeSelector = {}, tolerations = [] } = scheduling;
  for (const [key, value] of Object.entries(nodeSelector)) {
    const own = spec.nodeSelector?.[key];
    if (own !== undefined && own !== value) {
      const why = `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`;
      throw admissionForbidden(attributes, why);
    }
    spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
  }
  const merged = mergeTolerations([...(spec.tolerations ?? []), ...tolerations]);
  if (merged.length > 0) spec.tolerations = merged.map((toleration) => ({ ...toleration }));
}

async function checkOverhead(attributes: ValidatingAttributes, reader: ServerReader): Promise<void> {
  const { spec } = attributes.object as Pod;
  const { runtimeClassName } = spec ?? {};
  const found = runtimeClassName === undefined ? undefined : await named(runtimeClassName, attributes, reader);
  if (found?.overhead !== undefined) {
    if (!sameAmounts(spec?.overhead, found.overhead.podFixed)) throw admissionForbidden(attributes, MISMATCH);
  } else if (spec?.overhead !== undefined) {
    throw admissionForbidden(attributes, UNFOUNDED);
  }
}

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
const UNFOUNDED = 'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead';

/** `overhead: {}` counts as given where nothing may be, and is looked for in the draft: objects that are validated have lost it. */
const isEmpty = (amounts: Readonly<Record<string, string>>): boolean => Object.keys(amounts).length === 0;

async function named(
  name: string,
  attributes: MutatingAttributes | ValidatingAttributes,
  reader: ServerReader,
): Promise<RuntimeClass> {
  // The client that upstream asks with refuses to ask for nothing.
  if (name === '') throw failure(500, '', 'resource name may not be empty');
  const found = await reader.get(CLASSES, '', name);
  if (found === undefined) throw admissionForbidden(attributes, `pod rejected: RuntimeClass "${name}" not found`);
  return found as RuntimeClass;
}

type Amounts = Readonly<Record<string, string>> | undefined;

function sameAmounts(a: Amounts = {}, b: Amounts = {}): boolean {
  const names = Object.keys(a);
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => {
      const [own, other] = [a[name], b[name]];
      return own !== undefined && other !== undefined && parseQuantity(own).compare(parseQuantity(other)) === 0;
    })
  );
}

/** Without those that another one covers. @see pkg/util/tolerations/tolerations.go MergeTolerations */
function mergeTolerations(all: readonly Toleration[]): readonly Toleration[] {
  const merged: Toleration[] = [];
  all.forEach((toleration, index) => {
    const later = all.slice(index + 1).filter((other) => !same(other, toleration));
    if (![...merged, ...later].some((other) => covers(other, toleration))) merged.push(toleration);
  });
  return merged;
}

const same = (a: Toleration, b: Toleration): boolean =>
  a.key === b.key &&
  a.operator === b.operator &&
  a.value === b.value &&
  a.effect === b.effect &&
  a.tolerationSeconds === b.tolerationSeconds;

function covers(wide: Toleration, narrow: Toleration): boolean {
  if (same(wide, narrow)) return true;
  if (wide.key !== narrow.key && (wide.key || wide.operator !== 'Exists')) return false;
  if (wide.effect !== narrow.effect && wide.effect) return false;
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined) {
    if (narrow.tolerationSeconds === undefined || narrow.tolerationSeconds > wide.tolerationSeconds) return false;
  }
  if (wide.operator === 'Exists') return true;
  return (!wide.operator || wide.operator === 'Equal') && narrow.operator === 'Equal' && narrow.value === wide.value;
}
