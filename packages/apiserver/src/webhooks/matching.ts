import type { KindDefinition } from '@tabernetes/api';
import type { RuleWithOperations } from '@tabernetes/api/types/admissionregistration-v1';
import {
  type GroupVersionKind,
  type KubeObject,
  type LabelSelector,
  labelSelectorAsSelector,
} from '@tabernetes/apimachinery';
import type { ValidatingAttributes } from '../admission.ts';
import { withoutResourceVersion } from '../registry/versions.ts';
import type { ServerReader } from '../server-reader.ts';

/** A rule of a webhook or of a policy; names are those of objects. */
export type Rule = RuleWithOperations & { readonly resourceNames?: readonly string[] };

/** As what a request is looked at: a rule may speak of another version of the same objects. */
export interface Matched {
  readonly definition: KindDefinition;
  readonly kind: GroupVersionKind;
}

/** Attributes with the object in its final or its present form. */
export type MatchAttributes = ValidatingAttributes;

/** As outsiders see a request: what is being created has no resourceVersion, whose place the server holds already. */
export function asSeenOutside(attributes: MatchAttributes): MatchAttributes {
  const { operation, object } = attributes;
  if (operation !== 'CREATE' || object?.metadata?.resourceVersion !== '0') return attributes;
  return { ...attributes, object: withoutResourceVersion(object) };
}

/**
 * The first rule's version of the request; undefined: no rule speaks of it.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/predicates/rules/rules.go
 */
export function matchedBy(
  rules: readonly Rule[],
  matchPolicy: string | undefined,
  attributes: MatchAttributes,
  reader: ServerReader,
): Matched | undefined {
  const { definition, kind } = attributes;
  if (rules.some((rule) => ruleMatches(rule, definition, attributes))) return { definition, kind };
  if (matchPolicy === 'Exact') return undefined;
  const others = reader.versionsOf(definition).filter((each) => each.version !== definition.version);
  for (const rule of rules) {
    for (const other of others) {
      if (!ruleMatches(rule, other, attributes)) continue;
      // A sub-resource's kind (Scale) is the same in every version.
      const isOwn = kind.kind === definition.kind && kind.group === definition.group;
      return { definition: other, kind: isOwn ? other : kind };
    }
  }
  return undefined;
}

function ruleMatches(rule: Rule, { group, version, plural }: KindDefinition, attributes: MatchAttributes): boolean {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], resourceNames = [], scope = '*' } = rule;
  const has = (list: readonly string[], value: string): boolean => list.includes('*') || list.includes(value);
  if (!has(operations, attributes.operation) || !has(apiGroups, group) || !has(apiVersions, version)) return false;
  if (!resources.some((each) => resourceMatches(each, plural, attributes.subresource))) return false;
  if (resourceNames.length > 0 && !resourceNames.includes(attributes.name)) return false;
  if (scope === '*') return true;
  const inNamespace = !isNamespace(attributes) && attributes.namespace !== '';
  return (scope === 'Namespaced') === inNamespace;
}

function resourceMatches(pattern: string, plural: string, subresource: string): boolean {
  const [resource = '', sub = ''] = pattern.split('/');
  return (resource === '*' || resource === plural) && (sub === '*' || sub === subresource);
}

const isNamespace = ({ definition }: MatchAttributes): boolean =>
  definition.group === '' && definition.plural === 'namespaces';

/** Name of the Namespace that a request is about; empty: none, it is cluster-wide. */
export const namespaceOf = (attributes: MatchAttributes): string =>
  isNamespace(attributes) ? attributes.name : attributes.namespace;

/** What is cluster-wide always matches; a Namespace is selected by its own labels. */
export async function namespaceMatches(
  selector: LabelSelector | undefined,
  attributes: MatchAttributes,
  reader: ServerReader,
): Promise<boolean> {
  if (isEmpty(selector)) return true;
  const name = namespaceOf(attributes);
  if (name === '') return true;
  const { operation, subresource } = attributes;
  const isChanged = subresource === '' && (operation === 'CREATE' || operation === 'UPDATE');
  const namespace = isNamespace(attributes) && isChanged ? attributes.object : await reader.get(NAMESPACES, '', name);
  return labelSelectorAsSelector(selector).matches(namespace?.metadata.labels);
}

/** The new or the old object may be selected. */
export function objectMatches(selector: LabelSelector | undefined, { object, old }: MatchAttributes): boolean {
  if (isEmpty(selector)) return true;
  const wanted = labelSelectorAsSelector(selector);
  // What a connection asks for has no metadata.
  const has = (each: KubeObject | undefined): boolean =>
    each?.metadata !== undefined && wanted.matches(each.metadata.labels);
  return has(object) || has(old);
}

export const NAMESPACES = { group: '', plural: 'namespaces' };

const isEmpty = (selector: LabelSelector | undefined): selector is undefined =>
  selector === undefined ||
  (Object.keys(selector.matchLabels ?? {}).length === 0 && (selector.matchExpressions ?? []).length === 0);

/** What decides about admission is not itself admitted by what it decides. */
export const isAdmissionConfiguration = ({ definition: { group, plural } }: MatchAttributes): boolean =>
  group === 'admissionregistration.k8s.io' && CONFIGURATIONS.has(plural);

/** Policies are not admitted by policies; the configurations of webhooks are. */
export const isPolicy = ({ definition: { group, plural } }: MatchAttributes): boolean =>
  group === 'admissionregistration.k8s.io' && POLICIES.has(plural);

const POLICIES: ReadonlySet<string> = new Set([
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]);

const CONFIGURATIONS: ReadonlySet<string> = new Set([
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  ...POLICIES,
]);

/** Whether somebody else has to be asked for an object as another version shows it: {@link converted}. */
export const mustBeAsked = (from: KindDefinition, to: KindDefinition): boolean =>
  from.version !== to.version && converterOf(from, to) !== undefined;

/** An object as another version shows it. @throws {StatusError} whoever converts cannot */
export async function converted(object: KubeObject, from: KindDefinition, to: KindDefinition): Promise<KubeObject> {
  const convert = from.version === to.version ? undefined : converterOf(from, to);
  if (convert === undefined) return asVersion(object, from, to);
  const [answer = object] = await convert([structuredClone(object)], `${to.group}/${to.version}`);
  return answer;
}

const converterOf = (from: KindDefinition, to: KindDefinition) => from.storedAs?.convert ?? to.storedAs?.convert;

/** The same at once, where nobody {@link mustBeAsked}. */
export function asVersion(object: KubeObject, from: KindDefinition, to: KindDefinition): KubeObject {
  if (from === to || from.version === to.version) return object;
  const stored = from.storedAs ? from.storedAs.toStored(object) : object;
  return to.storedAs ? to.storedAs.fromStored(stored) : stored;
}
