import type { PriorityClass } from '@tabernetes/api/types/scheduling-v1';
import type { KubeObject } from '@tabernetes/apimachinery';
import type { AdmissionPlugin, MutatingAttributes, ValidatingAttributes } from '../admission.ts';
import { withList, withObject } from './at-hand.ts';
import { admissionForbidden } from './forbidden.ts';
import { podDraft } from './pods.ts';

const CLASSES = { group: 'scheduling.k8s.io', plural: 'priorityclasses' };
/** Known even before their objects are made. */
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};
const DEFAULT_POLICY = 'PreemptLowerPriority';

interface Resolved {
  readonly name: string;
  readonly priority: number;
  readonly preemptionPolicy: string;
}

/**
 * Turns a Pod's priority class into the number that the scheduler compares.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/priority/admission.go
 */
export const priorityAdmission = (): AdmissionPlugin => ({
  name: 'Priority',
  operations: ['CREATE', 'UPDATE'],
  resources: ['pods'],
  replacesParts: true,
  admit(attributes, reader) {
    const pod = podDraft(attributes);
    if (pod?.spec === undefined) return;
    const { spec } = pod;
    if (attributes.operation === 'UPDATE') {
      // Clients that know nothing of it may leave it out.
      const before = attributes.old as {
        readonly spec?: { readonly priority?: number; readonly preemptionPolicy?: string };
      };
      if (spec.priority === undefined && before.spec?.priority !== undefined) {
        pod.spec = { ...pod.spec, priority: before.spec.priority };
      }
      if (spec.preemptionPolicy === undefined && before.spec?.preemptionPolicy !== undefined) {
        pod.spec = { ...pod.spec, preemptionPolicy: before.spec.preemptionPolicy };
      }
      return;
    }
    const { priorityClassName } = spec;
    if (!priorityClassName) return withList(reader, CLASSES, '', attributes, settleDefault);
    return withObject(reader, CLASSES, '', priorityClassName, attributes, settleNamed);
  },
});

const settleDefault = (classes: readonly KubeObject[], attributes: MutatingAttributes): void =>
  settle(attributes, globalDefault(classes));

const settleNamed = (found: KubeObject | undefined, attributes: MutatingAttributes): void =>
  settle(attributes, named(podDraft(attributes)?.spec?.priorityClassName ?? '', attributes, found));

/** @throws {StatusError} Forbidden: the Pod says something else */
function settle(attributes: MutatingAttributes, { name, priority, preemptionPolicy }: Resolved): void {
  const spec = podDraft(attributes)?.spec;
  if (spec === undefined) return;
  if (spec.priority !== undefined && spec.priority !== priority) {
    const why = `the integer value of priority (${spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`;
    throw admissionForbidden(attributes, why);
  }
  if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== preemptionPolicy) {
    const why = `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`;
    throw admissionForbidden(attributes, why);
  }
  if (name !== '') spec.priorityClassName = name;
  spec.priority = priority;
  spec.preemptionPolicy = preemptionPolicy;
}

function named(name: string, attributes: MutatingAttributes, object: KubeObject | undefined): Resolved {
  const found = object as PriorityClass | undefined;
  const priority = found?.value ?? SYSTEM_CLASSES[name];
  if (priority === undefined) throw admissionForbidden(attributes, `no PriorityClass with name ${name} was found`);
  return { name, priority, preemptionPolicy: found?.preemptionPolicy ?? DEFAULT_POLICY };
}

/**
 * There is one default, as far as that can be seen: those that were there before are not touched.
 * @throws {StatusError} Forbidden
 */
export const singleDefault = (): AdmissionPlugin => ({
  name: 'Priority',
  operations: ['CREATE', 'UPDATE'],
  resources: ['priorityclasses'],
  validate(attributes, reader) {
    const { object, definition } = attributes;
    if (definition.group !== CLASSES.group || (object as PriorityClass | undefined)?.globalDefault !== true) return;
    return withList(reader, CLASSES, '', attributes, refuseSecond);
  },
});

function refuseSecond(classes: readonly KubeObject[], attributes: ValidatingAttributes): void {
  const { name } = globalDefault(classes);
  if (name === '' || (attributes.operation === 'UPDATE' && name === attributes.object?.metadata.name)) return;
  throw admissionForbidden(
    attributes,
    `PriorityClass ${name} is already marked as default. Only one default can exist`,
  );
}

/** The class that is marked as default; of several the one with the lowest value. */
function globalDefault(objects: readonly KubeObject[]): Resolved {
  const classes = objects as readonly PriorityClass[];
  let chosen: PriorityClass | undefined;
  for (const candidate of classes) {
    if (candidate.globalDefault && (chosen === undefined || candidate.value < chosen.value)) chosen = candidate;
  }
  return {
    name: chosen?.metadata.name ?? '',
    priority: chosen?.value ?? 0,
    preemptionPolicy: chosen?.preemptionPolicy ?? DEFAULT_POLICY,
  };
}
