import type { RequestContext } from '@tabernetes/api';
import type { Draft, GroupVersionKind, KubeObject, StructSchema } from '@tabernetes/apimachinery';
import type { AdmissionOperation, MutatingAttributes, ValidatingAttributes } from '../admission.ts';
import { type RequestScope, warn } from '../request-scope.ts';
import type { DeleteOptions, WriteOptions } from '../write-options.ts';

/** The object of a write: as it may still be changed, as it will be, and what is stored. */
export interface WriteSubject {
  readonly draft?: Draft<KubeObject>;
  readonly object?: KubeObject;
  readonly old?: KubeObject;
}

/** What admission plugins learn of a write. One literal, so that all have one layout: adding to a copy is slow. */
export function attributes(
  scope: RequestScope,
  operation: AdmissionOperation,
  name: string,
  context: RequestContext,
  options: Readonly<Record<string, unknown>>,
  { draft, object, old }: WriteSubject,
  kind: GroupVersionKind = scope.definition,
  schema: StructSchema = scope.definition.schema,
): MutatingAttributes & ValidatingAttributes {
  return {
    operation,
    kind,
    schema,
    definition: scope.definition,
    resource: scope.definition.plural,
    subresource: scope.info.subresource,
    namespace: scope.namespace,
    name,
    draft,
    object,
    old,
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
  subject: WriteSubject,
): MutatingAttributes & ValidatingAttributes =>
  attributes(scope, 'CREATE', name, context, optionsObject('CreateOptions', options), subject);

export const updateAttributes = (
  scope: RequestScope,
  name: string,
  context: RequestContext,
  options: WriteOptions,
  subject: WriteSubject,
): MutatingAttributes & ValidatingAttributes =>
  attributes(scope, 'UPDATE', name, context, optionsObject('UpdateOptions', options), subject);

export const deleteAttributes = (
  scope: RequestScope,
  name: string,
  context: RequestContext,
  options: DeleteOptions,
  old: KubeObject,
): ValidatingAttributes => {
  const { dryRun, ...rest } = options;
  return attributes(
    scope,
    'DELETE',
    name,
    context,
    {
      kind: 'DeleteOptions',
      apiVersion: 'meta.k8s.io/v1',
      ...rest,
      ...(dryRun && { dryRun: ['All'] }),
    },
    { old },
  );
};

/** The options of a write as they were sent. Most give none: they need no conditional parts, which cost a slow copy each. */
export function optionsObject(
  kind: 'CreateOptions' | 'UpdateOptions',
  { dryRun, fieldManager, fieldValidation, isDefaultValidation }: WriteOptions,
): Readonly<Record<string, unknown>> {
  const apiVersion = 'meta.k8s.io/v1';
  if (!dryRun && fieldManager === '' && isDefaultValidation) return { kind, apiVersion };
  return {
    kind,
    apiVersion,
    ...(dryRun && { dryRun: ['All'] }),
    ...(fieldManager !== '' && { fieldManager }),
    ...(!isDefaultValidation && { fieldValidation }),
  };
}
