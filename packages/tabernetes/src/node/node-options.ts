import { type Descriptions, type DescriptionsFile, descriptionsFrom } from '@tabernetes/api';
import { protobufTable } from '@tabernetes/api/protobuf';
import type { ClusterOptions } from '@tabernetes/cluster';

/** What a cluster in Node has beside what its owner asks for: protobuf clients, and the words of `kubectl explain`. */
export const nodeOptions: ClusterOptions = { protobuf: protobufTable, descriptions: loadDescriptions };

async function loadDescriptions(): Promise<Descriptions> {
  const { default: file } = await import('@tabernetes/api/descriptions.json', { with: { type: 'json' } });
  return descriptionsFrom(file as DescriptionsFile);
}
