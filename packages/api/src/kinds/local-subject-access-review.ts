import { badRequest, type FieldError, invalid } from '@tabernetes/apimachinery';
import type { LocalSubjectAccessReview } from '../generated/authorization-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { goPath, metadataErrors, refuseReview, reviewAccess, subjectErrors, subjectOf } from './access-review-rules.ts';

/**
 * Asks whether somebody may do something in a namespace, for who may ask only there.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/local-subject-access-review-v1/
 */
export const localSubjectAccessReview = defineKind<LocalSubjectAccessReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'LocalSubjectAccessReview',
  plural: 'localsubjectaccessreviews',
  singular: 'localsubjectaccessreview',
  namespaced: true,
  verbs: ['create'],
  schema: schemaOf('io.k8s.api.authorization.v1.LocalSubjectAccessReview'),

  virtual: {
    create: async (review, services) => {
      const { spec } = review;
      refuseReview(localErrors(review));
      if (!review.metadata.namespace) throw badRequest('namespace is required on this type: ');
      return { ...review, status: await reviewAccess(spec, subjectOf(spec), services) };
    },
  },
  columns: [nameColumn, createdAtColumn],
});

function localErrors({ metadata, spec }: LocalSubjectAccessReview): readonly FieldError[] {
  const errors: FieldError[] = [...subjectErrors(spec), ...metadataErrors(metadata, 'namespace')];
  const { resourceAttributes, nonResourceAttributes } = spec;
  const { namespace = '' } = resourceAttributes ?? {};
  if (resourceAttributes && namespace !== (metadata.namespace ?? '')) {
    errors.push(invalid('spec.resourceAttributes.namespace', namespace, 'must match metadata.namespace'));
  }
  if (nonResourceAttributes) {
    const detail = 'disallowed on this kind of request';
    errors.push(invalid('spec.nonResourceAttributes', goPath(nonResourceAttributes), detail));
  }
  return errors;
}
