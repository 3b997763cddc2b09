import { goQuote, type KubeObject, type OwnerReference, semanticEqual } from '@tabernetes/apimachinery';
import type { AdmissionPlugin, ValidatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';
import { admissionForbidden } from './forbidden.ts';

/**
 * Who changes the owners of an object may delete it, and who lets it hold up the deletion of an owner may set finalizers on that owner.
 * Not among the plugins that Kubernetes has by default: give it to the API server where it is wanted.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/gc/gc_admission.go
 */
export const ownerReferencesPermissionEnforcement = (): AdmissionPlugin => ({
  name: 'OwnerReferencesPermissionEnforcement',
  operations: ['CREATE', 'UPDATE'],
  validate(attributes, reader) {
    const { definition, subresource, object, old } = attributes;
    // Kubelets report of Pods whose owners are none of their business.
    if (definition.group === '' && definition.plural === 'pods' && subresource === 'status') return;
    if (object === undefined || semanticEqual(ownersOf(object), ownersOf(old))) return;
    return check(attributes, object, reader);
  },
});

const ownersOf = (object: KubeObject | undefined): readonly OwnerReference[] => object?.metadata.ownerReferences ?? [];

async function check(attributes: ValidatingAttributes, object: KubeObject, reader: ServerReader): Promise<void> {
  const { operation, definition, subresource, namespace, name, user, old } = attributes;
  const ask = (verb: string, resource: Asked) => reader.authorize({ user, verb, path: '', resource });
  // Who creates an object could have left it.
  if (operation !== 'CREATE') {
    const { group, version, plural } = definition;
    const { allowed, reason = '' } = await ask('delete', {
      group,
      version,
      resource: plural,
      subresource,
      namespace,
      name,
    });
    if (!allowed) {
      throw admissionForbidden(attributes, `cannot set an ownerRef on a resource you can't delete: ${reason}, <nil>`);
    }
  }
  const blocking = newlyBlocking(object, old);
  if (blocking.length === 0 || (await ask('update', ANYTHING)).allowed) return;
  for (const owner of blocking) {
    const { allowed, reason = '' } = await ask('update', finalizersOf(owner, attributes, reader));
    if (allowed) continue;
    const why = `cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: ${reason}, <nil>`;
    throw admissionForbidden(attributes, why);
  }
}

type Asked = NonNullable<Parameters<ServerReader['authorize']>[0]['resource']>;

const ANYTHING: Asked = {
  group: '*',
  version: '*',
  resource: '*',
  subresource: 'finalizers',
  namespace: '',
  name: '*',
};

/** Owners whose deletion the object did not hold up before. */
function newlyBlocking(object: KubeObject, old: KubeObject | undefined): readonly OwnerReference[] {
  const held = new Set(ownersOf(old).flatMap(({ uid, blockOwnerDeletion }) => (blockOwnerDeletion ? [uid] : [])));
  return ownersOf(object).filter(({ uid, blockOwnerDeletion }) => blockOwnerDeletion === true && !held.has(uid));
}

function finalizersOf(
  { apiVersion, kind, name }: OwnerReference,
  attributes: ValidatingAttributes,
  reader: ServerReader,
): Asked {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const found = reader.byKind({ group: group ?? '', version: version ?? '', kind });
  if (found === undefined) {
    const problem = `no matches for kind ${goQuote(kind)} in version ${goQuote(apiVersion)}`;
    const why = `cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion ${apiVersion} Kind ${kind}: ${problem}`;
    throw admissionForbidden(attributes, why);
  }
  return {
    group: found.group,
    version: found.version,
    resource: found.plural,
    subresource: 'finalizers',
    // An owner that is in a namespace is in that of what it owns.
    namespace: found.namespaced ? attributes.namespace : '',
    name,
  };
}
