import type { Deployment, ReplicaSet } from '@tabernetes/api/types/apps-v1';
import type { PodTemplateSpec } from '@tabernetes/api/types/core-v1';
import { labelSelectorAsSelector } from '@tabernetes/apimachinery';
import type { Api } from '../api.ts';
import { goJson } from '../go-json.ts';

const HASH = 'pod-template-hash';

/** The ReplicaSets that a Deployment owns, oldest first. @throws {StatusError} */
export async function replicaSetsOf(
  api: Api,
  { metadata, spec }: Deployment,
  chunkSize = 0,
): Promise<readonly ReplicaSet[]> {
  const sets: ReplicaSet[] = [];
  let from = '';
  do {
    const page = await api.object<{
      readonly items?: readonly ReplicaSet[];
      readonly metadata?: { readonly continue?: string };
    }>('GET', `/apis/apps/v1/namespaces/${encodeURIComponent(metadata.namespace ?? '')}/replicasets`, {
      query: {
        labelSelector: labelSelectorAsSelector(spec?.selector).toString(),
        ...(chunkSize > 0 && { limit: String(chunkSize) }),
        ...(from !== '' && { continue: from }),
      },
    });
    sets.push(...(page.items ?? []));
    from = page.metadata?.continue ?? '';
  } while (from !== '');
  return sets
    .filter((set) => set.metadata.ownerReferences?.some((owner) => owner.controller && owner.uid === metadata.uid))
    .sort((a, b) => (ageKey(a) < ageKey(b) ? -1 : 1));
}

const ageKey = ({ metadata }: ReplicaSet): string => `${metadata.creationTimestamp ?? ''} ${metadata.name ?? ''}`;

/** The oldest ReplicaSet whose template is the Deployment's. */
export function newReplicaSetOf({ spec }: Deployment, sets: readonly ReplicaSet[]): ReplicaSet | undefined {
  const wanted = templateText(spec?.template);
  return sets.find((set) => templateText(set.spec?.template) === wanted);
}

function templateText(template: PodTemplateSpec | undefined): string {
  const { [HASH]: _, ...labels } = template?.metadata?.labels ?? {};
  return goJson({ ...template, metadata: { ...template?.metadata, labels } });
}
