import {
  type Draft,
  type FieldError,
  forbiddenStatus,
  invalid,
  nameIsDnsLabel,
  validateFinalizerName,
} from '@tabernetes/apimachinery';
import type { Namespace } from '../generated/core-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

/**
 * A scope for names.
 *
 *   created ─► Active ── DELETE ─► Terminating ── contents gone, spec.finalizers emptied by `finalize` ─► gone
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/namespace-v1/
 */
export const namespace = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  singular: 'namespace',
  shortNames: ['ns'],
  namespaced: false,
  verbs: ['create', 'delete', 'get', 'list', 'patch', 'update', 'watch'],
  storageVersionHash: 'Q3oi5N2YM8M=',
  schema: schemaOf('io.k8s.api.core.v1.Namespace'),
  validateName: nameIsDnsLabel,
  resetFields: ['status'],

  defaults: (draft) => {
    labelWithName(draft);
    if (!draft.status?.phase) draft.status = { ...draft.status, phase: 'Active' };
  },
  prepareForCreate: (draft) => {
    // The name may have been generated after defaulting.
    labelWithName(draft);
    draft.status = { phase: 'Active' };
    const finalizers = draft.spec?.finalizers ?? [];
    if (!finalizers.includes('kubernetes')) draft.spec = { ...draft.spec, finalizers: [...finalizers, 'kubernetes'] };
  },
  prepareForUpdate: (draft, old) => {
    labelWithName(draft);
    draft.spec = old.spec as Draft<Namespace>['spec'];
    draft.status = old.status as Draft<Namespace>['status'];
  },
  validate: ({ spec }) => finalizerErrors(spec?.finalizers ?? [], () => 'spec.finalizers'),

  validateDelete: ({ metadata: { name = '' } }) => {
    if (!IMMORTAL.includes(name)) return;
    throw forbiddenStatus({ group: '', resource: 'namespaces' }, name, 'this namespace may not be deleted');
  },
  prepareForDelete: (draft) => {
    draft.status = { ...draft.status, phase: 'Terminating' };
  },
  holdsDeletion: ({ spec }) => (spec?.finalizers?.length ?? 0) > 0,
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    {
      name: 'Status',
      type: 'string',
      description: 'Active, or Terminating while its contents are being deleted.',
      cell: ({ status }) => status?.phase ?? '',
    },
    ageColumn,
  ],
  selectableFields: {
    'status.phase': ({ status }) => status?.phase ?? '',
  },
  subresources: [
    {
      type: 'update',
      name: 'finalize',
      verbs: ['update'],
      resetFields: ['status'],
      prepareForUpdate: (draft, old) => {
        draft.status = old.status as Draft<Namespace>['status'];
      },
      validateUpdate: ({ spec }) => finalizerErrors(spec?.finalizers ?? [], (i) => `spec.finalizers[${i}]`),
    },
    {
      type: 'update',
      name: 'status',
      resetFields: ['spec'],
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as Draft<Namespace>['spec'];
      },
      validateUpdate: ({ metadata, status }) => {
        const [phase, state] = metadata.deletionTimestamp ? ['Terminating', 'not empty'] : ['Active', 'empty'];
        if (status?.phase === phase) return [];
        const detail = `may only be '${phase}' if \`deletionTimestamp\` is ${state}`;
        return [invalid('status.Phase', status?.phase ?? '', detail)];
      },
    },
  ],
});

/** Namespaces that the cluster cannot do without. */
const IMMORTAL = ['default', 'kube-system', 'kube-public'];

const NAME_LABEL = 'kubernetes.io/metadata.name';

/** So that label selectors can pick a namespace by name. */
function labelWithName({ metadata }: Draft<Namespace>): void {
  if (!metadata.name || metadata.labels?.[NAME_LABEL] === metadata.name) return;
  metadata.labels = { ...metadata.labels, [NAME_LABEL]: metadata.name };
}

function finalizerErrors(finalizers: readonly string[], at: (i: number) => string): readonly FieldError[] {
  return finalizers.flatMap((name, i) => {
    const errors = [...validateFinalizerName(name, at(i))];
    if (!name.includes('/') && !STANDARD.includes(name)) {
      errors.push(invalid(at(i), name, 'name is neither a standard finalizer name nor is it fully qualified'));
    }
    return errors;
  });
}

const STANDARD = ['kubernetes', 'orphan', 'foregroundDeletion'];
