import type { UserInfo } from '@tabernetes/apimachinery';
import type { UserInfo as ApiUserInfo, SelfSubjectReview } from '../generated/authentication-v1.ts';
import { defineKind } from '../kind.ts';
import { createdAtColumn, nameColumn } from '../printing/columns.ts';
import { schemaOf } from '../schema/schemas.ts';

/**
 * Asks who the asker is: `kubectl auth whoami`.
 * @see https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/
 */
export const selfSubjectReview = defineKind<SelfSubjectReview>({
  group: 'authentication.k8s.io',
  version: 'v1',
  kind: 'SelfSubjectReview',
  plural: 'selfsubjectreviews',
  singular: 'selfsubjectreview',
  namespaced: false,
  verbs: ['create'],
  schema: schemaOf('io.k8s.api.authentication.v1.SelfSubjectReview'),

  virtual: {
    create: async ({ apiVersion, kind }, _services, { user, now }) => ({
      apiVersion,
      kind,
      metadata: { creationTimestamp: now },
      status: { userInfo: userInfo(user) },
    }),
  },
  columns: [nameColumn, createdAtColumn],
});

/** A user as reviews print it. */
export const userInfo = ({ name, uid, groups, extra }: UserInfo): ApiUserInfo => ({
  username: name,
  ...(uid && { uid }),
  groups,
  ...(extra && { extra }),
});
