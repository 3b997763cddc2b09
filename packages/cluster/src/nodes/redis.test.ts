import { kinds } from '@tabernetes/api';
import type { Pod } from '@tabernetes/api/types/core-v1';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCluster } from '../cluster.ts';
import type { Cluster } from '../running-cluster.ts';

let cluster: Cluster;
beforeEach(async () => {
  cluster = await createCluster({ nodes: 1, clock: 'virtual', kubelet: 'simulated' });
});
afterEach(() => cluster.stop());

async function logOf(script: string): Promise<string> {
  await cluster.client.resource(kinds.pod).create({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'redis', namespace: 'default' },
    spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'redis:7', command: ['sh', '-c', script] }] },
  } as Pod);
  await cluster.clock.advance(10_000);
  const response = await cluster.fetch(new Request('https://cluster/api/v1/namespaces/default/pods/redis/log'));
  return response.text();
}

test('CLU-81 redis asks for its password, keeps its databases apart and says what it does not do', async () => {
  const log = await logOf(`
    printf 'requirepass "s3cret"\\nmaxmemory 2mb\\n' > /tmp/redis.conf
    redis-server /tmp/redis.conf &
    sleep 1
    redis-cli get a
    redis-cli -a wrong --no-auth-warning get a
    redis-cli -a s3cret --no-auth-warning set a 1
    REDISCLI_AUTH=s3cret redis-cli -n 1 exists a
    REDISCLI_AUTH=s3cret redis-cli -n 16 get a
    REDISCLI_AUTH=s3cret redis-cli config get maxmemory
  `);
  expect(log).toContain("# 'maxmemory 2mb' has no effect in the simulated redis");
  expect(log.slice(log.indexOf('NOAUTH'))).toBe(`NOAUTH Authentication required.

AUTH failed: WRONGPASS invalid username-password pair or user is disabled.
NOAUTH Authentication required.

OK
0
SELECT 16 failed: ERR DB index is out of range
1
maxmemory
2097152
`);
});

test('CLU-81 redis does not start with what it cannot read', async () => {
  expect(await logOf('redis-server /nope; printf "port 1\\nfoo bar\\n" > /tmp/a; redis-server /tmp/a; echo $?')).toBe(
    `Fatal error, can't open config file '/nope': No such file or directory

*** FATAL CONFIG FILE ERROR (Redis 7.2.5) ***
Reading the configuration file, at line 2
>>> 'foo bar'
Bad directive or wrong number of arguments
1
`,
  );
});

test('CLU-81 no pattern, number or byte that somebody sends ends redis', async () => {
  const log = await logOf(`
    redis-server --databases 2000000000 > /dev/null &
    sleep 1
    redis-cli set a[ 1
    redis-cli keys '['
    redis-cli keys '[a-c]?'
    redis-cli keys 'a('
    redis-cli config get '('
    redis-cli -n 1999999999 exists a
    redis-cli incrby n 1.5
    redis-cli expire a[ soon
    redis-cli set b 1 EX never
    redis-cli blpop l soon
    redis-cli blpop l -1
    printf '*1000000000\r\n' | nc 127.0.0.1 6379
    printf '*2\r\n$3\r\nGET\r\n$99999999999\r\n' | nc 127.0.0.1 6379
    printf '*3\r\n' | nc 127.0.0.1 6379
    head -c 200000 /dev/zero | nc 127.0.0.1 6379
    echo
    redis-cli get a[
  `);
  expect(log.replaceAll('\r', '')).toBe(`OK

a[


0
ERR value is not an integer or out of range

ERR value is not an integer or out of range

ERR value is not an integer or out of range

ERR timeout is not a float or out of range

ERR timeout is negative

-ERR Protocol error: invalid multibulk length
-ERR Protocol error: invalid bulk length
-ERR Protocol error: too big inline request

1
`);
});
