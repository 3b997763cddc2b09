import type { Namespace, Pod, PodSpec } from '@tabernetes/api/types/core-v1';
import {
  type FieldError,
  fieldErrorText,
  internal,
  invalidStatus,
  type KubeObject,
  type ObjectMeta,
} from '@tabernetes/apimachinery';
import { type Clock, fetchedOnce } from '@tabernetes/base';
import type { AdmissionPlugin, ValidatingAttributes } from '../../admission.ts';
import type { ServerReader } from '../../server-reader.ts';
import { withObject } from '../at-hand.ts';
import { admissionForbidden } from '../forbidden.ts';
import type { PodParts, Violation } from './check.ts';
import { isSame, isStricter, LABEL_PREFIX, type LevelVersion, levelText, type Policy, policyOf } from './policy.ts';

const NAMESPACES = { group: '', plural: 'namespaces' };

/**
 * Holds Pods to the Pod Security Standard that their Namespace asks for by labels: refuses them, or warns. Workloads are only warned
 * about, by their template. Nobody is exempt. The checks are fetched when a Namespace asks for them, which most do not.
 *
 * @see https://kubernetes.io/docs/concepts/security/pod-security-admission/
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/pod-security-admission/admission/admission.go
 */
export function podSecurity(clock: Pick<Clock, 'hold'>): AdmissionPlugin {
  const fetched = fetchedOnce(clock, () => import('./standards.ts'));
  const checkPod = (home: KubeObject | undefined, attributes: ValidatingAttributes): void | Promise<void> => {
    const asked = askedOf(home, attributes);
    if (asked === undefined) return undefined;
    const standards = fetched();
    return standards instanceof Promise
      ? standards.then((them) => judge(them, asked, attributes))
      : judge(standards, asked, attributes);
  };
  return {
    name: 'PodSecurity',
    operations: ['CREATE', 'UPDATE'],
    resources: ['namespaces', ...Object.keys(TEMPLATES)],
    validate(attributes, reader) {
      const { definition, resource, subresource, object } = attributes;
      if (object === undefined) return;
      if (resource === 'namespaces') {
        if (definition.group === '' && subresource === '') return checkNamespace(attributes, object, reader, fetched);
        return;
      }
      const template = TEMPLATES[resource];
      if (template === undefined || template.group !== definition.group) return;
      if (resource === 'pods' ? IGNORED.has(subresource) : subresource !== '') return;
      return withObject(reader, NAMESPACES, '', attributes.namespace, attributes, checkPod);
    },
  };
}

type Standards = typeof import('./standards.ts');

type Template = { readonly metadata?: ObjectMeta; readonly spec?: PodSpec } | undefined;

/** Where a kind has its Pod, by plural. */
const TEMPLATES: Readonly<
  Record<string, { readonly group: string; readonly podOf: (object: KubeObject) => Template } | undefined>
> = {
  pods: { group: '', podOf: (object) => object as Pod },
  replicationcontrollers: { group: '', podOf: templateOf },
  podtemplates: { group: '', podOf: (object) => (object as { readonly template?: Template }).template },
  replicasets: { group: 'apps', podOf: templateOf },
  deployments: { group: 'apps', podOf: templateOf },
  statefulsets: { group: 'apps', podOf: templateOf },
  daemonsets: { group: 'apps', podOf: templateOf },
  jobs: { group: 'batch', podOf: templateOf },
  cronjobs: {
    group: 'batch',
    podOf: (object) => templateOf((object as { readonly spec?: { readonly jobTemplate?: object } }).spec?.jobTemplate),
  },
};

function templateOf(object: object | undefined): Template {
  return (object as { readonly spec?: { readonly template?: Template } } | undefined)?.spec?.template;
}

/** Sub-resources that cannot change what a Pod may do. */
const IGNORED: ReadonlySet<string> = new Set('exec attach binding eviction log portforward proxy status'.split(' '));

/** A Pod, or what Pods are made from, and the levels that its Namespace asks for. */
interface Asked {
  readonly pod: PodParts;
  readonly policy: Policy;
}

/** What is to be checked; undefined: nothing. */
function askedOf(home: KubeObject | undefined, attributes: ValidatingAttributes): Asked | undefined {
  const { resource, namespace, operation, object, old } = attributes;
  const isPod = resource === 'pods';
  if (home === undefined) {
    if (!isPod) return undefined;
    throw internal(`failed to lookup namespace ${JSON.stringify(namespace)}`);
  }
  const { policy, errors } = policyOf(home.metadata.labels);
  const { enforce, audit, warn } = policy;
  const relaxed = warn.level === 'privileged' && audit.level === 'privileged';
  if (errors.length === 0 && relaxed && (!isPod || enforce.level === 'privileged')) return undefined;
  const template = object && TEMPLATES[resource]?.podOf(object);
  if (template?.spec === undefined) return undefined;
  if (isPod && operation === 'UPDATE' && !changesContainers((object as Pod).spec, (old as Pod | undefined)?.spec))
    return undefined;
  return { pod: { annotations: template.metadata?.annotations ?? {}, spec: template.spec }, policy };
}

/** @throws {StatusError} Forbidden */
function judge({ detailText, violations }: Standards, { pod, policy }: Asked, attributes: ValidatingAttributes): void {
  const { enforce, audit, warn } = policy;
  const wouldViolate = (level: LevelVersion, found: readonly Violation[]): string =>
    `would violate PodSecurity "${levelText(level)}": ${detailText(found)}`;
  const isPod = attributes.resource === 'pods';
  if (isPod) attributes.annotate(`${LABEL_PREFIX}enforce-policy`, levelText(enforce));
  const enforced = isPod ? violations(enforce, pod) : [];
  const of = (level: LevelVersion): readonly Violation[] =>
    isPod && isSame(level, enforce) ? enforced : violations(level, pod);
  const audited = of(audit);
  if (audited.length > 0) attributes.annotate(`${LABEL_PREFIX}audit-violations`, wouldViolate(audit, audited));
  if (enforced.length > 0) {
    throw admissionForbidden(attributes, `violates PodSecurity "${levelText(enforce)}": ${detailText(enforced)}`);
  }
  const warned = of(warn);
  if (warned.length > 0) attributes.warn(wouldViolate(warn, warned));
}

/** Of a Pod that exists, only its images and ephemeral containers can change in ways that matter. */
function changesContainers(spec: PodSpec | undefined, old: PodSpec | undefined): boolean {
  const lists = ['containers', 'initContainers'] as const;
  for (const list of lists) {
    const [now, before] = [spec?.[list] ?? [], old?.[list] ?? []];
    if (now.length !== before.length || now.some(({ image }, i) => image !== before[i]?.image)) return true;
  }
  const before = old?.ephemeralContainers ?? [];
  return (spec?.ephemeralContainers ?? []).some(
    ({ name, image }) => before.find((container) => container.name === name)?.image !== image,
  );
}

async function checkNamespace(
  attributes: ValidatingAttributes,
  object: KubeObject,
  reader: ServerReader,
  fetched: () => Standards | Promise<Standards>,
): Promise<void> {
  const { labels } = (object as Namespace).metadata;
  const before = attributes.old?.metadata.labels;
  if (attributes.operation === 'UPDATE' && labels === before) return;
  const { policy, errors } = policyOf(labels);
  const old = policyOf(before);
  if (errors.length > 0 && (attributes.operation !== 'UPDATE' || texts(errors) !== texts(old.errors))) {
    throw invalidStatus({ group: '', kind: 'Namespace' }, attributes.name, errors);
  }
  if (attributes.operation !== 'UPDATE') return;
  const { enforce } = policy;
  const was = old.policy.enforce;
  if (isSame(enforce, was) || enforce.level === 'privileged') return;
  if (enforce.minor === was.minor && !isStricter(enforce.level, was.level)) return;
  const { existingPodWarnings } = await fetched();
  for (const text of await existingPodWarnings(reader, attributes.name, enforce)) attributes.warn(text);
}

const texts = (errors: readonly FieldError[]): string => errors.map(fieldErrorText).join('\n');
