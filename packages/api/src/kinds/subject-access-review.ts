import type { SubjectAccessReview } from '../generated/authorization-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { metadataErrors, refuseReview, reviewAccess, subjectErrors, subjectOf } from './access-review-rules.ts';

/**
 * Asks whether somebody may do something.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/subject-access-review-v1/
 */
export const subjectAccessReview = defineKind<SubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SubjectAccessReview',
  plural: 'subjectaccessreviews',
  singular: 'subjectaccessreview',
  namespaced: false,
  verbs: ['create'],
  schema: schemaOf('io.k8s.api.authorization.v1.SubjectAccessReview'),

  virtual: {
    create: async (review, services) => {
      const { metadata, spec } = review;
      refuseReview([...subjectErrors(spec), ...metadataErrors(metadata, undefined)]);
      return { ...review, status: await reviewAccess(spec, subjectOf(spec), services) };
    },
  },
  columns: [nameColumn, createdAtColumn],
});
