import { isDns1123Label, isDns1123Subdomain, type UserInfo } from '@tabernetes/apimachinery';
import type { AccessAttributes, AccessDecision } from '../../kind.ts';
import { declare, type Library } from '../declarations.ts';
import { CelError, type CelValue, Opaque } from '../values.ts';

/** Asks the server, at once. */
export type Authorize = (attributes: AccessAttributes) => AccessDecision;

abstract class Receiver extends Opaque {
  equals(other: Opaque): boolean {
    return other === this;
  }
}

/** The variable `authorizer`: what a user may do. */
export class AuthorizerValue extends Receiver {
  readonly typeName = 'kubernetes.authorization.Authorizer';
  readonly user: UserInfo;
  readonly authorize: Authorize;
  constructor(user: UserInfo, authorize: Authorize) {
    super();
    this.user = user;
    this.authorize = authorize;
  }
}

class PathCheck extends Receiver {
  readonly typeName = 'kubernetes.authorization.PathCheck';
  readonly authorizer: AuthorizerValue;
  readonly path: string;
  constructor(authorizer: AuthorizerValue, path: string) {
    super();
    this.authorizer = authorizer;
    this.path = path;
  }
}

class GroupCheck extends Receiver {
  readonly typeName = 'kubernetes.authorization.GroupCheck';
  readonly authorizer: AuthorizerValue;
  readonly group: string;
  constructor(authorizer: AuthorizerValue, group: string) {
    super();
    this.authorizer = authorizer;
    this.group = group;
  }
}

interface CheckedResource {
  readonly group: string;
  readonly resource: string;
  readonly subresource: string;
  readonly namespace: string;
  readonly name: string;
}

/** `authorizer.group('apps').resource('deployments')`; also the variable `authorizer.requestResource`. */
export class ResourceCheck extends Receiver {
  readonly typeName = 'kubernetes.authorization.ResourceCheck';
  readonly authorizer: AuthorizerValue;
  readonly resource: CheckedResource;
  constructor(authorizer: AuthorizerValue, resource: CheckedResource) {
    super();
    this.authorizer = authorizer;
    this.resource = resource;
  }
  with(change: Partial<CheckedResource>): ResourceCheck {
    return new ResourceCheck(this.authorizer, { ...this.resource, ...change });
  }
}

class Decision extends Receiver {
  readonly typeName = 'kubernetes.authorization.Decision';
  readonly decision: AccessDecision;
  constructor(decision: AccessDecision) {
    super();
    this.decision = decision;
  }
}

const text = (value: CelValue): string => value as string;
const resource = (value: CelValue): ResourceCheck => value as ResourceCheck;
const decision = (value: CelValue): AccessDecision => (value as Decision).decision;

function serviceAccount(authorizer: CelValue, namespace: CelValue, name: CelValue): AuthorizerValue {
  if (isDns1123Subdomain(text(name)).length > 0) throw new CelError('Invalid service account name');
  if (isDns1123Label(text(namespace)).length > 0) throw new CelError('Invalid service account namespace');
  const user = {
    name: `system:serviceaccount:${text(namespace)}:${text(name)}`,
    groups: ['system:serviceaccounts', `system:serviceaccounts:${text(namespace)}`],
  };
  return new AuthorizerValue(user, (authorizer as AuthorizerValue).authorize);
}

function ofPath(authorizer: CelValue, path: CelValue): PathCheck {
  if (text(path).trim() === '') throw new CelError('path must not be empty');
  return new PathCheck(authorizer as AuthorizerValue, text(path));
}

function ofGroup(check: CelValue, name: CelValue): ResourceCheck {
  if (text(name).trim() === '') throw new CelError('resource must not be empty');
  const { authorizer, group } = check as GroupCheck;
  return new ResourceCheck(authorizer, { group, resource: text(name), subresource: '', namespace: '', name: '' });
}

function checkPath(check: CelValue, verb: CelValue): Decision {
  const { authorizer, path } = check as PathCheck;
  return new Decision(authorizer.authorize({ user: authorizer.user, verb: text(verb), path }));
}

function checkResource(check: CelValue, verb: CelValue): Decision {
  const { authorizer, resource: asked } = resource(check);
  const attributes = { user: authorizer.user, verb: text(verb), path: '', resource: { ...asked, version: '*' } };
  return new Decision(authorizer.authorize(attributes));
}

/** @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/staging/src/k8s.io/apiserver/pkg/cel/library/authz.go */
export const AUTHORIZATION: Library = [
  declare('path', ['authorizer_path', '.(authorizer, string) pathCheck', ofPath]),
  declare('group', [
    'authorizer_group',
    '.(authorizer, string) groupCheck',
    (authorizer, group) => new GroupCheck(authorizer as AuthorizerValue, text(group)),
  ]),
  declare('serviceAccount', ['authorizer_serviceaccount', '.(authorizer, string, string) authorizer', serviceAccount]),
  declare('resource', ['groupcheck_resource', '.(groupCheck, string) resourceCheck', ofGroup]),
  declare('subresource', [
    'resourcecheck_subresource',
    '.(resourceCheck, string) resourceCheck',
    (check, name) => resource(check).with({ subresource: text(name) }),
  ]),
  declare('namespace', [
    'resourcecheck_namespace',
    '.(resourceCheck, string) resourceCheck',
    (check, name) => resource(check).with({ namespace: text(name) }),
  ]),
  declare('name', [
    'resourcecheck_name',
    '.(resourceCheck, string) resourceCheck',
    (check, name) => resource(check).with({ name: text(name) }),
  ]),
  // No authorizer of ours looks at selectors.
  declare('fieldSelector', ['authorizer_fieldselector', '.(resourceCheck, string) resourceCheck', (check) => check]),
  declare('labelSelector', ['authorizer_labelselector', '.(resourceCheck, string) resourceCheck', (check) => check]),
  declare(
    'check',
    ['pathcheck_check', '.(pathCheck, string) decision', checkPath],
    ['resourcecheck_check', '.(resourceCheck, string) decision', checkResource],
  ),
  declare('errored', [
    'decision_errored',
    '.(decision) bool',
    (value) => decision(value).evaluationError !== undefined,
  ]),
  declare('error', ['decision_error', '.(decision) string', (value) => decision(value).evaluationError ?? '']),
  declare('allowed', ['decision_allowed', '.(decision) bool', (value) => decision(value).allowed]),
  declare('reason', ['decision_reason', '.(decision) string', (value) => decision(value).reason ?? '']),
];
