import { builtinKinds, type KindDefinition } from '@tabernetes/api';
import { type KubeObject, type OwnerReference, StatusError } from '@tabernetes/apimachinery';
import type { ResourceReference } from '@tabernetes/client';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, type Result } from '../runtime/controller.ts';
import { FOREGROUND, Graph, type GraphNode, ORPHAN } from './graph.ts';

/**
 * Deletes objects whose owners are all gone; lets go of owners that wait for their dependents (foreground) once none blocks any more; makes dependents forget
 * owners that are deleted without them (orphan).
 *
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/garbagecollector/garbagecollector.go
 */
export function garbageCollector(context: ControllerContext): Controller {
  const { client, informers } = context;
  const graph = new Graph();
  const watched = builtinKinds.filter(isCollectable);

  /** What the API says of an owner that the graph does not know: caches of different kinds are not equally far. */
  async function ownerExists(owner: OwnerReference, dependent: GraphNode): Promise<boolean> {
    const kind = watched.find((k) => k.kind === owner.kind && apiVersionOf(k) === owner.apiVersion);
    // An owner of a kind that we cannot read is none that we may call gone.
    if (kind === undefined) return true;
    const namespace = kind.namespaced ? dependent.namespace : undefined;
    const found = await client.resource(kind).get(owner.name, namespace).catch(absent);
    return found?.metadata.uid === owner.uid;
  }

  const read = (node: GraphNode): Promise<KubeObject | undefined> =>
    client
      .resource(node.reference)
      .get(node.name, node.namespace)
      .catch(absent)
      .then((found) => (found?.metadata.uid === node.uid ? found : undefined));

  const remove = async (node: GraphNode, propagationPolicy: 'Background' | 'Foreground' | 'Orphan'): Promise<void> => {
    const preconditions = { uid: node.uid };
    await client
      .resource(node.reference)
      .delete(node.name, node.namespace, { propagationPolicy, preconditions })
      .catch(outdated);
  };

  const dropFinalizer = async (node: GraphNode, finalizer: string): Promise<void> => {
    const current = await read(node);
    const finalizers = current?.metadata.finalizers;
    if (current === undefined || finalizers?.includes(finalizer) !== true) return;
    const { uid = '', resourceVersion = '' } = current.metadata;
    const patch = { metadata: { uid, resourceVersion, finalizers: finalizers.filter((f) => f !== finalizer) } };
    await client.resource(node.reference).patch(node.name, node.namespace, 'merge', patch);
  };

  const dropOwners = async (node: GraphNode, gone: readonly string[]): Promise<void> => {
    const current = await read(node);
    if (current === undefined) return;
    const { uid = '', resourceVersion = '', ownerReferences = [] } = current.metadata;
    const patch = {
      metadata: { uid, resourceVersion, ownerReferences: ownerReferences.filter((o) => !gone.includes(o.uid)) },
    };
    await client.resource(node.reference).patch(node.name, node.namespace, 'merge', patch).catch(outdated);
  };

  async function orphanDependents(node: GraphNode): Promise<void> {
    for (const dependent of graph.dependentsOf(node.uid)) await dropOwners(dependent, [node.uid]);
    await dropFinalizer(node, ORPHAN);
  }

  /** Dependents that keep their owner from going, as long as they are there. */
  const blocking = (owner: GraphNode): readonly GraphNode[] =>
    graph
      .dependentsOf(owner.uid)
      .filter((d) => d.owners.some((o) => o.uid === owner.uid && o.blockOwnerDeletion === true));

  async function judge(node: GraphNode): Promise<void> {
    const solid: string[] = [];
    const gone: string[] = [];
    const waiting: string[] = [];
    for (const owner of node.owners) {
      const known = graph.get(owner.uid);
      if (known === undefined) ((await ownerExists(owner, node)) ? solid : gone).push(owner.uid);
      else (known.waitsForDependents && owner.blockOwnerDeletion === true ? waiting : solid).push(owner.uid);
    }
    if (solid.length > 0) {
      if (gone.length + waiting.length > 0) await dropOwners(node, [...gone, ...waiting]);
      return;
    }
    const current = await read(node);
    if (current === undefined) return;
    const { finalizers = [] } = current.metadata;
    if (waiting.length > 0 && graph.dependentsOf(node.uid).length > 0) return remove(node, 'Foreground');
    return remove(
      node,
      finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background',
    );
  }

  return createController(context, {
    name: 'garbage-collector-controller',
    informers: watched.map((kind) => informers.for(kind)),
    watch: (queue) => {
      const seen = (kind: KindDefinition, object: KubeObject): void => {
        const { node, old } = graph.set(kind, object);
        if (node.orphans || node.waitsForDependents) queue.add(node.uid);
        if (node.owners.length > 0 && (old === undefined || old.owners !== node.owners)) {
          if (node.owners.some((o) => graph.get(o.uid)?.waitsForDependents !== false)) queue.add(node.uid);
        }
      };
      return watched.map((kind) =>
        informers.for(kind).addHandler({
          onAdd: (object) => seen(kind, object),
          onUpdate: (object) => seen(kind, object),
          onDelete({ metadata: { uid = '' } }) {
            const dependents = graph.dependentsOf(uid);
            const node = graph.delete(uid);
            for (const dependent of dependents) queue.add(dependent.uid);
            // The last dependent may have been what an owner waited for.
            for (const owner of node?.owners ?? []) if (graph.get(owner.uid)?.waitsForDependents) queue.add(owner.uid);
          },
        }),
      );
    },
    async reconcile(uid): Promise<Result> {
      const node = graph.get(uid);
      if (node === undefined) return DONE;
      if (node.orphans) await orphanDependents(node);
      else if (node.waitsForDependents) {
        const dependents = blocking(node);
        if (dependents.length === 0) await dropFinalizer(node, FOREGROUND);
        for (const dependent of dependents) if (!dependent.deleting) await judge(dependent);
      } else if (!node.deleting && node.owners.length > 0) await judge(node);
      return DONE;
    },
  });
}

const apiVersionOf = ({ group, version }: ResourceReference): string =>
  group === '' ? version : `${group}/${version}`;

/** Kinds whose objects can be listed, watched and deleted; each object once, in the version that is stored. */
function isCollectable(kind: KindDefinition): boolean {
  if (kind.storedAs !== undefined || kind.virtual !== undefined) return false;
  const { verbs } = kind;
  // As upstream: Events are many, own nothing and are owned by nothing.
  if (kind.plural === 'events') return false;
  return verbs === undefined || (verbs.includes('list') && verbs.includes('watch') && verbs.includes('delete'));
}

function absent(error: unknown): undefined {
  if (error instanceof StatusError && error.reason === 'NotFound') return undefined;
  throw error;
}

/** It is gone, or another one by now: the event that says so is on its way. */
function outdated(error: unknown): void {
  if (error instanceof StatusError && (error.reason === 'NotFound' || error.reason === 'Conflict')) return;
  throw error;
}
