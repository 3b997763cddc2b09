import type { Process } from '@tabernetes/node-api';
import { expect, test } from 'vitest';
import { ip } from './ip.ts';

async function say(...argv: string[]): Promise<string> {
  const said: string[] = [];
  const stream = { write: (text: string) => Promise.resolve(void said.push(text)), close: () => undefined };
  const net = { addresses: ['10.244.1.123'] };
  await ip({ argv: ['ip', ...argv], stdout: stream, stderr: stream, net } as unknown as Process);
  return said.join('');
}

test('PRG-6 ip shows the interfaces and routes of the Pod, and changes nothing', async () => {
  expect(await say('addr')).toContain('    inet 10.244.1.123/24 brd 10.244.1.255 scope global eth0\n');
  expect(await say('-4', 'a', 'show', 'dev', 'lo')).toBe(
    '1: lo: <LOOPBACK,UP,LOWER_UP> mtu 65536 qdisc noqueue qlen 1000\n' +
      '    link/loopback 00:00:00:00:00:00 brd 00:00:00:00:00:00\n' +
      '    inet 127.0.0.1/8 scope host lo\n       valid_lft forever preferred_lft forever\n',
  );
  expect(await say('route')).toBe(
    'default via 10.244.1.1 dev eth0 \n10.244.1.0/24 dev eth0 scope link  src 10.244.1.123 \n',
  );
  expect(await say('link', 'show', 'eth9')).toBe("ip: can't find device 'eth9'\n");
  expect(await say('route', 'add', 'default')).toBe('ip: RTNETLINK answers: Operation not permitted\n');
});
