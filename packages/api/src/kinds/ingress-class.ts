import {
  type FieldError,
  forbidden,
  isDns1123Label,
  isDomainPrefixedPath,
  longerThan,
  notSupported,
  required,
  tooLong,
  validateImmutableField,
} from '@tabernetes/apimachinery';
import type { IngressClass, IngressClassParametersReference } from '../generated/networking-v1.ts';
import { defineKind } from '../kind.ts';
import { reject } from '../pod/rules.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { validateTypedReference } from './rules/references.ts';

/**
 * Which controller serves the Ingresses of a class.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-class-v1/
 */
export const ingressClass = defineKind<IngressClass>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IngressClass',
  plural: 'ingressclasses',
  singular: 'ingressclass',
  namespaced: false,
  storageVersionHash: 'l/iqIbDgFyQ=',
  schema: schemaOf('io.k8s.api.networking.v1.IngressClass'),
  generation: ['spec'],

  defaults: ({ spec }) => {
    if (spec?.parameters) spec.parameters.scope ??= 'Cluster';
  },
  validate: specErrors,
  updateValidatesAlone: true,
  validateUpdate: (object, old) => [
    ...validateImmutableField(object.spec?.controller ?? '', old.spec?.controller ?? '', 'spec.controller'),
    ...specErrors(object),
  ],
  metadataOnUpdate: ['change', 'whole'],

  columns: [
    nameColumn,
    {
      name: 'Controller',
      type: 'string',
      description: 'Name of the controller.',
      cell: ({ spec }) => spec?.controller ?? '',
    },
    {
      name: 'Parameters',
      type: 'string',
      description: 'Object that holds further parameters for the controller.',
      cell: ({ spec }) => (spec?.parameters ? parametersText(spec.parameters) : '<none>'),
    },
    ageColumn,
  ],
});

const MAX_CONTROLLER_LENGTH = 250;
const SCOPES = ['Cluster', 'Namespace'];

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/apis/networking/validation/validation.go validateIngressClassSpec */
function specErrors({ spec = {} }: IngressClass): readonly FieldError[] {
  const { controller = '', parameters } = spec;
  const errors: FieldError[] = [];
  if (longerThan(controller, MAX_CONTROLLER_LENGTH)) {
    errors.push(tooLong('spec.controller', '', MAX_CONTROLLER_LENGTH));
  }
  errors.push(...isDomainPrefixedPath('spec.controller', controller));
  if (parameters) parametersErrors(errors, parameters, 'spec.parameters');
  return errors;
}

function parametersErrors(errors: FieldError[], parameters: IngressClassParametersReference, at: string): void {
  const { scope, namespace } = parameters;
  validateTypedReference(errors, parameters, at);
  if (scope === undefined) errors.push(required(`${at}.scope`));
  else if (!SCOPES.includes(scope)) errors.push(notSupported(`${at}.scope`, scope, SCOPES));
  else if (scope === 'Cluster') {
    if (namespace !== undefined) errors.push(forbidden(`${at}.namespace`, "`parameters.scope` is set to 'Cluster'"));
  } else if (namespace === undefined) {
    errors.push(required(`${at}.namespace`, "`parameters.scope` is set to 'Namespace'"));
  } else reject(errors, `${at}.namespace`, namespace, isDns1123Label(namespace));
}

const parametersText = ({ apiGroup, kind, name }: IngressClassParametersReference): string =>
  apiGroup === undefined ? `${kind}/${name}` : `${kind}.${apiGroup}/${name}`;
