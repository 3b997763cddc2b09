import { testApiServer } from '@tabernetes/apiserver/testing';
import { seededRng } from '@tabernetes/base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClient } from './client.ts';
import { electLeader } from './leader-election.ts';

describe('leader election', () => {
  let cluster: Awaited<ReturnType<typeof testApiServer>>;
  beforeEach(async () => {
    cluster = await testApiServer();
  });
  afterEach(() => cluster.dispose());

  test('CLT-10 has one leader, and another when that one gives up or falls silent', async () => {
    const leaders = new Set<string>();
    let cut = '';
    const run = (identity: string) => {
      const server = {
        request: (request: Parameters<typeof cluster.server.request>[0]) =>
          cut === identity
            ? Promise.resolve({
                status: 503,
                headers: {},
                body: { kind: 'text', contentType: 'text/plain', text: 'cut off' },
              } as const)
            : cluster.server.request(request),
      };
      const client = createClient(server, { user: { name: 'admin', groups: ['system:masters'] }, userAgent: identity });
      return electLeader(
        { client, clock: cluster.clock, rng: seededRng(identity) },
        {
          namespace: 'default',
          name: 'boss',
          identity,
          onStartedLeading: () => leaders.add(identity),
          onStoppedLeading: () => leaders.delete(identity),
        },
      );
    };
    const a = run('a');
    await cluster.clock.advance('1s');
    const b = run('b');
    const c = run('c');
    await cluster.clock.advance('1m');
    expect([...leaders]).toEqual(['a']);

    a.dispose();
    await cluster.clock.advance('10s');
    expect(leaders.size).toBe(1);
    const [second = ''] = leaders;

    cut = second;
    await cluster.clock.advance('11s');
    expect([...leaders]).not.toContain(second);
    await cluster.clock.advance('20s');
    expect(leaders.size).toBe(1);
    expect([...leaders]).not.toContain(second);
    b.dispose();
    c.dispose();
  });
});
