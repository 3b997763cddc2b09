import { type Draft, humanDuration, validatePathSegmentName } from '@tabernetes/apimachinery';
import type { CertificateSigningRequest } from '../generated/certificates-v1.ts';
import { defineKind } from '../kind.ts';
import { ageColumn, nameColumn } from '../printing/columns.ts';
import { stampConditions, validateRequest, validateRequestUpdate } from './certificate-signing-request-rules.ts';
import { certificateSigningRequest as names } from './names/policies.ts';

type DraftRequest = Draft<CertificateSigningRequest>;

/**
 * Asks for a certificate: somebody approves it, a signer issues it.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/certificate-signing-request-v1/
 */
export const certificateSigningRequest = defineKind<CertificateSigningRequest>({
  ...names,
  validateName: validatePathSegmentName,
  resetFields: ['spec', 'status'],

  // Who asks is known from the request; nobody asks in the name of another.
  prepareForCreate: (draft, { user }) => {
    draft.spec ??= { request: '', signerName: '' };
    const { spec } = draft;
    spec.username = user.name;
    spec.uid = user.uid ?? '';
    spec.groups = [...user.groups];
    delete spec.extra;
    if (user.extra && Object.keys(user.extra).length > 0) {
      spec.extra = Object.fromEntries(Object.entries(user.extra).map(([key, values]) => [key, [...values]]));
    }
    draft.status = {};
  },
  prepareForUpdate: (draft, old) => {
    draft.spec = old.spec as DraftRequest['spec'];
    draft.status = old.status as DraftRequest['status'];
  },
  validate: (object) => validateRequest(object, undefined),
  updateValidatesAlone: true,
  validateUpdate: (object, old) => validateRequestUpdate(object, old, {}),
  metadataOnUpdate: ['whole', 'change'],

  columns: [
    nameColumn,
    ageColumn,
    {
      name: 'SignerName',
      type: 'string',
      description: 'Who is to issue the certificate.',
      cell: ({ spec }) => spec.signerName || '<none>',
    },
    {
      name: 'Requestor',
      type: 'string',
      description: 'User who asks for it.',
      cell: ({ spec }) => spec.username ?? '',
    },
    {
      name: 'RequestedDuration',
      type: 'string',
      description: 'How long the certificate is to be good for.',
      cell: ({ spec: { expirationSeconds } }) =>
        expirationSeconds === undefined ? '<none>' : humanDuration(expirationSeconds * 1000),
    },
    {
      name: 'Condition',
      type: 'string',
      description: 'Pending, Approved or Denied, and whether the certificate failed or was issued.',
      cell: conditionText,
    },
  ],
  selectableFields: { 'spec.signerName': ({ spec }) => spec.signerName ?? '' },
  subresources: [
    {
      type: 'update',
      name: 'approval',
      metadataOnUpdate: ['whole', 'change'],
      resetFields: ['spec', 'status.certificate'],
      prepareForUpdate: (draft, old, { now }) => {
        const conditions = draft.status?.conditions;
        stampConditions(conditions ?? [], old, now);
        draft.spec = old.spec as DraftRequest['spec'];
        draft.status = { ...(old.status as DraftRequest['status']) };
        if (conditions) draft.status.conditions = conditions;
        else delete draft.status.conditions;
      },
      validateUpdate: (object, old) => validateRequestUpdate(object, old, { mayApprove: true }),
    },
    {
      type: 'update',
      name: 'status',
      metadataOnUpdate: ['whole', 'change'],
      resetFields: ['spec', 'status.conditions'],
      prepareForUpdate: (draft, old, { now }) => {
        draft.spec = old.spec as DraftRequest['spec'];
        const conditions = draft.status?.conditions ?? [];
        keepDecision(conditions, old, 'Approved');
        keepDecision(conditions, old, 'Denied');
        stampConditions(conditions, old, now);
      },
      validateUpdate: (object, old) => validateRequestUpdate(object, old, { mayIssue: true }),
    },
  ],
});

type Conditions = NonNullable<NonNullable<DraftRequest['status']>['conditions']>;

/** A signer may not touch a decision, so that it can write the status it has read. */
function keepDecision(conditions: Conditions, old: CertificateSigningRequest, wanted: string): void {
  const before = (old.status?.conditions ?? []).filter(({ type }) => type === wanted);
  const places = [...conditions.keys()].filter((i) => conditions[i]?.type === wanted);
  if (before.length !== places.length) return;
  for (const [i, place] of places.entries()) {
    const kept = before[i];
    if (kept) conditions[place] = { ...kept };
  }
}

function conditionText({ status }: CertificateSigningRequest): string {
  const types = new Set((status?.conditions ?? []).map(({ type }) => type));
  const decision = types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending';
  return `${decision}${types.has('Failed') ? ',Failed' : ''}${status?.certificate ? ',Issued' : ''}`;
}
