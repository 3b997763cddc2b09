import type { KubeObject } from '@tabernetes/apimachinery';
import { nameOf, type ObjectName } from '../app/selection.tsx';
import { idOf, type Relation, referencesOf } from './references.ts';

/** Objects that stand in one relation to another. */
export interface Related {
  readonly relation: Relation;
  /** True when the others say it of this object: `ownedBy` read backwards is what it owns. */
  readonly isInverse: boolean;
  readonly objects: readonly RelatedObject[];
}

export interface RelatedObject extends ObjectName {
  /** Referred to, and not there. */
  readonly isMissing: boolean;
}

/** What the related objects are looked for in. */
export interface Objects {
  readonly kinds: readonly string[];
  list(kind: string): readonly KubeObject[];
  find(kind: string, namespace: string, name: string): KubeObject | undefined;
}

/** Kinds of which there are many and that explain nothing here. */
const SILENT = new Set(['Event', 'Lease']);

/** All that an object refers to and all that refers to it, by relation. */
export function relatedOf(object: KubeObject, world: Objects): readonly Related[] {
  const found = new Map<
    string,
    { readonly relation: Relation; readonly isInverse: boolean; objects: RelatedObject[] }
  >();
  const add = (relation: Relation, isInverse: boolean, of: RelatedObject): void => {
    const id = `${relation} ${isInverse}`;
    const group = found.get(id) ?? { relation, isInverse, objects: [] };
    found.set(id, group);
    if (!group.objects.some((each) => idOf(each) === idOf(of))) group.objects.push(of);
  };
  const own = nameOf(object);
  const { names, choices } = referencesOf(object);
  for (const { relation, ...name } of names) {
    // An owner may be one without a namespace: a node, for one.
    const bare = { ...name, namespace: '' };
    const isBare =
      world.find(name.kind, name.namespace, name.name) === undefined && world.find(bare.kind, '', bare.name);
    const there = isBare ? bare : name;
    add(relation, false, { ...there, isMissing: world.find(there.kind, there.namespace, there.name) === undefined });
  }
  for (const { relation, namespace, selector } of choices) {
    for (const pod of world.list('Pod')) {
      if (pod.metadata.namespace === namespace && selector.matches(pod.metadata.labels))
        add(relation, false, { ...nameOf(pod), isMissing: false });
    }
  }
  for (const kind of world.kinds) {
    if (SILENT.has(kind)) continue;
    for (const other of world.list(kind)) {
      if (other === object) continue;
      const refers = referencesOf(other);
      for (const { relation, ...name } of refers.names) {
        const isMeant =
          name.kind === own.kind &&
          name.name === own.name &&
          (name.namespace === own.namespace || own.namespace === '');
        if (isMeant) add(relation, true, { ...nameOf(other), isMissing: false });
      }
      if (own.kind !== 'Pod' || refers.choices.length === 0) continue;
      for (const { relation, namespace, selector } of refers.choices) {
        if (namespace === own.namespace && selector.matches(object.metadata.labels))
          add(relation, true, { ...nameOf(other), isMissing: false });
      }
    }
  }
  return [...found.values()];
}

/** The Pods whose logs are those of an object: itself, those that it owns over however many steps, or those that it selects. */
export function podsOf(object: KubeObject, world: Objects): readonly KubeObject[] {
  if (object.kind === 'Pod') return [object];
  const { choices } = referencesOf(object);
  if (object.kind === 'Service') {
    return world
      .list('Pod')
      .filter(({ metadata }) =>
        choices.some((each) => each.namespace === metadata.namespace && each.selector.matches(metadata.labels)),
      );
  }
  const { uid } = object.metadata;
  const owned = new Set([uid]);
  for (const kind of ['Deployment', 'Job', 'ReplicaSet']) {
    for (const { metadata } of world.list(kind))
      if (metadata.ownerReferences?.some((owner) => owned.has(owner.uid)) === true) owned.add(metadata.uid);
  }
  return world
    .list('Pod')
    .filter(({ metadata }) => metadata.ownerReferences?.some((owner) => owned.has(owner.uid)) === true);
}
