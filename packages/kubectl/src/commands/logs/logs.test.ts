import { expect, test } from 'vitest';
import { kubectlOnServer } from '../../testing/admin-server.ts';

const POD = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'i' }] },
};

// What kubectl 1.32 says and asks.
const cases: readonly (readonly [since: string, said: string, asked: readonly string[]])[] = [
  ['2024-13-01T00:00:00Z', 'error: parsing time "2024-13-01T00:00:00Z": month out of range\n', []],
  ['2024-01-01', 'error: parsing time "2024-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T"\n', []],
  ['2024-01-01T00:00:00.5+01:00', '', ['2023-12-31T23:00:00Z']],
];
for (const [since, said, wanted] of cases) {
  test(`KCT-3 the time ${since} is read as Go reads it`, async () => {
    const asked: (string | undefined)[] = [];
    const run = await kubectlOnServer({}, async ({ path, query }) => {
      if (path === '/api/v1/namespaces/default/pods/p') {
        return { status: 200, headers: {}, body: { kind: 'object', object: POD } };
      }
      if (!path.endsWith('/log')) return undefined;
      asked.push(query['sinceTime']);
      return { status: 200, headers: {}, body: { kind: 'text', contentType: 'text/plain', text: '' } };
    });
    expect((await run(`logs p --since-time=${since}`)).stderr).toBe(said);
    expect(asked).toEqual(wanted);
  });
}
