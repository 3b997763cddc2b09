import type {
  ParamKind,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '@tabernetes/api/types/admissionregistration-v1';
import { forbidden, invalidStatus, type StatusError, semanticEqual, type UserInfo } from '@tabernetes/apimachinery';
import type { AdmissionPlugin, ValidatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';

const POLICIES = { group: 'admissionregistration.k8s.io', plural: 'validatingadmissionpolicies' };

/**
 * Who writes a policy or a binding must be able to read the parameters that it has the server read.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/registry/admissionregistration/validatingadmissionpolicy/authz.go
 */
export const paramAccess: AdmissionPlugin = {
  name: 'ParamAccess',
  operations: ['CREATE', 'UPDATE'],
  resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
  validate(attributes, reader) {
    const { definition, subresource, user } = attributes;
    if (definition.group !== POLICIES.group || subresource !== '' || user.groups.includes('system:masters')) return;
    return definition.plural === POLICIES.plural ? ofPolicy(attributes, reader) : ofBinding(attributes, reader);
  },
};

async function ofPolicy(attributes: ValidatingAttributes, reader: ServerReader): Promise<void> {
  const [policy, old] = [attributes.object, attributes.old] as (ValidatingAdmissionPolicy | undefined)[];
  const paramKind = policy?.spec?.paramKind;
  if (paramKind === undefined || semanticEqual(paramKind, old?.spec?.paramKind)) return;
  const { user } = attributes;
  const asked = { ...resourceOf(paramKind, reader), subresource: '', namespace: '*', name: '*' };
  if ((await reader.authorize({ user, verb: 'get', path: '', resource: asked })).allowed) return;
  const { kind = '', apiVersion = '' } = paramKind;
  throw refusal(
    attributes,
    'spec.paramKind',
    `user ${goUser(user)} must have "get" permission on all objects of the referenced paramKind (kind=${kind}, apiVersion=${apiVersion})`,
  );
}

async function ofBinding(attributes: ValidatingAttributes, reader: ServerReader): Promise<void> {
  const [binding, old] = [attributes.object, attributes.old] as (ValidatingAdmissionPolicyBinding | undefined)[];
  const { paramRef, policyName = '' } = binding?.spec ?? {};
  if (paramRef === undefined) return;
  if (semanticEqual(paramRef, old?.spec?.paramRef) && policyName === old?.spec?.policyName) return;
  const policy = (await reader.get(POLICIES, '', policyName)) as ValidatingAdmissionPolicy | undefined;
  const paramKind = policy?.spec?.paramKind;
  const { user } = attributes;
  const verb = paramRef.name ? 'get' : 'list';
  const found = paramKind ? resourceOf(paramKind, reader) : ANY;
  const asked = { ...found, subresource: '', namespace: paramRef.namespace ?? '', name: paramRef.name ?? '' };
  if ((await reader.authorize({ user, verb, path: '', resource: asked })).allowed) return;
  const everything = `to determine minimum required permissions and user ${goUser(user)} does not have "${verb}" permission for all groups, versions and resources`;
  throw refusal(
    attributes,
    'spec.paramRef',
    policy === undefined
      ? `unable to get policy ${policyName} ${everything}`
      : paramKind !== undefined && found.resource === '*'
        ? `unable to resolve paramKind &ParamKind{APIVersion:${paramKind.apiVersion ?? ''},Kind:${paramKind.kind ?? ''},} ${everything}`
        : `user ${goUser(user)} does not have "${verb}" permission on the object referenced by paramRef`,
  );
}

const ANY = { group: '*', version: '*', resource: '*' };

function resourceOf({ apiVersion = '', kind = '' }: ParamKind, reader: ServerReader): typeof ANY {
  const slash = apiVersion.indexOf('/');
  const [group, version] = [slash < 0 ? '' : apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
  return { group, version, resource: reader.byKind({ group, version, kind })?.plural ?? '*' };
}

const refusal = ({ definition, name }: ValidatingAttributes, field: string, detail: string): StatusError =>
  invalidStatus(definition, name, [forbidden(field, detail)]);

/** As Go prints who sends a request. */
function goUser({ name, uid = '', groups, extra = {} }: UserInfo): string {
  const entries = Object.keys(extra)
    .sort()
    .map((key) => `${key}:[${(extra[key] ?? []).join(' ')}]`);
  return `&{${name} ${uid} [${groups.join(' ')}] map[${entries.join(' ')}]}`;
}
