import type { KubeObject, OwnerReference } from '@tabernetes/apimachinery';
import type { ResourceReference } from '@tabernetes/client';

/** An object as the collector sees it. */
export interface GraphNode {
  readonly uid: string;
  readonly reference: ResourceReference;
  readonly namespace: string | undefined;
  readonly name: string;
  readonly owners: readonly OwnerReference[];
  readonly deleting: boolean;
  /** Is kept by `foregroundDeletion` until its dependents are gone. */
  readonly waitsForDependents: boolean;
  /** Is kept by `orphan` until its dependents have forgotten it. */
  readonly orphans: boolean;
}

export const apiVersionOf = ({ group, version }: ResourceReference): string =>
  group === '' ? version : `${group}/${version}`;

/** The owner is where the dependent's reference says: uids alone can be copied to where they mean nothing. */
export function isAt(owner: GraphNode, reference: OwnerReference, dependent: GraphNode): boolean {
  return (
    owner.name === reference.name &&
    owner.reference.kind === reference.kind &&
    apiVersionOf(owner.reference) === reference.apiVersion &&
    (owner.namespace === undefined || owner.namespace === dependent.namespace)
  );
}

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';

const MAX_GONE = 500;

/**
 * Who owns whom, by uid.
 *
 *   nodes        rs-uid → GraphNode { owners: [deploy-uid] }      pod-uid → GraphNode { owners: [rs-uid] }
 *   dependents   deploy-uid → { rs-uid }      rs-uid → { pod-uid }
 *
 * `dependents` may name owners that are no nodes: that is how objects whose owner is gone are found.
 */
export class Graph {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #dependents = new Map<string, Set<string>>();
  /** Owners that had dependents when they went; the oldest is forgotten first. */
  readonly #gone = new Set<string>();

  get(uid: string): GraphNode | undefined {
    return this.#nodes.get(uid);
  }
  dependentsOf(uid: string): readonly GraphNode[] {
    const found: GraphNode[] = [];
    for (const dependent of this.#dependents.get(uid) ?? []) {
      const node = this.#nodes.get(dependent);
      if (node !== undefined) found.push(node);
    }
    return found;
  }
  /** Returns the node as it was before. */
  set(
    reference: ResourceReference,
    object: KubeObject,
  ): { readonly node: GraphNode; readonly old: GraphNode | undefined } {
    const {
      uid = '',
      name = '',
      namespace,
      ownerReferences = [],
      finalizers = [],
      deletionTimestamp,
    } = object.metadata;
    const old = this.#nodes.get(uid);
    const deleting = deletionTimestamp !== undefined;
    const node: GraphNode = {
      uid,
      reference,
      namespace,
      name,
      owners: ownerReferences,
      deleting,
      waitsForDependents: deleting && finalizers.includes(FOREGROUND),
      orphans: deleting && finalizers.includes(ORPHAN),
    };
    this.#nodes.set(uid, node);
    if (old?.owners !== ownerReferences) {
      if (old !== undefined) this.#unlink(old);
      for (const owner of ownerReferences) {
        const dependents = this.#dependents.get(owner.uid);
        if (dependents) dependents.add(uid);
        else this.#dependents.set(owner.uid, new Set([uid]));
      }
    }
    return { node, old };
  }
  /** It was there and is no more; spares a question to the API for each of its dependents. */
  isGone(uid: string): boolean {
    return this.#gone.has(uid);
  }
  delete(uid: string): GraphNode | undefined {
    const node = this.#nodes.get(uid);
    if (node === undefined) return undefined;
    this.#nodes.delete(uid);
    if (this.#dependents.has(uid)) this.#gone.add(uid);
    const [oldest] = this.#gone;
    if (oldest !== undefined && this.#gone.size > MAX_GONE) this.#gone.delete(oldest);
    this.#unlink(node);
    return node;
  }
  #unlink(node: GraphNode): void {
    for (const owner of node.owners) {
      const dependents = this.#dependents.get(owner.uid);
      if (dependents?.delete(node.uid) && dependents.size === 0) this.#dependents.delete(owner.uid);
    }
  }
}
