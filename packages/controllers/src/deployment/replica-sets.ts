import { schemaOf } from '@tabernetes/api';
import type { Deployment, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { canonical } from '@tabernetes/apimachinery';
import { ownerReference } from '../pods/claim.ts';
import { podTemplateHash } from '../pods/pod-template-hash.ts';
import { newReplicaSetAnnotations, withReplicaCounts } from './annotations.ts';
import { maxSurgeOf, replicasOf } from './limits.ts';
import { byCreation, newReplicas } from './rolling.ts';

const HASH_LABEL = 'pod-template-hash';

/** The ReplicaSet that has the Deployment's template; the oldest, if there are several. */
export function findNewReplicaSet(d: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = plainTemplate(d.spec?.template);
  return [...sets].sort(byCreation).find((rs) => sameTemplate(plainTemplate(rs.spec?.template), wanted));
}

/** True of templates that differ in nothing, or in the label that tells ReplicaSets apart. */
export const hasTemplateOf = (rs: ReplicaSet, d: Deployment): boolean =>
  sameTemplate(plainTemplate(rs.spec?.template), plainTemplate(d.spec?.template));

// `canonical` gives back what it is compared with when nothing differs.
const sameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean => canonical(templateSchema(), a, b) === b;
const templateSchema = () => schemaOf('io.k8s.api.core.v1.PodTemplateSpec');

function plainTemplate(template: PodTemplateSpec | undefined): PodTemplateSpec {
  const { [HASH_LABEL]: _, ...labels } = template?.metadata?.labels ?? {};
  return canonical(templateSchema(), { ...template, metadata: { ...template?.metadata, labels } });
}

/** The ReplicaSet to make for the Deployment's template: named and labelled by the template's hash. */
export function newReplicaSetObject(d: Deployment, old: readonly ReplicaSet[], revision: bigint): ReplicaSet {
  const { name = '', namespace = '' } = d.metadata;
  const template = d.spec?.template ?? {};
  const hash = podTemplateHash(template, d.status?.collisionCount);
  const labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const matchLabels = { ...d.spec?.selector.matchLabels, [HASH_LABEL]: hash };
  const { minReadySeconds } = d.spec ?? {};
  const annotations = newReplicaSetAnnotations(d, {}, revision, false);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      namespace,
      labels,
      annotations: withReplicaCounts(annotations, replicasOf(d), replicasOf(d) + maxSurgeOf(d)),
      ownerReferences: [ownerReference(d)],
    },
    spec: {
      replicas: newReplicas(d, old, 0),
      ...(minReadySeconds && { minReadySeconds }),
      selector: { ...d.spec?.selector, matchLabels },
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
}
