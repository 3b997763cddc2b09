import { DerProblem, requestedSubject } from '@tabernetes/api';
import type { CertificateSigningRequest } from '@tabernetes/api/types/certificates-v1';
import type { Node, PersistentVolumeClaim, Pod } from '@tabernetes/api/types/core-v1';
import { goQuote, type KubeObject, notFound, semanticEqual } from '@tabernetes/apimachinery';
import { type Clock, fetchedOnce } from '@tabernetes/base';
import type { AdmissionPlugin, MutatingAttributes } from '../admission.ts';
import { nodeOf } from '../rbac/node-authorizer.ts';
import type { ServerReader } from '../server-reader.ts';
import { admissionForbidden } from './forbidden.ts';
import { forbiddenLabels } from './kubelet-labels.ts';

const PODS = { group: '', plural: 'pods' };
const NODES = { group: '', plural: 'nodes' };
const LEASE_NAMESPACE = 'kube-node-lease';

/**
 * Kubelets write their own node, its lease and the Pods that are bound to it, and nothing else. What they may ask for at all is up to
 * the node authorizer; this is what it takes the object to see. It changes nothing, so that drafts may share what is frozen. What it
 * looks for in Pods that kubelets make is fetched with the first, which most clusters never have.
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/noderestriction/admission.go
 */
export function nodeRestriction(clock: Pick<Clock, 'hold'>): AdmissionPlugin {
  const mirrorPods = fetchedOnce(clock, () => import('./mirror-pods.ts'));
  return {
    name: 'NodeRestriction',
    replacesParts: true,
    resources: [
      'pods',
      'nodes',
      'persistentvolumeclaims',
      'serviceaccounts',
      'leases',
      'csinodes',
      'certificatesigningrequests',
    ],
    admit(attributes, reader) {
      const node = nodeOf(attributes.user);
      if (node === undefined) return;
      if (node === '') {
        throw admissionForbidden(attributes, `could not determine node from user ${goQuote(attributes.user.name)}`);
      }
      const { group, plural } = attributes.definition;
      return RULES[group === '' ? plural : `${plural}.${group}`]?.(node, attributes, reader, mirrorPods);
    },
  };
}

type Rule = (
  node: string,
  attributes: MutatingAttributes,
  reader: ServerReader,
  mirrorPods: MirrorPods,
) => void | Promise<void>;
type MirrorPods = () => Promise<MirrorPodRules> | MirrorPodRules;
type MirrorPodRules = typeof import('./mirror-pods.ts');

const RULES: Readonly<Record<string, Rule | undefined>> = {
  pods: admitPod,
  nodes: admitNode,
  persistentvolumeclaims: admitClaim,
  serviceaccounts: admitToken,
  'leases.coordination.k8s.io': admitLease,
  'csinodes.storage.k8s.io': admitCsiNode,
  'certificatesigningrequests.certificates.k8s.io': admitRequest,
};

function admitPod(
  node: string,
  attributes: MutatingAttributes,
  reader: ServerReader,
  mirrorPods: MirrorPods,
): void | Promise<void> {
  const { subresource, operation } = attributes;
  switch (subresource) {
    case '':
      if (operation === 'CREATE') return admitMirrorPod(node, attributes, reader, mirrorPods);
      if (operation === 'DELETE') return admitPodDeletion(node, attributes);
      throw admissionForbidden(
        attributes,
        `unexpected operation ${goQuote(operation)}, node ${goQuote(node)} can only create and delete mirror pods`,
      );
    case 'status':
      return admitPodStatus(node, attributes);
    case 'eviction':
      return admitEviction(node, attributes, reader);
    default: {
      const why = `unexpected pod subresource ${goQuote(subresource)}, only 'status' and 'eviction' are allowed`;
      throw admissionForbidden(attributes, why);
    }
  }
}

async function admitMirrorPod(
  node: string,
  attributes: MutatingAttributes,
  reader: ServerReader,
  mirrorPods: MirrorPods,
): Promise<void> {
  const pod = attributes.draft as Pod;
  const refusal = (await mirrorPods()).mirrorPodRefusal(node, pod);
  if (refusal !== undefined) throw admissionForbidden(attributes, refusal);
  const owner = pod.metadata.ownerReferences?.[0];
  const stored = await reader.get(NODES, '', node);
  if (stored === undefined) throw notFound({ group: '', resource: 'node' }, node);
  if (owner?.uid !== stored.metadata.uid) {
    const why = `node ${node} UID mismatch: expected ${owner?.uid} got ${stored.metadata.uid}`;
    throw admissionForbidden(attributes, why);
  }
}

function admitPodDeletion(node: string, attributes: MutatingAttributes): void {
  if ((attributes.old as Pod).spec?.nodeName === node) return;
  throw admissionForbidden(attributes, `node ${goQuote(node)} can only delete pods with spec.nodeName set to itself`);
}

function admitPodStatus(node: string, attributes: MutatingAttributes): void {
  const old = attributes.old as Pod | undefined;
  const next = attributes.draft as Pod | undefined;
  const refuse = (why: string) => admissionForbidden(attributes, `node ${goQuote(node)} ${why}`);
  if (old?.spec?.nodeName !== node) {
    throw refuse('can only update pod status for pods with spec.nodeName set to itself');
  }
  if (!semanticEqual(old.metadata.labels, next?.metadata.labels))
    throw refuse('cannot update labels through pod status');
  if (!semanticEqual(old.status?.resourceClaimStatuses, next?.status?.resourceClaimStatuses)) {
    throw refuse('cannot update resource claim statues');
  }
}

async function admitEviction(node: string, attributes: MutatingAttributes, reader: ServerReader): Promise<void> {
  const name = attributes.name || (attributes.draft?.metadata.name ?? '');
  if (name === '') throw admissionForbidden(attributes, 'could not determine pod from request data');
  const pod = (await reader.get(PODS, attributes.namespace, name)) as Pod | undefined;
  if (pod === undefined) throw notFound({ group: '', resource: 'pod' }, name);
  if (pod.spec?.nodeName === node) return;
  throw admissionForbidden(attributes, `node ${node} can only evict pods with spec.nodeName set to itself`);
}

function admitNode(node: string, attributes: MutatingAttributes): void {
  const { operation, draft, old } = attributes;
  const name = attributes.name || (draft?.metadata.name ?? '');
  const refuse = (why: string) => admissionForbidden(attributes, `node ${goQuote(node)} is not allowed to ${why}`);
  if (name !== node) throw refuse(`modify node ${goQuote(name)}`);
  const next = draft as Node | undefined;
  const before = old as Node | undefined;
  if (operation === 'CREATE') {
    if (next?.spec?.configSource !== undefined) throw refuse('create pods with a non-nil configSource');
    const labels = forbiddenLabels(next?.metadata.labels, undefined);
    if (labels.length > 0) throw refuse(`set the following labels: ${labels.join(', ')}`);
  } else if (operation === 'UPDATE') {
    const { configSource } = next?.spec ?? {};
    if (configSource !== undefined && !semanticEqual(configSource, before?.spec?.configSource)) {
      throw refuse('update configSource to a new non-nil configSource');
    }
    if (!semanticEqual(next?.spec?.taints, before?.spec?.taints)) throw refuse('modify taints');
    if (!semanticEqual(next?.metadata.ownerReferences, before?.metadata.ownerReferences)) {
      throw refuse('modify ownerReferences');
    }
    const labels = forbiddenLabels(next?.metadata.labels, before?.metadata.labels);
    if (labels.length > 0) {
      throw admissionForbidden(attributes, `is not allowed to modify labels: ${labels.join(', ')}`);
    }
  }
}

function admitClaim(node: string, attributes: MutatingAttributes): void {
  const { subresource, operation, draft, old } = attributes;
  if (subresource !== 'status') throw admissionForbidden(attributes, 'may only update PVC status');
  if (operation !== 'UPDATE') throw admissionForbidden(attributes, `unexpected operation ${goQuote(operation)}`);
  if (semanticEqual(withoutOwnParts(draft as PersistentVolumeClaim), withoutOwnParts(old as PersistentVolumeClaim)))
    return;
  const why = `node ${goQuote(node)} is not allowed to update fields other than status.quantity and status.conditions: `;
  throw admissionForbidden(attributes, why);
}

/** A claim without what kubelets report. */
function withoutOwnParts({ metadata, spec, status }: PersistentVolumeClaim): unknown {
  const { resourceVersion: _version, managedFields: _fields, ...meta } = metadata;
  const {
    capacity: _capacity,
    conditions: _conditions,
    allocatedResources: _allocated,
    allocatedResourceStatuses: _statuses,
    ...rest
  } = status ?? {};
  return { meta, spec, rest };
}

async function admitToken(node: string, attributes: MutatingAttributes, reader: ServerReader): Promise<void> {
  if (attributes.operation !== 'CREATE' || attributes.subresource !== 'token') return;
  const reference = (attributes.draft as TokenRequest | undefined)?.spec?.boundObjectRef;
  if (reference === undefined || reference.apiVersion !== 'v1' || reference.kind !== 'Pod' || !reference.name) {
    throw admissionForbidden(attributes, 'node requested token not bound to a pod');
  }
  if (!reference.uid) throw admissionForbidden(attributes, 'node requested token with a pod binding without a uid');
  const pod = (await reader.get(PODS, attributes.namespace, reference.name)) as Pod | undefined;
  if (pod === undefined) throw notFound({ group: '', resource: 'pod' }, reference.name);
  if (reference.uid !== pod.metadata.uid) {
    const why = `the UID in the bound object reference (${reference.uid}) does not match the UID in record. The object might have been deleted and then recreated`;
    throw admissionForbidden(attributes, why);
  }
  if (pod.spec?.nodeName !== node) {
    throw admissionForbidden(attributes, 'node requested token bound to a pod scheduled on a different node');
  }
}

interface TokenRequest extends KubeObject {
  readonly spec?: {
    readonly boundObjectRef?: {
      readonly apiVersion?: string;
      readonly kind?: string;
      readonly name?: string;
      readonly uid?: string;
    };
  };
}

function admitLease(node: string, attributes: MutatingAttributes): void {
  if (attributes.namespace !== LEASE_NAMESPACE) {
    throw admissionForbidden(attributes, `can only access leases in the ${goQuote(LEASE_NAMESPACE)} system namespace`);
  }
  if (targetOf(attributes) === node) return;
  throw admissionForbidden(attributes, 'can only access node lease with the same name as the requesting node');
}

function admitCsiNode(node: string, attributes: MutatingAttributes): void {
  if (targetOf(attributes) === node) return;
  throw admissionForbidden(attributes, 'can only access CSINode with the same name as the requesting node');
}

const targetOf = ({ operation, draft, name }: MutatingAttributes): string =>
  operation === 'CREATE' ? (draft?.metadata.name ?? '') : name;

const NODE_SIGNERS = ['kubernetes.io/kubelet-serving', 'kubernetes.io/kube-apiserver-client-kubelet'];

function admitRequest(node: string, attributes: MutatingAttributes): void {
  if (attributes.operation !== 'CREATE') return;
  const { signerName, request } = (attributes.draft as CertificateSigningRequest).spec;
  if (!NODE_SIGNERS.includes(signerName)) return;
  try {
    if (requestedSubject(request).commonName === `system:node:${node}`) return;
  } catch (error) {
    if (error instanceof DerProblem) throw admissionForbidden(attributes, `unable to parse csr: ${error.message}`);
    throw error;
  }
  throw admissionForbidden(attributes, `can only create a node CSR with CN=system:node:${node}`);
}
