import { kinds } from '@tabernetes/api';
import { nextTurn } from '@tabernetes/base';
import type { Client } from '@tabernetes/client';

/** Pods can be made in a namespace once its ServiceAccount is there; controllers need a few turns for that. */
export async function defaultNamespaceReady(client: Client): Promise<void> {
  const accounts = client.resource(kinds.serviceAccount);
  for (let turns = 0; turns < MAX_TURNS; turns++) {
    const { items } = await accounts.list({ namespace: 'default' });
    if (items.length > 0) return;
    await nextTurn();
  }
  throw new Error('the namespace default has not got its ServiceAccount');
}

/** Pods can be scheduled once the node lifecycle controller has taken from new nodes what keeps Pods away. */
export async function nodesReady(client: Client): Promise<void> {
  const nodes = client.resource(kinds.node);
  const { items } = await nodes.list();
  // One after the other: thousands are not read again for each that is not ready yet.
  for (const { metadata } of items) {
    for (let turns = 0; turns < MAX_TURNS; turns++) {
      const { spec } = await nodes.get(metadata.name ?? '');
      if (!spec?.taints?.some(({ key }) => key === 'node.kubernetes.io/not-ready')) break;
      await nextTurn();
    }
  }
}

const MAX_TURNS = 1000;
