import type { RequestContext } from '@tabernetes/api';
import type { GroupVersionKind } from '@tabernetes/apimachinery';
import type { AdmissionOperation, ValidatingAttributes } from '../admission.ts';
import { type RequestScope, warn } from '../request-scope.ts';
import type { DeleteOptions, WriteOptions } from '../write-options.ts';

/** What admission plugins learn of a write, but for the object itself. */
export function attributes(
  scope: RequestScope,
  operation: AdmissionOperation,
  name: string,
  context: RequestContext,
  options: Readonly<Record<string, unknown>>,
  kind: GroupVersionKind = scope.definition,
): ValidatingAttributes {
  return {
    operation,
    kind,
    definition: scope.definition,
    resource: scope.definition.plural,
    subresource: scope.info.subresource,
    namespace: scope.namespace,
    name,
    user: scope.user,
    dryRun: context.dryRun,
    context,
    options,
    warn: (text) => warn(scope, text),
    annotate: (key, value) => scope.server.annotate(scope.request, key, value),
  };
}

export const createAttributes = (
  scope: RequestScope,
  name: string,
  context: RequestContext,
  options: WriteOptions,
): ValidatingAttributes => attributes(scope, 'CREATE', name, context, optionsObject('CreateOptions', options));

export const updateAttributes = (
  scope: RequestScope,
  name: string,
  context: RequestContext,
  options: WriteOptions,
): ValidatingAttributes => attributes(scope, 'UPDATE', name, context, optionsObject('UpdateOptions', options));

export const deleteAttributes = (
  scope: RequestScope,
  name: string,
  context: RequestContext,
  options: DeleteOptions,
): ValidatingAttributes => {
  const { dryRun, ...rest } = options;
  return attributes(scope, 'DELETE', name, context, {
    kind: 'DeleteOptions',
    apiVersion: 'meta.k8s.io/v1',
    ...rest,
    ...(dryRun && { dryRun: ['All'] }),
  });
};

/** Most writes give no options: they need no conditional parts, which cost a slow copy each. */
function optionsObject(
  kind: 'CreateOptions' | 'UpdateOptions',
  { dryRun, fieldManager, fieldValidation }: WriteOptions,
): Readonly<Record<string, unknown>> {
  const apiVersion = 'meta.k8s.io/v1';
  if (!dryRun && fieldManager === '') return { kind, apiVersion, fieldValidation };
  return {
    kind,
    apiVersion,
    ...(dryRun && { dryRun: ['All'] }),
    ...(fieldManager !== '' && { fieldManager }),
    fieldValidation,
  };
}
