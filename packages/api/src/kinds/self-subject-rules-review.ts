import { badRequest } from '@tabernetes/apimachinery';
import type { SelfSubjectRulesReview } from '../generated/authorization-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

/**
 * Lists what the asker may do in a namespace: `kubectl auth can-i --list`.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/
 */
export const selfSubjectRulesReview = defineKind<SelfSubjectRulesReview>({
  group: 'authorization.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectRulesReview',
  plural: 'selfsubjectrulesreviews',
  singular: 'selfsubjectrulesreview',
  namespaced: false,
  verbs: ['create'],
  schema: schemaOf('io.k8s.api.authorization.v1.SelfSubjectRulesReview'),

  virtual: {
    create: async ({ apiVersion, kind, spec }, services, { user }) => {
      if (!spec.namespace) throw badRequest('no namespace on request');
      const { resourceRules, nonResourceRules, incomplete, evaluationError } = await services.rulesFor(
        user,
        spec.namespace,
      );
      // The question is not repeated in the answer.
      return {
        apiVersion,
        kind,
        metadata: {},
        spec: {},
        status: { resourceRules, nonResourceRules, incomplete, ...(evaluationError && { evaluationError }) },
      };
    },
  },
  columns: [nameColumn, createdAtColumn],
});
