import type { KubeObject } from '@tabernetes/apimachinery';
import type { WorldWrite } from '@tabernetes/worker/connect';

/** Writes that a story shows. */
const MAX_LINES = 60;

/**
 * What led to an object as it is: writes of it and of those that own it, up to who asked for the first of them. Oldest
 * first.
 */
export function story(
  object: KubeObject,
  find: (kind: string, namespace: string, name: string) => KubeObject | undefined,
  writes: readonly WorldWrite[],
): readonly WorldWrite[] {
  const chain = new Set<string>();
  const visit = (each: KubeObject): void => {
    const { namespace = '', name = '', ownerReferences = [] } = each.metadata;
    const id = idOf(each.kind, namespace, name);
    if (chain.has(id)) return;
    chain.add(id);
    for (const owner of ownerReferences) {
      const found = find(owner.kind, namespace, owner.name) ?? find(owner.kind, '', owner.name);
      if (found !== undefined) visit(found);
    }
  };
  visit(object);
  const own = idOf(object.kind, object.metadata.namespace ?? '', object.metadata.name ?? '');
  // Of owners, what came before the object was made: what they do later does not explain it.
  const born = writes.find((write) => write.verb === 'create' && idOfWrite(write) === own)?.revision ?? Infinity;
  return writes
    .filter((write) => {
      const id = idOfWrite(write);
      return id === own || (chain.has(id) && write.revision <= born);
    })
    .slice(-MAX_LINES);
}

const idOf = (kind: string, namespace: string, name: string): string => `${kind}/${namespace}/${name}`;
const idOfWrite = ({ kind, namespace, name }: WorldWrite): string => idOf(kind, namespace, name);
