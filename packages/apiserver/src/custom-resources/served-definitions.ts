import { customResourceDefinitionNames, type KindDefinition, kinds, lateKind } from '@tabernetes/api';
import type { KubeObject } from '@tabernetes/apimachinery';

/** CustomResourceDefinitions, as a server has them that serves what they define: who deletes one deletes its objects. */
export const servedDefinitions = (): KindDefinition =>
  lateKind<KubeObject>(customResourceDefinitionNames, async () => {
    const { beginDeletion } = await import('./custom-resources.ts');
    const kind = kinds.customResourceDefinition;
    await kind.fetch?.();
    return { ...kind, holdsDeletion: () => false, prepareForDelete: beginDeletion } as KindDefinition;
  });
