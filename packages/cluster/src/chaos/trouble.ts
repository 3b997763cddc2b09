/** What may go wrong with a cluster, from its beginning until somebody mends it. Pods are named `namespace/name`. */
export type Trouble =
  /** The kubelet says nothing and does nothing; containers live on. */
  | { readonly kind: 'kubelet'; readonly node: string }
  /** The node with all that runs on it is cut off from every other machine. */
  | { readonly kind: 'network'; readonly node: string }
  /** The configuration of the node's network plugin is gone: the node is not Ready, and new Pods get no network. */
  | { readonly kind: 'networkPlugin'; readonly node: string }
  /** Every process of the container stands still. */
  | { readonly kind: 'hang'; readonly pod: string; readonly container: string }
  /** The container fails every probe. */
  | { readonly kind: 'probes'; readonly pod: string; readonly container: string }
  /** A process of the container holds so much memory. */
  | { readonly kind: 'memory'; readonly pod: string; readonly container: string; readonly bytes: number }
  /** A process of the container computes so much. */
  | { readonly kind: 'cpu'; readonly pod: string; readonly container: string; readonly millicores: number }
  /** Pulls of the image take so much longer, in milliseconds; an image without a tag stands for all of its tags, empty for all images. */
  | { readonly kind: 'slowPull'; readonly image: string; readonly delayMs: number }
  /** The registry of the image cannot be reached. */
  | { readonly kind: 'failingPull'; readonly image: string }
  /** Every way between two machines takes so much longer, in milliseconds. */
  | { readonly kind: 'latency'; readonly delayMs: number }
  /** So many of all packets between machines are lost, 0 to 1. */
  | { readonly kind: 'loss'; readonly share: number };

export type TroubleKind = Trouble['kind'];

/** What two troubles have in common that cannot be there at once: the later one takes the place of the earlier. */
export function troubleKey(trouble: Trouble): string {
  switch (trouble.kind) {
    case 'kubelet':
    case 'network':
    case 'networkPlugin':
      return `${trouble.kind} ${trouble.node}`;
    case 'hang':
    case 'probes':
    case 'memory':
    case 'cpu':
      return `${trouble.kind} ${trouble.pod} ${trouble.container}`;
    case 'slowPull':
    case 'failingPull':
      return `${trouble.kind} ${trouble.image}`;
    case 'latency':
    case 'loss':
      return trouble.kind;
  }
}
