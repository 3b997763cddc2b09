import { badRequest } from '@tabernetes/apimachinery';
import type { TokenReview } from '../generated/authentication-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';
import { userInfo } from './self-subject-review.ts';

/**
 * Asks whose token this is.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/token-review-v1/
 */
export const tokenReview = defineKind<TokenReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'TokenReview',
  plural: 'tokenreviews',
  singular: 'tokenreview',
  namespaced: false,
  verbs: ['create'],
  schema: schemaOf('io.k8s.api.authentication.v1.TokenReview'),

  virtual: {
    create: async (review, services) => {
      const { token = '', audiences = [] } = review.spec;
      if (token === '') throw badRequest('token is required for TokenReview in authentication');
      const found = await services.authenticate(token, audiences);
      return {
        ...review,
        // What the asker wrote there stays where nothing is found to say.
        status:
          found !== undefined && 'user' in found
            ? { ...review.status, authenticated: true, user: userInfo(found.user), audiences: found.audiences }
            : { ...review.status, error: found?.problem ?? 'invalid bearer token' },
      };
    },
  },
  columns: [nameColumn, createdAtColumn],
});
