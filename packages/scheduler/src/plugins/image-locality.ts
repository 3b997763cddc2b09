import { MAX_NODE_SCORE, type Plugin } from '../framework/plugin.ts';
import type { NodeInfo } from '../snapshot/node-info.ts';

const MB = 1024 * 1024;
/** Images below this sum are as good as absent. */
const MIN_BYTES = 23 * MB;
/** Per container; above it a node is no better. */
const MAX_BYTES = 1000 * MB;

/**
 * Prefers nodes that have the Pod's images, weighed by size and by the share of nodes that have them (so that one node
 * with a popular image does not draw everything).
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/scheduler/framework/plugins/imagelocality/image_locality.go
 */
export const imageLocality: Plugin = {
  name: 'ImageLocality',
  preScore({ spec: { containers, initContainers = [] } }, snapshot) {
    if (!snapshot.knowsImages) return 0;
    const images = [...initContainers, ...containers].map(({ image = '' }) => normalizedImageName(image));
    const nodeCount = snapshot.nodes.length;
    const most = MAX_BYTES * images.length;
    const score = (present: NodeInfo['images']): number => {
      if (present.size === 0) return 0;
      let sum = 0;
      for (const image of images) {
        const state = present.get(image);
        if (state !== undefined) sum += Math.trunc(state.sizeBytes * (state.nodes / nodeCount));
      }
      const within = Math.min(Math.max(sum, MIN_BYTES), most);
      return Math.trunc((MAX_NODE_SCORE * (within - MIN_BYTES)) / (most - MIN_BYTES));
    };
    return (nodes, scores) => {
      for (let i = 0; i < nodes.length; i++) scores[i] = score((nodes[i] as NodeInfo).images);
    };
  },
};

/** Nodes report tags; an image without one means `latest`. */
const normalizedImageName = (name: string): string =>
  name.lastIndexOf(':') <= name.lastIndexOf('/') ? `${name}:latest` : name;
