import type { Draft } from '@tabernetes/apimachinery';
import type { CustomResourceDefinition } from '../generated/apiextensions-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import {
  definitionErrors,
  definitionStatusErrors,
  definitionUpdateErrors,
} from './custom-resource-definition-rules.ts';
import { customResourceDefinition as names } from './names/extensions.ts';

type DraftDefinition = Draft<CustomResourceDefinition>;

/**
 * A kind that the cluster learns at run time.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/
 */
export const customResourceDefinition = defineKind<CustomResourceDefinition>({
  ...names,
  generation: ['spec'],
  standardFinalizers: false,
  allowUnconditionalUpdate: false,
  resetFields: ['status'],

  defaults,
  prepareForCreate: (draft) => {
    draft.status = {};
    storeVersion(draft);
  },
  prepareForUpdate: (draft, old) => {
    draft.status = { ...(old.status as DraftDefinition['status']) };
    storeVersion(draft);
  },
  validate: (object) => definitionErrors(object),
  updateValidatesAlone: true,
  validateUpdate: definitionUpdateErrors,

  columns: [nameColumn, createdAtColumn],
  subresources: [
    {
      type: 'update',
      name: 'status',
      resetFields: ['metadata', 'spec'],
      // Metadata may change with the status, as it does upstream.
      prepareForUpdate: (draft, old) => {
        draft.spec = old.spec as DraftDefinition['spec'];
      },
      validateUpdate: definitionStatusErrors,
    },
  ],
});

const HTTPS_PORT = 443;

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1/defaults.go */
function defaults(draft: DraftDefinition): void {
  const { spec } = draft;
  spec.names ??= { kind: '', plural: '' };
  const { names } = spec;
  names.singular ||= (names.kind ?? '').toLowerCase();
  if (names.singular === '') delete names.singular;
  if (!names.listKind && names.kind) names.listKind = `${names.kind}List`;
  spec.conversion ??= { strategy: 'None' };
  const service = spec.conversion.webhook?.clientConfig?.service;
  if (service) service.port ??= HTTPS_PORT;
  if (!draft.status?.storedVersions?.length) storeVersion(draft);
}

/** Versions in which objects may be stored are remembered until somebody has rewritten them. */
function storeVersion(draft: DraftDefinition): void {
  const stored = draft.spec.versions?.find(({ storage }) => storage);
  if (stored === undefined) return;
  draft.status ??= {};
  const storedVersions = draft.status.storedVersions ?? [];
  if (!storedVersions.includes(stored.name)) draft.status.storedVersions = [...storedVersions, stored.name];
}
