import type { UserInfo } from '@tabernetes/apimachinery';
import type { MatchAttributes, Matched } from './matching.ts';
import { namespaceOf } from './matching.ts';

/**
 * What webhooks and expressions are told of a request, objects left out.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/request/admissionreview.go
 */
export function admissionRequest(attributes: MatchAttributes, matched: Matched): Record<string, unknown> {
  const { definition, kind, subresource, name, operation, user, dryRun, options } = attributes;
  const namespace = namespaceOf(attributes);
  const kindOf = ({ group, version, kind: shown }: typeof kind) => ({ group, version, kind: shown });
  const resourceOf = ({ group, version, plural }: typeof definition) => ({ group, version, resource: plural });
  return {
    kind: kindOf(matched.kind),
    resource: resourceOf(matched.definition),
    ...(subresource && { subResource: subresource }),
    requestKind: kindOf(kind),
    requestResource: resourceOf(definition),
    ...(subresource && { requestSubResource: subresource }),
    ...(name && { name }),
    ...(namespace && { namespace }),
    operation,
    userInfo: userInfo(user),
    dryRun,
    options: Object.keys(options).length > 0 ? options : null,
  };
}

const userInfo = ({ name, uid, groups, extra }: UserInfo) => ({
  ...(name && { username: name }),
  ...(uid && { uid }),
  ...(groups.length > 0 && { groups }),
  ...(extra && Object.keys(extra).length > 0 && { extra }),
});
