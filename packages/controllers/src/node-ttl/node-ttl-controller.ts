import { kinds } from '@tabernetes/api';
import type { Node } from '@tabernetes/api/types/core-v1';
import { objectKey } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';

/** For how many seconds a kubelet may trust what it has read of ConfigMaps and Secrets. */
const TTL_ANNOTATION = 'node.alpha.kubernetes.io/ttl';

/** Sizes of clusters; they overlap, so that a cluster at a boundary does not go to and fro. */
const STEPS: readonly { readonly least: number; readonly most: number; readonly ttlSeconds: number }[] = [
  { least: 0, most: 100, ttlSeconds: 0 },
  { least: 90, most: 500, ttlSeconds: 15 },
  { least: 450, most: 1000, ttlSeconds: 30 },
  { least: 900, most: 2000, ttlSeconds: 60 },
  { least: 1800, most: Number.POSITIVE_INFINITY, ttlSeconds: 300 },
];

/**
 * Writes the annotation `node.alpha.kubernetes.io/ttl` of every Node, which grows with the cluster.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/ttl/ttl_controller.go
 */
export function nodeTtlController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const nodes = informers.for(kinds.node);
  let count = 0;
  let step = 0;
  return createController(context, {
    name: 'ttl-controller',
    informers: [nodes],
    watch: (queue) => [
      nodes.addHandler({
        onAdd(node) {
          count++;
          if (count > (STEPS[step]?.most ?? 0)) step++;
          queue.add(objectKey(node));
        },
        onUpdate: (node) => queue.add(objectKey(node)),
        onDelete() {
          count--;
          if (count < (STEPS[step]?.least ?? 0)) step--;
        },
      }),
    ],
    async reconcile(name, signal) {
      const node = nodes.lister.byKey(name);
      const wanted = String(STEPS[step]?.ttlSeconds ?? 0);
      if (node === undefined || ttlOf(node) === wanted) return DONE;
      const patch = { metadata: { annotations: { [TTL_ANNOTATION]: wanted } } };
      await client.resource(kinds.node).patch(name, undefined, 'strategic', patch, { signal });
      return DONE;
    },
  });
}

const ttlOf = ({ metadata }: Node): string | undefined => metadata.annotations?.[TTL_ANNOTATION];
