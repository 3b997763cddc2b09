import { type KindDefinition, kinds, lateKind } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';

/** CustomResourceDefinitions, as a server has them that serves what they define: who deletes one deletes its objects. */
export function servedDefinitions(): KindDefinition {
  const kind = kinds.customResourceDefinition;
  const { group, version, plural, singular, namespaced, shortNames, categories, storageVersionHash, schema } = kind;
  return lateKind<KubeObject>(
    {
      ...{ group, version, kind: kind.kind, plural, singular, namespaced, schema },
      ...(shortNames && { shortNames }),
      ...(categories && { categories }),
      ...(storageVersionHash && { storageVersionHash }),
      ...(kind.subresources && { subresources: kind.subresources }),
    },
    async () => {
      const { beginDeletion } = await import('./custom-resources.ts');
      await kind.fetch?.();
      return { ...kind, holdsDeletion: () => false, prepareForDelete: beginDeletion } as KindDefinition;
    },
  );
}
