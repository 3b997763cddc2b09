import {
  type Draft,
  type FieldError,
  goQuote,
  invalid,
  isDns1035Label,
  isDns1123Subdomain,
  isValidPathSegmentName,
  isValidPortNum,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type { APIService, APIServiceSpec, ServiceReference } from '../generated/apiregistration-v1.ts';
import { defineKind } from '../kind.ts';
import { reject } from '../pod/rules.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { validateExactName } from './rules/exact-name.ts';

/**
 * A version of an API group, and the server that has it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/api-service-v1/
 */
export const apiService = defineKind<APIService>({
  group: 'apiregistration.k8s.io',
  version: 'v1',
  kind: 'APIService',
  plural: 'apiservices',
  singular: 'apiservice',
  categories: ['api-extensions'],
  namespaced: false,
  storageVersionHash: 'InPBPD7+PqM=',
  schema: schemaOf('io.k8s.kube-aggregator.pkg.apis.apiregistration.v1.APIService'),
  validateName: isValidPathSegmentName,
  standardFinalizers: false,
  allowUnconditionalUpdate: false,
  resetFields: ['status'],

  defaults: ({ spec }) => {
    if (spec?.service) spec.service.port ??= HTTPS_PORT;
  },
  prepareForCreate: (draft, { now }) => {
    draft.status = draft.spec?.service ? {} : { conditions: [{ ...LOCAL, lastTransitionTime: now }] };
  },
  prepareForUpdate: (draft, old) => {
    draft.status = old.status as Draft<APIService>['status'];
  },
  validate: serviceErrors,
  metadataOnUpdate: ['change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Service',
      type: 'string',
      description: 'Service in front of the server that has this API; Local for the cluster itself.',
      cell: ({ spec }) => (spec?.service ? `${spec.service.namespace ?? ''}/${spec.service.name ?? ''}` : 'Local'),
    },
    {
      name: 'Available',
      type: 'string',
      description: 'Whether the server answers, and why not.',
      cell: availability,
    },
    ageColumn,
  ],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['metadata', 'spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<APIService>['spec'];
        const before = old.metadata as Draft<APIService>['metadata'];
        for (const field of ['labels', 'annotations', 'finalizers', 'ownerReferences'] as const) {
          if (before[field] === undefined) delete draft.metadata[field];
          else Object.assign(draft.metadata, { [field]: before[field] });
        }
      },
      validateUpdate: conditionErrors,
    },
  ],
});

const HTTPS_PORT = 443;
const MAX_GROUP_PRIORITY = 20_000;
const MAX_VERSION_PRIORITY = 1000;
const STATUSES = ['True', 'False', 'Unknown'];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/helpers.go */
const LOCAL = {
  type: 'Available',
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

const NO_SPEC: APIServiceSpec = { groupPriorityMinimum: 0, versionPriority: 0 };

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/kube-aggregator/pkg/apis/apiregistration/validation/validation.go */
function serviceErrors({ metadata, spec = NO_SPEC }: APIService): FieldError[] {
  const errors: FieldError[] = [];
  const { group = '', version = '', groupPriorityMinimum = 0, versionPriority = 0, service } = spec;
  const name = `${version}.${group}`;
  // A name that cannot stand in a path is told of that alone.
  if (isValidPathSegmentName(metadata.name ?? '').length === 0) {
    validateExactName(errors, metadata, name, `must be \`spec.version+"."+spec.group\`: ${goQuote(name)}`);
  }
  if (group === '' && version !== 'v1') {
    errors.push(required('spec.group', 'only v1 may have an empty group and it better be legacy kube'));
  }
  if (group !== '') reject(errors, 'spec.group', group, isDns1123Subdomain(group));
  reject(errors, 'spec.version', version, isDns1035Label(version));
  if (groupPriorityMinimum <= 0 || groupPriorityMinimum > MAX_GROUP_PRIORITY) {
    const detail = `must be positive and less than ${MAX_GROUP_PRIORITY}`;
    errors.push(invalid('spec.groupPriorityMinimum', groupPriorityMinimum, detail));
  }
  if (versionPriority <= 0 || versionPriority > MAX_VERSION_PRIORITY) {
    const detail = `must be positive and less than ${MAX_VERSION_PRIORITY}`;
    errors.push(invalid('spec.versionPriority', versionPriority, detail));
  }
  if (service) validateRemote(errors, service, spec);
  else validateLocal(errors, spec);
  return errors;
}

function validateLocal(errors: FieldError[], { caBundle, insecureSkipTLSVerify }: APIServiceSpec): void {
  if (caBundle) {
    const shown = `${atob(caBundle).length} bytes`;
    errors.push(invalid('spec.caBundle', shown, 'local APIServices may not have a caBundle'));
  }
  if (insecureSkipTLSVerify) {
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'local APIServices may not have insecureSkipTLSVerify'));
  }
}

function validateRemote(errors: FieldError[], service: ServiceReference, spec: APIServiceSpec): void {
  const { namespace, name, port = 0 } = service;
  if (!namespace) errors.push(required('spec.service.namespace'));
  if (!name) errors.push(required('spec.service.name'));
  const problems = isValidPortNum(port);
  if (problems.length > 0) {
    errors.push(invalid('spec.service.port', port, `port is not valid: ${problems.join(', ')}`));
  }
  if (spec.insecureSkipTLSVerify && spec.caBundle) {
    errors.push(invalid('spec.insecureSkipTLSVerify', true, 'may not be true if caBundle is present'));
  }
}

function conditionErrors({ status }: APIService): FieldError[] {
  const errors: FieldError[] = [];
  for (const [i, condition] of (status?.conditions ?? []).entries()) {
    if (STATUSES.includes(condition.status ?? '')) continue;
    errors.push(notSupported(`status.conditions[${i}].status`, condition.status ?? '', STATUSES));
  }
  return errors;
}

function availability({ status }: APIService): string {
  const condition = status?.conditions?.find(({ type }) => type === 'Available');
  if (condition === undefined) return 'Unknown';
  return condition.status === 'True' || !condition.reason
    ? condition.status
    : `${condition.status} (${condition.reason})`;
}
