import {
  type FieldError,
  forbidden,
  GoText,
  goBytes,
  goStrings,
  invalid,
  isDns1035Label,
  isDns1123Subdomain,
  notSupported,
  required,
  validateImmutableField,
} from '@tabernetes/apimachinery';
import type {
  CustomResourceConversion,
  CustomResourceDefinition,
  CustomResourceDefinitionNames,
  CustomResourceDefinitionSpec,
  CustomResourceDefinitionVersion,
} from '../generated/apiextensions-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { type JsonSchema, someSchema } from '../structural/json-schema.ts';
import { type HoistedVersions, hoistVersions } from './custom-resource-definition-versions.ts';
import { validateShared, validateVersion } from './custom-resource-version-rules.ts';
import { authoritiesProblem } from './rules/certificates.ts';
import { validateExactName } from './rules/exact-name.ts';
import { parseGoUrl, UrlProblem } from './rules/go-url.ts';
import { validateWebhookClient } from './rules/webhook-client.ts';
import { validateReviewVersions } from './webhook-rules.ts';

/*
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation/validation.go
 */

const APPROVAL = 'api-approved.kubernetes.io';
const SCOPES = ['Cluster', 'Namespaced'];
const STRATEGIES = ['None', 'Webhook'];

export function definitionErrors(crd: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = crd;
  const prescribed = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`;
  validateExactName(errors, crd.metadata, prescribed, 'must be spec.names.plural+"."+spec.group');
  validateSpec(errors, spec, true);
  validateStatus(errors, crd);
  validateApproval(errors, crd, undefined);
  if (spec.preserveUnknownFields) refuseUnknownFields(errors);
  return errors;
}

export function definitionUpdateErrors(crd: CustomResourceDefinition, old: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  const { spec } = crd;
  const established = conditionIsTrue(old, 'Established');
  validateSpec(errors, spec, !established || hasBadCaBundle(old.spec.conversion));
  if (established) {
    errors.push(
      ...validateImmutableField(spec.scope, old.spec.scope, 'spec.scope'),
      ...validateImmutableField(spec.names?.kind, old.spec.names?.kind, 'spec.names.kind'),
    );
  }
  errors.push(
    ...validateImmutableField(spec.group, old.spec.group, 'spec.group'),
    ...validateImmutableField(spec.names?.plural, old.spec.names?.plural, 'spec.names.plural'),
  );
  validateStatus(errors, crd);
  validateApproval(errors, crd, old);
  if (spec.preserveUnknownFields && !old.spec.preserveUnknownFields) refuseUnknownFields(errors);
  return errors;
}

export function definitionStatusErrors({ status }: CustomResourceDefinition): FieldError[] {
  const errors: FieldError[] = [];
  if (status?.acceptedNames) validateNames(errors, status.acceptedNames, 'status.acceptedNames');
  return errors;
}

/** True when a condition of the definition is there and is True. */
const conditionIsTrue = ({ status }: CustomResourceDefinition, wanted: string): boolean =>
  status?.conditions?.find(({ type }) => type === wanted)?.status === 'True';

function validateSpec(errors: FieldError[], spec: CustomResourceDefinitionSpec, anyCaBundle: boolean): void {
  const { group = '', scope = '', names, conversion, preserveUnknownFields = false } = spec;
  const hoisted = hoistVersions(spec.versions);
  validateGroup(errors, group);
  if (scope === '') errors.push(required('spec.scope'));
  else if (!SCOPES.includes(scope)) errors.push(notSupported('spec.scope', scope, SCOPES));
  validateSchemasGiven(errors, hoisted);
  if (preserveUnknownFields && hasDefaults(spec)) {
    errors.push(invalid('spec.preserveUnknownFields', true, 'must be false in order to use defaults in the schema'));
  }
  validateVersions(errors, hoisted);
  for (const name of ['plural', 'singular', 'kind', 'listKind'] as const) {
    if (!names?.[name]) errors.push(required(`spec.names.${name}`));
  }
  if (names) validateNames(errors, names, 'spec.names');
  const parts = [hoisted.shared, ...hoisted.versions];
  validateShared(
    errors,
    hoisted.shared,
    parts.some(({ subresources }) => subresources?.status !== undefined),
  );
  if (conversion && conversion.strategy !== 'None' && preserveUnknownFields) {
    const detail = 'must be None if spec.preserveUnknownFields is true';
    errors.push(invalid('spec.conversion.strategy', conversion.strategy, detail));
  }
  if (conversion) validateConversion(errors, conversion, anyCaBundle);
}

function validateGroup(errors: FieldError[], group: string): void {
  const problems = isDns1123Subdomain(group);
  if (group === '') errors.push(required('spec.group'));
  else if (problems.length > 0) errors.push(invalid('spec.group', group, problems.join(',')));
  else if (!group.includes('.')) {
    errors.push(invalid('spec.group', group, 'should be a domain with at least one dot'));
  }
}

function validateSchemasGiven(errors: FieldError[], { versions, shared }: HoistedVersions): void {
  if (shared.schema?.openAPIV3Schema) return;
  for (const [i, { schema }] of versions.entries()) {
    if (schema?.openAPIV3Schema) continue;
    errors.push(required(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required'));
  }
}

function hasDefaults({ versions = [] }: CustomResourceDefinitionSpec): boolean {
  const isSet = ({ default: value }: JsonSchema): boolean => value !== undefined && value !== null;
  return versions.some(({ schema }) => someSchema(schema?.openAPIV3Schema, isSet));
}

function validateVersions(errors: FieldError[], hoisted: HoistedVersions): void {
  const { versions } = hoisted;
  const shown = (): GoText => dumpGo('[]apiextensions.CustomResourceDefinitionVersion', versionsOrNil(hoisted));
  for (const [i, version] of versions.entries()) {
    const problems = isDns1035Label(version.name ?? '');
    const at = `spec.versions[${i}]`;
    if (problems.length > 0) errors.push(invalid(`${at}.name`, version.name ?? '', problems.join(',')));
    validateVersion(errors, version, at, hoisted.shared);
  }
  if (new Set(versions.map(({ name }) => name)).size < versions.length) {
    errors.push(invalid('spec.versions', shown(), 'must contain unique version names'));
  }
  if (versions.filter(({ storage }) => storage).length !== 1) {
    errors.push(invalid('spec.versions', shown(), 'must have exactly one version marked as storage version'));
  }
  // The first version also has a field of its own inside of the server.
  const first = versions[0]?.name ?? '';
  const problems = first === '' ? [] : isDns1035Label(first);
  if (problems.length > 0) errors.push(invalid('spec.version', first, problems.join(',')));
}

const versionsOrNil = ({ given, versions }: HoistedVersions): readonly CustomResourceDefinitionVersion[] | undefined =>
  given ? versions : undefined;

function validateNames(errors: FieldError[], names: CustomResourceDefinitionNames, at: string): void {
  const label = (field: string, value: string | undefined, mixedCase = false): void => {
    const problems = value ? isDns1035Label(mixedCase ? value.toLowerCase() : value) : [];
    if (problems.length === 0) return;
    const detail = problems.join(',');
    errors.push(
      invalid(
        `${at}.${field}`,
        value,
        mixedCase ? `may have mixed case, but should otherwise match: ${detail}` : detail,
      ),
    );
  };
  const { kind, listKind, shortNames = [], categories = [] } = names;
  label('plural', names.plural);
  label('singular', names.singular);
  label('kind', kind, true);
  label('listKind', listKind, true);
  for (const [i, name] of shortNames.entries()) validateListed(errors, name, `${at}.shortNames[${i}]`);
  if (kind && kind === listKind) {
    errors.push(invalid(`${at}.listKind`, listKind, 'kind and listKind may not be the same'));
  }
  for (const [i, name] of categories.entries()) validateListed(errors, name, `${at}.categories[${i}]`);
}

function validateListed(errors: FieldError[], name: string, at: string): void {
  const problems = isDns1035Label(name);
  if (problems.length > 0) errors.push(invalid(at, name, problems.join(',')));
}

function validateConversion(errors: FieldError[], conversion: CustomResourceConversion, anyCaBundle: boolean): void {
  const at = 'spec.conversion';
  const { strategy = '', webhook } = conversion;
  const client = webhook?.clientConfig;
  const versions = webhook?.conversionReviewVersions ?? [];
  if (strategy === '') errors.push(required(`${at}.strategy`));
  else if (!STRATEGIES.includes(strategy)) errors.push(notSupported(`${at}.strategy`, strategy, STRATEGIES));
  const clientAt = `${at}.webhookClientConfig`;
  if (strategy !== 'Webhook') {
    const detail = 'should not be set when strategy is not set to Webhook';
    if (client) errors.push(forbidden(clientAt, detail));
    if (versions.length > 0) errors.push(forbidden(`${at}.conversionReviewVersions`, detail));
    return;
  }
  if (client === undefined) errors.push(required(clientAt, 'required when strategy is set to Webhook'));
  else {
    validateWebhookClient(errors, client, clientAt);
    const problem = client.caBundle && !anyCaBundle ? authoritiesProblem(client.caBundle) : undefined;
    if (problem !== undefined) {
      errors.push(invalid(`${clientAt}.caBundle`, new GoText(goBytes(client.caBundle)), problem));
    }
  }
  validateReviewVersions(errors, versions, `${at}.conversionReviewVersions`, true, '');
}

const hasBadCaBundle = (conversion: CustomResourceConversion | undefined): boolean => {
  const bundle = conversion?.webhook?.clientConfig?.caBundle;
  return Boolean(bundle) && authoritiesProblem(bundle ?? '') !== undefined;
};

function validateStatus(errors: FieldError[], crd: CustomResourceDefinition): void {
  errors.push(...definitionStatusErrors(crd));
  const at = 'status.storedVersions';
  const stored = crd.status?.storedVersions ?? [];
  const shown = new GoText(goStrings(stored.length > 0 ? stored : undefined));
  if (stored.length === 0) {
    errors.push(invalid(at, shown, 'must have at least one stored version'));
    return;
  }
  const names = new Set<string>();
  for (const { name, storage } of crd.spec.versions ?? []) {
    // A version that is there twice is found once.
    const found = stored.includes(name) && !names.has(name);
    names.add(name);
    if (storage && !found) errors.push(invalid(at, shown, `must have the storage version ${name}`));
  }
  for (const [i, name] of stored.entries()) {
    if (!names.has(name)) errors.push(invalid(`${at}[${i}]`, name, 'must appear in spec.versions'));
  }
}

type Approval = 'approved' | 'bypassed' | 'invalid' | 'missing';

/** Groups of the community need a link to who has approved of the API. */
function validateApproval(
  errors: FieldError[],
  crd: CustomResourceDefinition,
  old: CustomResourceDefinition | undefined,
): void {
  if (!/(?:^|\.)(?:k8s|kubernetes)\.io$/.test(crd.spec.group ?? '')) return;
  const state = approvalOf(crd);
  if (old && approvalOf(old) === state) return;
  const at = `metadata.annotations[${APPROVAL}]`;
  const see = 'see https://github.com/kubernetes/enhancements/pull/1111';
  const must = `protected groups must have approval annotation "${APPROVAL}"`;
  if (state === 'missing') errors.push(required(at, `${must}, ${see}`));
  else if (state === 'invalid') {
    const detail = `${must} with either a URL or a reason starting with "unapproved", ${see}`;
    errors.push(invalid(at, crd.metadata.annotations?.[APPROVAL] ?? '', detail));
  }
}

function approvalOf({ metadata }: CustomResourceDefinition): Approval {
  const text = metadata.annotations?.[APPROVAL] ?? '';
  if (text === '') return 'missing';
  if (text.startsWith('unapproved')) return 'bypassed';
  try {
    const { scheme, host } = parseGoUrl(text);
    return scheme !== '' && host !== '' ? 'approved' : 'invalid';
  } catch (error) {
    if (error instanceof UrlProblem) return 'invalid';
    throw error;
  }
}

function refuseUnknownFields(errors: FieldError[]): void {
  const detail =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  errors.push(invalid('spec.preserveUnknownFields', true, detail));
}
