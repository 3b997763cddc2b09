import {
  differingFields,
  type FieldError,
  forbidden,
  goQuote,
  invalid,
  required,
  type StructSchema,
  semanticEqual,
} from '@tabernetes/apimachinery';
import type { Affinity, Container, NodeAffinity, Pod, PodSpec, Toleration } from '../generated/core-v1.ts';
import { goDiff } from '../go-diff/index.ts';
import { dumpGo } from '../go-layout.ts';
import { schemaOf } from '../schema/schemas.ts';
import { podValidationOptions } from './options.ts';
import { between, type Errors } from './rules.ts';
import { validatePodAsIs } from './validate.ts';
import { MIRROR_ANNOTATION, validateAnnotationUpdate } from './validate-annotations.ts';
import { validateImageText } from './validate-containers.ts';
import { MAX_INT32 } from './validate-pod-spec.ts';
import { validateTolerations } from './validate-tolerations.ts';

const NO_SPEC: PodSpec = { containers: [] };
const schema = (name: string): StructSchema => schemaOf(`io.k8s.api.core.v1.${name}`);

const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** Fields with rules of their own; everything else stays as it was created. */
const CHECKED_BY_RULE: ReadonlySet<keyof PodSpec> = new Set([
  'containers',
  'initContainers',
  'activeDeadlineSeconds',
  'tolerations',
  'schedulingGates',
]);

/**
 * Rules of a changed Pod but for its metadata: what it is now, and what may change at all.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePodUpdate
 */
export function validatePodUpdate(pod: Pod, old: Pod): FieldError[] {
  const options = { ...podValidationOptions(old), resourceIsPod: true };
  const errors: Errors = validatePodAsIs(pod, options);
  validateAnnotationUpdate(errors, pod, old, 'metadata.annotations', options);
  const now = pod.spec ?? NO_SPEC;
  const before = old.spec ?? NO_SPEC;
  if (!validateImages(errors, now.containers ?? [], before.containers ?? [], 'spec.containers')) return errors;
  if (!validateImages(errors, now.initContainers ?? [], before.initContainers ?? [], 'spec.initContainers')) {
    return errors;
  }
  if (!validateDeadline(errors, now.activeDeadlineSeconds, before.activeDeadlineSeconds)) return errors;
  validateOnlyAddedTolerations(errors, now.tolerations ?? [], before.tolerations ?? []);
  validateOnlyDeletedGates(errors, now, before);
  const fixed = now === before ? undefined : forbiddenChange(errors, now, before);
  if (fixed) {
    const difference = goDiff('core.PodSpec', internalSpec(before), internalSpec(fixed));
    errors.push(forbidden('spec', `pod updates may not change fields other than ${UPDATABLE}\n${difference}`));
  }
  return errors;
}

/** False: the lists cannot be compared, and upstream stops here. */
function validateImages(
  errors: Errors,
  now: readonly Container[],
  before: readonly Container[],
  path: string,
): boolean {
  if (now.length !== before.length) {
    errors.push(forbidden(path, 'pod updates may not add or remove containers'));
    return false;
  }
  for (const [i, container] of now.entries()) {
    if (!container.image) errors.push(required(`${path}[${i}].image`));
    validateImageText(errors, container, `${path}[${i}]`);
  }
  return true;
}

/** A deadline can be set once and shortened, never lengthened or taken away. False: upstream stops here. */
function validateDeadline(errors: Errors, now: number | undefined, before: number | undefined): boolean {
  const path = 'spec.activeDeadlineSeconds';
  if (now === undefined) {
    if (before !== undefined) {
      errors.push(invalid(path, undefined, 'must not update from a positive integer to nil value'));
    }
    return true;
  }
  const detail =
    now < 0 || now > MAX_INT32
      ? between(0, MAX_INT32)
      : before !== undefined && before < now
        ? 'must be less than or equal to previous value'
        : undefined;
  if (detail === undefined) return true;
  errors.push(invalid(path, now, detail));
  return false;
}

function validateOnlyAddedTolerations(errors: Errors, now: readonly Toleration[], before: readonly Toleration[]): void {
  const path = 'spec.tolerations';
  if (!before.every((old) => now.some((toleration) => isSameToleration(toleration, old)))) {
    errors.push(forbidden(path, 'existing toleration can not be modified except its tolerationSeconds'));
    return;
  }
  validateTolerations(errors, now, path);
}

const isSameToleration = (a: Toleration, b: Toleration): boolean =>
  (a.key ?? '') === (b.key ?? '') &&
  (a.operator ?? '') === (b.operator ?? '') &&
  (a.value ?? '') === (b.value ?? '') &&
  (a.effect ?? '') === (b.effect ?? '');

function validateOnlyDeletedGates(errors: Errors, now: PodSpec, before: PodSpec): void {
  const known = new Set((before.schedulingGates ?? []).map(({ name }) => name));
  const added = new Map<string, number>();
  for (const [i, { name = '' }] of (now.schedulingGates ?? []).entries()) if (!known.has(name)) added.set(name, i);
  for (const [name, i] of added) {
    const detail = `only deletion is allowed, but found new scheduling gate '${name}'`;
    errors.push(forbidden(`spec.schedulingGates[${i}].name`, detail));
  }
}

/**
 * The new spec with all that may change as it was before, if it still differs. Adds what is wrong with changes that
 * gated Pods may make.
 */
function forbiddenChange(errors: Errors, now: PodSpec, before: PodSpec): PodSpec | undefined {
  const differing = new Set(differingFields(schema('PodSpec'), now, before));
  const allowed = new Set<keyof PodSpec>(CHECKED_BY_RULE);
  if ((before.terminationGracePeriodSeconds ?? 0) < 0 && now.terminationGracePeriodSeconds === 1) {
    allowed.add('terminationGracePeriodSeconds');
  }
  if (before.schedulingGates?.length) {
    if (differing.has('nodeSelector')) {
      allowed.add('nodeSelector');
      validateNodeSelectorChange(errors, now, before);
    }
    if (differing.has('affinity') && onlyNodeAffinityDiffers(errors, now.affinity, before.affinity)) {
      allowed.add('affinity');
    }
  }
  for (const name of allowed) differing.delete(name);
  if (
    differing.size === 0 &&
    differOnlyInImage(now.containers, before.containers) &&
    differOnlyInImage(now.initContainers, before.initContainers)
  ) {
    return undefined;
  }
  const kept = Object.fromEntries([...allowed].map((name) => [name, before[name]]));
  const containers = withImagesOf(before.containers, now.containers);
  const initContainers = withImagesOf(before.initContainers, now.initContainers);
  return { ...now, ...kept, containers, ...(initContainers && { initContainers }) };
}

const withImagesOf = <T extends readonly Container[] | undefined>(before: T, now: T): T =>
  now?.map((container, i) => ({ ...container, image: before?.[i]?.image ?? '' })) as readonly Container[] as T;

/** As the server's internal type has it: what is shared with the host belongs to the security context. */
function internalSpec(spec: PodSpec): unknown {
  const { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers } = spec;
  const host = { hostNetwork, hostPID, hostIPC, shareProcessNamespace, hostUsers };
  return { ...spec, securityContext: { ...host, ...spec.securityContext } };
}

function differOnlyInImage(now: readonly Container[] = [], before: readonly Container[] = []): boolean {
  return now.every((container, i) => {
    const old = before[i] ?? {};
    if (container === old) return true;
    const fields = differingFields(schema('Container'), container, old);
    return fields.every((field) => field === 'image');
  });
}

function validateNodeSelectorChange(errors: Errors, now: PodSpec, before: PodSpec): void {
  const old = before.nodeSelector ?? {};
  if (Object.keys(old).every((key) => now.nodeSelector?.[key] === old[key])) return;
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  errors.push(invalid('spec.nodeSelector', dumpGo('map[string]string', now.nodeSelector), detail));
}

/** A gated Pod may narrow down the nodes that it wants; its wishes about other Pods are fixed. */
function onlyNodeAffinityDiffers(errors: Errors, now: Affinity | undefined, before: Affinity | undefined): boolean {
  if (isSamePointer('NodeAffinity', now?.nodeAffinity, before?.nodeAffinity)) return false;
  validateNodeAffinityChange(errors, now?.nodeAffinity, before?.nodeAffinity);
  return (
    isSamePointer('PodAffinity', now?.podAffinity, before?.podAffinity) &&
    isSamePointer('PodAntiAffinity', now?.podAntiAffinity, before?.podAntiAffinity)
  );
}

/** Absent and empty differ, as behind a Go pointer. */
const isSamePointer = (type: string, a: object | undefined, b: object | undefined): boolean =>
  a === b || (a !== undefined && b !== undefined && semanticEqual(a, b, schema(type)));

function validateNodeAffinityChange(
  errors: Errors,
  now: NodeAffinity | undefined,
  before: NodeAffinity | undefined,
): void {
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const oldTerms = before?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const terms = now?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  if (oldTerms.length === 0) return;
  if (oldTerms.length !== terms.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    errors.push(invalid(path, dumpGo('[]core.NodeSelectorTerm', terms.length > 0 ? terms : undefined), detail));
    return;
  }
  for (const [i, old] of oldTerms.entries()) {
    const term = terms[i] ?? {};
    if (hasOnlyAdditions(term, old)) continue;
    const detail = 'only additions are allowed (no mutations or deletions)';
    errors.push(invalid(`${path}[${i}]`, dumpGo('core.NodeSelectorTerm', term), detail));
  }
}

type Term = NonNullable<NodeAffinity['requiredDuringSchedulingIgnoredDuringExecution']>['nodeSelectorTerms'][number];

function hasOnlyAdditions(now: Term, before: Term): boolean {
  const { matchExpressions = [], matchFields = [] } = before;
  if (matchExpressions.length === 0 && matchFields.length === 0) {
    return !now.matchExpressions?.length && !now.matchFields?.length;
  }
  const requirement = schema('NodeSelectorRequirement');
  return (
    matchExpressions.every(
      (r, i) => now.matchExpressions?.[i] && semanticEqual(now.matchExpressions[i], r, requirement),
    ) && matchFields.every((r, i) => now.matchFields?.[i] && semanticEqual(now.matchFields[i], r, requirement))
  );
}

/**
 * Rules of the ephemeralcontainers sub-resource: containers may be added to a running Pod, and stay.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/core/validation/validation.go ValidatePodEphemeralContainersUpdate
 */
export function validateEphemeralContainersUpdate(pod: Pod, old: Pod): FieldError[] {
  if (old.metadata.annotations?.[MIRROR_ANNOTATION] !== undefined) {
    return [forbidden('', 'static pods do not support ephemeral containers')];
  }
  const options = { ...podValidationOptions(old), resourceIsPod: true };
  const errors: Errors = validatePodAsIs(pod, options);
  validateAnnotationUpdate(errors, pod, old, 'metadata.annotations', options);
  const path = 'spec.ephemeralContainers';
  const now = new Map((pod.spec?.ephemeralContainers ?? []).map((container) => [container.name, container]));
  for (const container of old.spec?.ephemeralContainers ?? []) {
    const name = goQuote(container.name);
    const next = now.get(container.name);
    if (next === undefined) {
      errors.push(forbidden(path, `existing ephemeral containers ${name} may not be removed\n`));
    } else if (!semanticEqual(next, container, schema('EphemeralContainer'))) {
      errors.push(forbidden(path, `existing ephemeral containers ${name} may not be changed\n`));
    }
  }
  return errors;
}
