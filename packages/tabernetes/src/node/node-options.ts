import { type Descriptions, type DescriptionsFile, descriptionsFrom } from '@tabernetes/api';
import { protobufTable } from '@tabernetes/api/protobuf';
import type { ClusterOptions } from '@tabernetes/cluster';
import { nodeSandbox } from '@tabernetes/worker/sandbox/node';

/** What a cluster in Node has beside what its owner asks for: protobuf clients, the words of `kubectl explain`, threads for programs of users. */
export const nodeOptions: ClusterOptions = {
  protobuf: protobufTable,
  descriptions: loadDescriptions,
  sandbox: nodeSandbox(),
};

async function loadDescriptions(): Promise<Descriptions> {
  const { default: file } = await import('@tabernetes/api/descriptions.json', { with: { type: 'json' } });
  return descriptionsFrom(file as DescriptionsFile);
}
