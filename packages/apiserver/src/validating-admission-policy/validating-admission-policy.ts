import type {
  MatchResources,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '@tabernetes/api/types/admissionregistration-v1';
import { type KubeObject, StatusError } from '@tabernetes/apimachinery';
import type { Disposable } from '@tabernetes/base';
import type { Store } from '@tabernetes/storage';
import { admissionForbidden } from '../admission/forbidden.ts';
import type { AdmissionPlugin, ValidatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';
import {
  asSeenOutside,
  isPolicy,
  type Matched,
  matchedBy,
  NAMESPACES,
  namespaceMatches,
  namespaceOf,
  objectMatches,
} from '../webhooks/matching.ts';
import { storedObjects } from '../webhooks/stored-objects.ts';
import { type Annotation, type Denial, evaluatePolicy } from './evaluate-policy.ts';
import { ConfigurationError, collectParams, paramDefinition } from './parameters.ts';

const GROUP = 'admissionregistration.k8s.io';

const AUDITED = 'validation.policy.admission.k8s.io/validation_failure';

interface Denied extends Denial {
  readonly policy: string;
  readonly binding?: string;
}

/**
 * Holds requests against ValidatingAdmissionPolicies, as their bindings say. Policies count from the moment at which they
 * are written. Resolves when all that are stored are known.
 * @see https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 */
export async function validatingAdmissionPolicy(store: Store<KubeObject>): Promise<AdmissionPlugin & Disposable> {
  const policies = await storedObjects<ValidatingAdmissionPolicy>(store, {
    group: GROUP,
    plural: 'validatingadmissionpolicies',
  });
  const bindings = await storedObjects<ValidatingAdmissionPolicyBinding>(store, {
    group: GROUP,
    plural: 'validatingadmissionpolicybindings',
  });
  return {
    name: 'ValidatingAdmissionPolicy',
    isIdle: () => bindings.list().length === 0,
    validate(attributes, reader) {
      if (bindings.list().length === 0 || isPolicy(attributes) || isReview(attributes)) return;
      return dispatch(policies.list(), bindings.list(), asSeenOutside(attributes), reader);
    },
    dispose() {
      policies.dispose();
      bindings.dispose();
    },
  };
}

/** Questions about users and their rights are not to be answered by a policy. */
const isReview = ({ definition: { group } }: ValidatingAttributes): boolean =>
  group === 'authentication.k8s.io' || group === 'authorization.k8s.io';

async function dispatch(
  policies: readonly ValidatingAdmissionPolicy[],
  bindings: readonly ValidatingAdmissionPolicyBinding[],
  attributes: ValidatingAttributes,
  reader: ServerReader,
): Promise<void> {
  const denied: Denied[] = [];
  for (const policy of policies) {
    const name = policy.metadata.name ?? '';
    const own = bindings.filter(({ spec }) => spec?.policyName === name);
    if (own.length === 0) continue;
    const matched = await matches(policy.spec?.matchConstraints, attributes, reader);
    if (matched === undefined) continue;
    const misconfigured = (what: string, error: unknown, binding?: string): void => {
      if (!(error instanceof ConfigurationError)) throw error;
      if (policy.spec?.failurePolicy === 'Ignore') return;
      const message = `failed to configure ${what}: ${error.message}`;
      denied.push({ policy: name, message, ...(binding !== undefined && { binding }) });
    };
    try {
      paramDefinition(policy.spec?.paramKind, reader);
    } catch (error) {
      misconfigured('policy', error);
      continue;
    }
    const annotations: Annotation[] = [];
    for (const binding of own) {
      try {
        const found = await evaluateBinding(policy, binding, matched, attributes, reader);
        denied.push(...found.denied);
        annotations.push(...found.annotations);
      } catch (error) {
        misconfigured('binding', error, binding.metadata.name ?? '');
      }
    }
    annotate(name, annotations, attributes);
  }
  const [first] = denied;
  if (first !== undefined) throw refusal(attributes, first);
}

/** Bindings and parameters may say different things under one key. */
function annotate(policy: string, annotations: readonly Annotation[], attributes: ValidatingAttributes): void {
  const byKey = new Map<string, Set<string>>();
  for (const { key, value } of annotations) byKey.set(key, (byKey.get(key) ?? new Set()).add(value));
  for (const [key, values] of byKey) attributes.annotate(`${policy}/${key}`, [...values].join(', '));
}

async function evaluateBinding(
  policy: ValidatingAdmissionPolicy,
  { metadata, spec = {} }: ValidatingAdmissionPolicyBinding,
  matched: Matched,
  attributes: ValidatingAttributes,
  reader: ServerReader,
): Promise<{ readonly denied: readonly Denied[]; readonly annotations: readonly Annotation[] }> {
  if (spec.matchResources && (await matches(spec.matchResources, attributes, reader)) === undefined) {
    return { denied: [], annotations: [] };
  }
  const [name, binding] = [policy.metadata.name ?? '', metadata.name ?? ''];
  const namespace = namespaceOf(attributes);
  const definition = paramDefinition(policy.spec?.paramKind, reader);
  const params = await collectParams(definition, spec.paramRef, attributes.namespace, reader);
  const isNamespace = attributes.definition.group === '' && attributes.definition.plural === 'namespaces';
  const namespaceObject = namespace === '' || isNamespace ? undefined : await reader.get(NAMESPACES, '', namespace);
  const denied: Denied[] = [];
  const annotations: Annotation[] = [];
  for (const param of params) {
    const inputs = {
      attributes,
      matched,
      reader,
      params: param,
      namespaceObject: namespaceObject && plain(namespaceObject),
    };
    const { denials, broken, annotations: made } = await evaluatePolicy(policy, inputs);
    annotations.push(...made);
    for (const denial of denials) {
      for (const action of spec.validationActions ?? []) {
        if (action === 'Deny') denied.push({ ...denial, policy: name, binding });
        if (action === 'Audit') {
          const { message, rule: expressionIndex = 0 } = denial;
          const failure = {
            message,
            policy: name,
            binding,
            expressionIndex,
            validationActions: spec.validationActions,
          };
          attributes.annotate(AUDITED, JSON.stringify([failure]));
        }
        if (action !== 'Warn') continue;
        attributes.warn(
          `Validation failed for ValidatingAdmissionPolicy '${name}' with binding '${binding}': ${denial.message}`,
        );
      }
    }
    for (const each of broken) denied.push({ ...each, policy: name, binding });
  }
  return { denied, annotations };
}

/** What expressions see of a Namespace: not who manages and owns it. */
function plain(namespace: KubeObject): KubeObject {
  const {
    managedFields: _,
    ownerReferences: __,
    selfLink: ___,
    ...metadata
  } = namespace.metadata as KubeObject['metadata'] & {
    selfLink?: string;
  };
  return { ...namespace, metadata };
}

/** As what a policy or a binding sees the request; undefined: it is none of its business. */
async function matches(
  match: MatchResources | undefined,
  attributes: ValidatingAttributes,
  reader: ServerReader,
): Promise<Matched | undefined> {
  const { namespaceSelector, objectSelector, matchPolicy, excludeResourceRules = [], resourceRules = [] } = match ?? {};
  const { definition, kind } = attributes;
  const matched =
    resourceRules.length === 0 ? { definition, kind } : matchedBy(resourceRules, matchPolicy, attributes, reader);
  if (matched === undefined || matchedBy(excludeResourceRules, matchPolicy, attributes, reader)) return undefined;
  if (!objectMatches(objectSelector, attributes)) return undefined;
  return (await namespaceMatches(namespaceSelector, attributes, reader)) ? matched : undefined;
}

const CODES: Readonly<Record<string, number>> = { Forbidden: 403, Unauthorized: 401, RequestEntityTooLarge: 413 };

function refusal(
  attributes: ValidatingAttributes,
  { policy, binding, message, reason = 'Invalid' }: Denied,
): StatusError {
  const by = binding === undefined ? '' : ` with binding '${binding}'`;
  const text = `ValidatingAdmissionPolicy '${policy}'${by} denied request: ${message}`;
  const { status } = admissionForbidden(attributes, text);
  return new StatusError({
    ...status,
    reason,
    code: CODES[reason] ?? 422,
    details: { ...status.details, causes: [...(status.details?.causes ?? []), { message: text }] },
  });
}
