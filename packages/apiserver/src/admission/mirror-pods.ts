import type { Pod } from '@tabernetes/api/types/core-v1';
import { goQuote } from '@tabernetes/apimachinery';
import { configMapsOf, secretsOf } from '../rbac/pod-references.ts';

const MIRROR_ANNOTATION = 'kubernetes.io/config.mirror';

/**
 * Why a kubelet may not create a Pod: it may show those that it runs from files of its own, bound to itself and owned by its node, and
 * through them reach nothing that the API server keeps.
 */
export function mirrorPodRefusal(node: string, pod: Pod): string | undefined {
  const name = goQuote(node);
  if (pod.metadata.annotations?.[MIRROR_ANNOTATION] === undefined) {
    return `pod does not have ${goQuote(MIRROR_ANNOTATION)} annotation, node ${name} can only create mirror pods`;
  }
  if (pod.spec?.nodeName !== node) return `node ${name} can only create pods with spec.nodeName set to itself`;
  return ownerRefusal(node, pod) ?? referenceRefusal(name, pod);
}

function ownerRefusal(node: string, { metadata }: Pod): string | undefined {
  const [owner, ...more] = metadata.ownerReferences ?? [];
  const only = `node ${goQuote(node)} can only create pods with`;
  if (more.length > 0) return `${only} a single owner reference set to itself`;
  if (owner === undefined || owner.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node) {
    return `${only} an owner reference set to itself`;
  }
  if (owner.controller !== true) return `${only} a controller owner reference set to itself`;
  return owner.blockOwnerDeletion === true
    ? `node ${goQuote(node)} must not set blockOwnerDeletion on an owner reference`
    : undefined;
}

function referenceRefusal(name: string, pod: Pod): string | undefined {
  const refers = (what: string): string => `node ${name} can not create pods that reference ${what}`;
  const { serviceAccountName, volumes = [], resourceClaims = [] } = pod.spec ?? {};
  if (serviceAccountName) return refers('a service account');
  if (secretsOf(pod).length > 0) return refers('secrets');
  if (configMapsOf(pod).length > 0) return refers('configmaps');
  const sources = volumes.flatMap(({ projected }) => projected?.sources ?? []);
  if (sources.some(({ clusterTrustBundle }) => clusterTrustBundle !== undefined)) return refers('clustertrustbundles');
  if (volumes.some(({ persistentVolumeClaim }) => persistentVolumeClaim !== undefined)) {
    return refers('persistentvolumeclaims');
  }
  return resourceClaims.length > 0 ? refers('resourceclaims') : undefined;
}
