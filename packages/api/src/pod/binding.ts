import {
  badRequest,
  conflict,
  type FieldError,
  failure,
  fieldErrorBody,
  type KubeObject,
  notSupported,
  required,
} from '@tabernetes/apimachinery';
import type { Binding, Pod } from '../generated/core-v1.ts';
import type { CreateSubresource, RequestContext, UnadmittedParent } from '../kind.ts';
import { schemaOf } from '../schema/schemas.ts';
import { setPodCondition } from './conditions.ts';

/** What creating a Binding or an Eviction is answered with. */
export const SUCCESS = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as const;

/**
 * `pods/binding`: gives a Pod to a node, once.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/core/pod/storage/storage.go BindingREST
 */
export const bindingSubresource: CreateSubresource<Pod> = {
  type: 'create',
  keepsSystemFields: true,
  name: 'binding',
  kind: { group: '', version: 'v1', kind: 'Binding' },
  schema: schemaOf('io.k8s.api.core.v1.Binding'),
  create: (input, parent, context) => bindPod(input, parent, context),
};

/**
 * Binds the Pod that `parent` is.
 * @throws {StatusError} BadRequest of a wrong name, Conflict of a Pod that cannot be bound
 */
export async function bindPod(
  input: KubeObject,
  parent: UnadmittedParent<Pod>,
  context: RequestContext,
): Promise<typeof SUCCESS> {
  const binding = input as Binding;
  const { name = '', uid, resourceVersion, annotations = {} } = binding.metadata;
  if (name !== parent.name) throw badRequest('name in URL does not match name in Binding object');
  const problems = bindingProblems(binding);
  if (problems.length > 0)
    throw failure(500, '', problems.length === 1 ? (problems[0] ?? '') : `[${problems.join(', ')}]`);
  const admitted = await parent.admit(input);
  const node = binding.target.name ?? '';
  await admitted.update((draft, pod) => {
    const refusal = preconditionProblem(pod, context, uid, resourceVersion);
    if (refusal !== undefined) throw conflict({ group: '', resource: 'pods' }, name, refusal);
    const obstacle = bindObstacle(pod);
    if (obstacle !== undefined) throw conflict({ group: '', resource: 'pods/binding' }, name, obstacle);
    draft.spec = { containers: [], ...draft.spec, nodeName: node };
    if (Object.keys(annotations).length > 0)
      draft.metadata.annotations = { ...pod.metadata.annotations, ...annotations };
    draft.status = { ...draft.status };
    setPodCondition(draft.status, context.now, { type: 'PodScheduled', status: 'True' });
  });
  return SUCCESS;
}

function bindingProblems({ target }: Binding): string[] {
  const errors: FieldError[] = [];
  const { kind, name } = target ?? {};
  if (kind && kind !== 'Node') errors.push(notSupported('target.kind', kind, ['Node', '<empty>']));
  if (!name) errors.push(required('target.name'));
  return errors.map((error) => `${error.field}: ${fieldErrorBody(error)}`);
}

function bindObstacle({ metadata: { name, deletionTimestamp }, spec }: Pod): string | undefined {
  if (deletionTimestamp) return `pod ${name} is being deleted, cannot be assigned to a host`;
  if (spec?.nodeName) return `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`;
  if (spec?.schedulingGates?.length) return `pod ${name} has non-empty .spec.schedulingGates`;
  return undefined;
}

function preconditionProblem(
  { metadata }: Pod,
  { dryRun }: RequestContext,
  uid: string | undefined,
  resourceVersion: string | undefined,
): string | undefined {
  const failed =
    uid && uid !== metadata.uid
      ? `UID in precondition: ${uid}, UID in object meta: ${metadata.uid ?? ''}`
      : resourceVersion && resourceVersion !== metadata.resourceVersion
        ? `ResourceVersion in precondition: ${resourceVersion}, ResourceVersion in object meta: ${metadata.resourceVersion ?? ''}`
        : undefined;
  if (failed === undefined) return undefined;
  const key = `${dryRun ? '' : '/registry'}/pods/${metadata.namespace ?? ''}/${metadata.name ?? ''}`;
  return `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: ${failed}`;
}
