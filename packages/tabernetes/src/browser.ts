import type { Descriptions, DescriptionsFile } from '@tabernetes/api';
import { type Cluster, type ClusterOptions, createCluster as create } from '@tabernetes/cluster';
import { browserSandbox } from '@tabernetes/worker/sandbox';

export type { Cluster, ClusterOptions, ClusterSnapshot } from '@tabernetes/cluster';
export { type ShareLinkOptions, shareLink } from '@tabernetes/ui/share-link';

/** Starts a cluster in this page or worker; what only Node has (protobuf clients, files) is left out. */
export const createCluster = (options: ClusterOptions = {}): Promise<Cluster> =>
  create({ descriptions: loadDescriptions, sandbox: browserSandbox(), ...options });

async function loadDescriptions(): Promise<Descriptions> {
  const [{ descriptionsFrom }, { default: file }] = await Promise.all([
    import('@tabernetes/api'),
    import('@tabernetes/api/descriptions.json', { with: { type: 'json' } }),
  ]);
  return descriptionsFrom(file as DescriptionsFile);
}
