import { builtinKinds, type KindDefinition } from '@tabernetes/api';
import { ignoreNotFound, type KubeObject, type OwnerReference } from '@tabernetes/apimachinery';
import { createEventRecorder, type ResourceReference, type WorkQueue } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { customKinds } from './custom-kinds.ts';
import { apiVersionOf, FOREGROUND, Graph, type GraphNode, isAt, ORPHAN } from './graph.ts';

/**
 * Deletes objects whose owners are all gone (background); lets go of owners that wait for their dependents once none
 * blocks any more (foreground); makes dependents forget owners that are deleted without them (orphan).
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/garbagecollector/garbagecollector.go
 */
export function garbageCollector(context: ControllerContext): Controller {
  const { client, informers } = context;
  const graph = new Graph();
  const watched = builtinKinds.filter(isCollectable);
  const custom = customKinds(context);
  const kindOf = ({ apiVersion, kind }: OwnerReference): ResourceReference | undefined =>
    watched.find((k) => k.kind === kind && apiVersionOf(k) === apiVersion) ?? custom.find(apiVersion, kind);
  const recorder = createEventRecorder(context, { component: 'garbage-collector-controller' });
  let queue: Pick<WorkQueue, 'add'> | undefined;

  /**
   * How an owner stands. The graph knows it when it is where the reference says; else the API is asked, since the caches
   * of different kinds are not equally far and references may be wrong.
   */
  async function stateOf(owner: OwnerReference, dependent: GraphNode): Promise<'solid' | 'waiting' | 'gone' | 'wrong'> {
    const known = graph.get(owner.uid);
    if (known !== undefined && isAt(known, owner, dependent)) return known.waitsForDependents ? 'waiting' : 'solid';
    const kind = kindOf(owner);
    // An owner of a kind that we cannot read is none that we may call gone.
    if (kind === undefined) return 'solid';
    // A cluster-scoped object cannot have a namespaced owner; nobody can say which one was meant.
    if (kind.namespaced && dependent.namespace === undefined) return 'wrong';
    if (known === undefined && graph.isGone(owner.uid)) return 'gone';
    const namespace = kind.namespaced ? dependent.namespace : undefined;
    const found = await client.resource(kind).get(owner.name, namespace).catch(ignoreNotFound);
    if (found?.metadata.uid !== owner.uid) return 'gone';
    const { deletionTimestamp, finalizers = [] } = found.metadata;
    return deletionTimestamp !== undefined && finalizers.includes(FOREGROUND) ? 'waiting' : 'solid';
  }

  const read = (node: GraphNode): Promise<KubeObject | undefined> =>
    client
      .resource(node.reference)
      .get(node.name, node.namespace)
      .catch(ignoreNotFound)
      .then((found) => (found?.metadata.uid === node.uid ? found : undefined));

  const remove = async (node: GraphNode, propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): Promise<void> => {
    const preconditions = { uid: node.uid };
    await client
      .resource(node.reference)
      .delete(node.name, node.namespace, { propagationPolicy, preconditions })
      .catch(ignoreNotFound);
  };

  /** Changes metadata of the object as it is now; a Conflict is tried again. */
  async function edit(
    node: GraphNode,
    change: (metadata: KubeObject['metadata']) => Partial<KubeObject['metadata']> | undefined,
  ): Promise<void> {
    const current = await read(node);
    const changed = current && change(current.metadata);
    if (current === undefined || changed === undefined) return;
    const { uid = '', resourceVersion = '' } = current.metadata;
    const patch = { metadata: { uid, resourceVersion, ...changed } };
    await client.resource(node.reference).patch(node.name, node.namespace, 'merge', patch).catch(ignoreNotFound);
  }

  const dropFinalizer = (node: GraphNode, finalizer: string): Promise<void> =>
    edit(node, ({ finalizers }) =>
      finalizers?.includes(finalizer) ? { finalizers: finalizers.filter((f) => f !== finalizer) } : undefined,
    );

  const dropOwners = (node: GraphNode, gone: readonly string[]): Promise<void> =>
    edit(node, ({ ownerReferences = [] }) => ({
      ownerReferences: ownerReferences.filter((o) => !gone.includes(o.uid)),
    }));

  /** Of a circle of owners that wait for each other, one has to stop blocking. */
  const unblock = (node: GraphNode): Promise<void> =>
    edit(node, ({ ownerReferences = [] }) => ({
      ownerReferences: ownerReferences.map((o) => (o.blockOwnerDeletion ? { ...o, blockOwnerDeletion: false } : o)),
    }));

  async function orphanDependents(node: GraphNode): Promise<void> {
    for (const dependent of graph.dependentsOf(node.uid)) await dropOwners(dependent, [node.uid]);
    await dropFinalizer(node, ORPHAN);
  }

  /** Lets the owner go when no dependent blocks it any more. */
  async function finish(node: GraphNode): Promise<void> {
    const blocking = graph
      .dependentsOf(node.uid)
      .filter((d) => d.owners.some((o) => o.uid === node.uid && o.blockOwnerDeletion === true));
    if (blocking.length === 0) await dropFinalizer(node, FOREGROUND);
    for (const dependent of blocking) if (!dependent.waitsForDependents) queue?.add(dependent.uid);
  }

  async function judge(node: GraphNode): Promise<void> {
    const gone: string[] = [];
    const waiting: string[] = [];
    let solid = 0;
    for (const owner of node.owners) {
      const state = await stateOf(owner, node);
      if (state === 'wrong') return;
      if (state === 'solid') solid++;
      else (state === 'gone' ? gone : waiting).push(owner.uid);
    }
    if (solid > 0) {
      if (gone.length + waiting.length > 0) await dropOwners(node, [...gone, ...waiting]);
      return;
    }
    const current = await read(node);
    if (current === undefined) return;
    const dependents = waiting.length > 0 ? graph.dependentsOf(node.uid) : [];
    if (dependents.length > 0) {
      if (dependents.some((d) => d.waitsForDependents)) await unblock(node);
      return remove(node, 'Foreground');
    }
    const { finalizers = [] } = current.metadata;
    if (finalizers.includes(ORPHAN)) return remove(node, 'Orphan');
    return remove(node, finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background');
  }

  /** Events about what cannot be right: an owner in another namespace. */
  function reportStrangers(object: KubeObject, node: GraphNode): void {
    for (const owner of node.owners) {
      const known = graph.get(owner.uid);
      if (known?.namespace === undefined || known.namespace === node.namespace) continue;
      const { apiVersion, kind, name, uid } = owner;
      const reference = `[${apiVersion}/${kind}, namespace: ${node.namespace ?? ''}, name: ${name}, uid: ${uid}]`;
      const message = `ownerRef ${reference} does not exist in namespace "${node.namespace ?? ''}"`;
      // A reference that upstream makes by hand, without the version.
      recorder.event(unversioned(object), 'Warning', 'OwnerRefInvalidNamespace', message);
    }
  }

  function seen(kind: ResourceReference, object: KubeObject): void {
    const { node, old } = graph.set(kind, object);
    if (node.orphans) queue?.add(node.uid);
    else if (node.waitsForDependents) {
      queue?.add(node.uid);
      if (old?.waitsForDependents !== true) for (const d of graph.dependentsOf(node.uid)) queue?.add(d.uid);
    }
    if (old?.owners === node.owners) return;
    // Who is not owned any more, or blocks no more, may be what an owner waited for.
    for (const owner of old?.owners ?? []) if (graph.get(owner.uid)?.waitsForDependents) queue?.add(owner.uid);
    const doubtful = node.owners.some((owner) => {
      const known = graph.get(owner.uid);
      return known === undefined || known.waitsForDependents || !isAt(known, owner, node);
    });
    if (!doubtful) return;
    reportStrangers(object, node);
    queue?.add(node.uid);
  }

  function gone(object: KubeObject): void {
    const { uid = '' } = object.metadata;
    const dependents = graph.dependentsOf(uid);
    // First out of the graph: a key that is added may be looked at at once.
    const node = graph.delete(uid);
    for (const dependent of dependents) queue?.add(dependent.uid);
    // The last dependent may have been what an owner waited for.
    for (const owner of node?.owners ?? []) if (graph.get(owner.uid)?.waitsForDependents) queue?.add(owner.uid);
  }

  return createController(context, {
    name: 'garbage-collector-controller',
    informers: watched.map((kind) => informers.for(kind)),
    watch: (keys) => {
      queue = keys;
      const handlerOf = (kind: ResourceReference) => ({
        onAdd: (object: KubeObject) => seen(kind, object),
        onUpdate: (object: KubeObject) => seen(kind, object),
        onDelete: gone,
      });
      const followed = watched.map((kind) => informers.for(kind).addHandler(handlerOf(kind)));
      return [...followed, custom.follow(handlerOf)];
    },
    async reconcile(uid): Promise<Result> {
      const node = graph.get(uid);
      if (node === undefined) return DONE;
      if (node.orphans) await orphanDependents(node);
      else if (node.waitsForDependents) await finish(node);
      else if (!node.deleting && node.owners.length > 0) await judge(node);
      return DONE;
    },
  });
}

/** Kinds whose objects can be listed, watched and deleted; each object once, in the version that is stored. */
function isCollectable(kind: KindDefinition): boolean {
  if (kind.storedAs !== undefined || kind.virtual !== undefined) return false;
  const { verbs } = kind;
  // As upstream: Events are many, own nothing and are owned by nothing.
  if (kind.plural === 'events') return false;
  return verbs === undefined || (verbs.includes('list') && verbs.includes('watch') && verbs.includes('delete'));
}

const unversioned = ({ metadata: { resourceVersion: _, ...metadata }, ...object }: KubeObject): KubeObject => ({
  ...object,
  metadata,
});
