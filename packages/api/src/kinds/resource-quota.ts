import { type Draft, type FieldError, type GoText, invalid, required } from '@tabernetes/apimachinery';
import type { ResourceQuota, ResourceQuotaSpec } from '../generated/core-v1.ts';
import { dumpGo } from '../go-layout.ts';
import { defineKind } from '../kind.ts';
import { roundResources } from '../pod/quantities.ts';
import { isStandardQuotaResource } from '../pod/resource-names.ts';
import { bare } from '../pod/rules.ts';
import { validateQuantityOf, validateResourceName } from '../pod/validate-resources.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { resourceQuota as names } from './names/policies.ts';

/**
 * Limits what a namespace may use in total.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/resource-quota-v1/
 */
export const resourceQuota = defineKind<ResourceQuota>({
  ...names,
  resetFields: ['status'],
  returnsDeletedObject: true,

  defaults: ({ spec, status }) => {
    for (const list of [spec?.hard, status?.hard, status?.used]) if (list) roundResources(list);
  },
  prepareForCreate: (draft) => {
    draft.status = {};
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<ResourceQuota>['status'];
  },
  validate: ({ spec = {} }) => {
    const errors: FieldError[] = [];
    amountErrors(errors, spec.hard, 'spec.hard');
    scopeErrors(errors, spec);
    selectorErrors(errors, spec);
    return errors;
  },
  validateUpdate: ({ spec }, old) => {
    const now = new Set(spec?.scopes);
    const before = new Set(old.spec?.scopes);
    if (now.size === before.size && [...now].every((scope) => before.has(scope))) return [];
    return [invalid('spec.scopes', goScopes(spec?.scopes), 'field is immutable')];
  },

  columns: [
    nameColumn,
    ageColumn,
    {
      name: 'Request',
      type: 'string',
      description: 'Used and allowed amounts of everything but limits.',
      cell: (object) => usage(object, (name) => !name.startsWith('limits.')),
    },
    {
      name: 'Limit',
      type: 'string',
      description: 'Used and allowed sums of limits.',
      cell: (object) => usage(object, (name) => name.startsWith('limits.')),
    },
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<ResourceQuota>['spec'];
      },
      validateUpdate: ({ metadata, status }) => {
        const errors: FieldError[] = [];
        if (!metadata.resourceVersion) errors.push(required('resourceVersion'));
        amountErrors(errors, status?.hard, 'status.hard');
        amountErrors(errors, status?.used, 'status.used');
        return errors;
      },
    },
  ],
});

type Amounts = Readonly<Record<string, string>>;

function amountErrors(errors: FieldError[], amounts: Amounts | undefined, at: string): void {
  for (const [name, quantity] of Object.entries(amounts ?? {})) {
    const field = `${at}[${name}]`;
    validateResourceName(errors, name, field);
    if (!name.includes('/') && !isStandardQuotaResource(name)) {
      errors.push(invalid(field, bare(name), 'must be a standard resource for quota'));
    }
    validateQuantityOf(errors, name, quantity, field);
  }
}

const COMPUTE = ['cpu', 'memory', 'limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'];

/** What each scope may count. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  BestEffort: ['pods'],
  CrossNamespacePodAffinity: ['pods', ...COMPUTE],
  NotBestEffort: ['pods', ...COMPUTE],
  NotTerminating: ['pods', ...COMPUTE],
  PriorityClass: ['pods', ...COMPUTE],
  Terminating: ['pods', ...COMPUTE],
};
const OPPOSITES = [
  ['BestEffort', 'NotBestEffort'],
  ['Terminating', 'NotTerminating'],
] as const;

const countsWrongly = (scope: string, { hard = {} }: ResourceQuotaSpec): readonly string[] =>
  Object.keys(hard)
    .sort()
    .filter((name) => isStandardQuotaResource(name) && SCOPES[scope]?.includes(name) === false);

const goScopes = (scopes: readonly string[] | undefined): GoText => dumpGo('[]core.ResourceQuotaScope', scopes);

function scopeErrors(errors: FieldError[], spec: ResourceQuotaSpec): void {
  const scopes = spec.scopes ?? [];
  const refuse = (detail: string): void => {
    errors.push(invalid('spec.scopes', goScopes(scopes), detail));
  };
  for (const scope of scopes) {
    if (!Object.hasOwn(SCOPES, scope)) refuse('unsupported scope');
    for (const _ of countsWrongly(scope, spec)) refuse('unsupported scope applied to resource');
  }
  for (const pair of OPPOSITES) if (pair.every((scope) => scopes.includes(scope))) refuse('conflicting scopes');
}

const EXISTS_ONLY =
  "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function selectorErrors(errors: FieldError[], spec: ResourceQuotaSpec): void {
  const { scopeSelector: selector } = spec;
  if (selector === undefined) return;
  const at = 'spec.scopeSelector.matchExpressions';
  const named = new Set<string>();
  for (const { scopeName = '', operator = '', values } of selector.matchExpressions ?? []) {
    if (!Object.hasOwn(SCOPES, scopeName)) errors.push(invalid(`${at}.scopeName`, scopeName, 'unsupported scope'));
    for (const _ of countsWrongly(scopeName, spec)) {
      errors.push(invalid(at, dumpGo('core.ScopeSelector', selector), 'unsupported scope applied to resource'));
    }
    if (Object.hasOwn(SCOPES, scopeName) && scopeName !== 'PriorityClass' && operator !== 'Exists') {
      errors.push(invalid(`${at}.operator`, operator, EXISTS_ONLY));
    }
    if (operator === 'In' || operator === 'NotIn') {
      if (!values?.length) {
        const detail = "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector";
        errors.push(required(`${at}.values`, detail));
      }
    } else if (operator === 'Exists' || operator === 'DoesNotExist') {
      if (values?.length) {
        const detail = "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector";
        errors.push(invalid(`${at}.values`, dumpGo('[]string', values), detail));
      }
    } else errors.push(invalid(`${at}.operator`, operator, 'not a valid selector operator'));
    named.add(scopeName);
  }
  for (const pair of OPPOSITES) {
    if (pair.every((scope) => named.has(scope))) errors.push(invalid(at, goScopes(spec.scopes), 'conflicting scopes'));
  }
}

function usage({ status }: ResourceQuota, shown: (name: string) => boolean): string {
  const used = new Map(Object.entries(status?.used ?? {}));
  return Object.entries(status?.hard ?? {})
    .filter(([name]) => shown(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hard]) => `${name}: ${used.get(name) ?? '0'}/${hard}`)
    .join(', ');
}
