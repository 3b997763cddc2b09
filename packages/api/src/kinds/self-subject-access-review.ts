import type { SelfSubjectAccessReview } from '../generated/authorization-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { metadataErrors, questionErrors, refuseReview, reviewAccess } from './access-review-rules.ts';

/**
 * Asks whether the asker may do something: `kubectl auth can-i`.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-access-review-v1/
 */
export const selfSubjectAccessReview = defineKind<SelfSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectAccessReview',
  plural: 'selfsubjectaccessreviews',
  singular: 'selfsubjectaccessreview',
  namespaced: false,
  verbs: ['create'],
  schema: schemaOf('io.k8s.api.authorization.v1.SelfSubjectAccessReview'),

  virtual: {
    create: async (review, services, { user }) => {
      const { metadata, spec } = review;
      refuseReview([...questionErrors(spec), ...metadataErrors(metadata, undefined)]);
      return { ...review, status: await reviewAccess(spec, user, services) };
    },
  },
  columns: [nameColumn, createdAtColumn],
});
