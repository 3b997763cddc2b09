import { readFileSync } from 'node:fs';
import { type Cluster, createCluster } from '@tabernetes/cluster';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ask } from './ask.ts';

/** A list that a real server was asked for with a selector, and what it said. */
interface Recorded {
  /** Default: any list. */
  readonly path?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly code: number;
  readonly message: string | null;
}

const lines = readFileSync(new URL('golden/facts/selectors.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const recorded = lines.map((line) => JSON.parse(line) as Recorded);

let cluster: Cluster;
beforeAll(async () => {
  cluster = await createCluster({ nodes: 0, controllers: false, clock: 'virtual' });
});
afterAll(() => cluster.stop());

test('lists answer recorded selectors of labels and of fields as a real server did', async () => {
  const misses: unknown[] = [];
  for (const line of recorded) {
    const { path = '/api/v1/namespaces/default/pods', labelSelector, fieldSelector, code, message } = line;
    const query = new URLSearchParams({
      ...(labelSelector !== undefined && { labelSelector }),
      ...(fieldSelector !== undefined && { fieldSelector }),
    });
    const answer = await ask(cluster, 'GET', `${path}?${query}`);
    const said = answer.code === 200 ? null : answer.object.message;
    if (answer.code !== code || said !== message) misses.push({ line, code: answer.code, said });
  }
  expect(misses).toEqual([]);
  expect(recorded).toHaveLength(414);
});
