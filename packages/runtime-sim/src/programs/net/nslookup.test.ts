import type { DnsQuestion, DnsRecord, Process } from '@tabernetes/node-api';
import { describe, expect, test } from 'vitest';
import { nslookup, nslookupOfBind, nslookupOfOld } from './nslookup.ts';

const RESOLV_CONF =
  'search demo.svc.cluster.local svc.cluster.local cluster.local\nnameserver 10.96.0.10\noptions ndots:5\n';
const a = (name: string, address: string): DnsRecord => ({ type: 'A', name, address, ttlSeconds: 30 });
const ZONE: Readonly<Record<string, readonly DnsRecord[]>> = {
  'web.demo.svc.cluster.local': [a('web.demo.svc.cluster.local', '10.96.1.2')],
  'ext.demo.svc.cluster.local': [
    { type: 'CNAME', name: 'ext.demo.svc.cluster.local', target: 'example.com', ttlSeconds: 30 },
    a('example.com', '93.184.215.14'),
  ],
  '2.1.96.10.in-addr.arpa': [
    { type: 'PTR', name: '2.1.96.10.in-addr.arpa', target: 'web.demo.svc.cluster.local', ttlSeconds: 30 },
  ],
  'example.com': [a('example.com', '93.184.215.14')],
};
const unknown = (address: string, code = 'ENOTFOUND'): Error =>
  Object.assign(new Error('not found'), { code, address, port: 0 });

async function say(program: typeof nslookup, words: string, net = {}): Promise<string> {
  const said: string[] = [];
  const stream = { write: (text: string) => Promise.resolve(void said.push(text)), close: () => undefined };
  const faces = {
    query(name: string, type: DnsQuestion) {
      const found = ZONE[name];
      if (found === undefined) return Promise.reject(unknown(name));
      return Promise.resolve(found.filter((record) => record.type === type || record.type === 'CNAME'));
    },
    resolve(name: string) {
      const found = ZONE[`${name}.demo.svc.cluster.local`]?.[0];
      return found?.type === 'A' ? Promise.resolve([found.address]) : Promise.reject(unknown(name));
    },
    ...net,
  };
  const fs = { readText: () => RESOLV_CONF };
  const argv = ['nslookup', ...words.split(' ')];
  const sleep = () => Promise.resolve();
  const code = await program({ argv, fs, sleep, stdout: stream, stderr: stream, net: faces } as unknown as Process);
  return `${said.join('')}[${code}]`;
}

const NAMED = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10:53\n\n';
const unfound = (...names: string[]): string =>
  names.map((name) => `** server can't find ${name}: NXDOMAIN\n\n`).join('');
const ELSEWHERE = ['svc.cluster.local', 'cluster.local'];

describe('PRG-7 nslookup of busybox', () => {
  const cases = [
    {
      name: 'tells of every search domain, and of both families',
      words: 'web',
      said: `${NAMED}Name:\tweb.demo.svc.cluster.local\nAddress: 10.96.1.2\n\n${unfound(...ELSEWHERE.map((d) => `web.${d}`))}\n${unfound(...ELSEWHERE.map((d) => `web.${d}`))}[1]`,
    },
    {
      name: 'asks for a name with a dot as it stands',
      words: 'web.demo',
      said: `${NAMED}${unfound('web.demo', 'web.demo')}[1]`,
    },
    {
      name: 'finds a whole name',
      words: 'web.demo.svc.cluster.local',
      said: `${NAMED}Name:\tweb.demo.svc.cluster.local\nAddress: 10.96.1.2\n\n\n[0]`,
    },
    {
      name: 'asks for one type where it is told to',
      words: '-type=a web.demo.svc.cluster.local',
      said: `${NAMED}Name:\tweb.demo.svc.cluster.local\nAddress: 10.96.1.2\n\n[0]`,
    },
    {
      name: 'tells where a name leads to',
      words: '-type=a ext.demo.svc.cluster.local',
      said: `${NAMED}ext.demo.svc.cluster.local\tcanonical name = example.com\nName:\texample.com\nAddress: 93.184.215.14\n\n[0]`,
    },
    {
      name: 'finds the name of an address',
      words: '10.96.1.2',
      said: `${NAMED}2.1.96.10.in-addr.arpa\tname = web.demo.svc.cluster.local\n\n[0]`,
    },
    {
      name: 'says who does not know by himself',
      words: 'example.com',
      said: `${NAMED}Non-authoritative answer:\nName:\texample.com\nAddress: 93.184.215.14\n\nNon-authoritative answer:\n\n[0]`,
    },
    {
      name: 'searches no domains for who names a server',
      words: 'web 10.96.0.10',
      said: `${NAMED}${unfound('web', 'web')}[1]`,
    },
    {
      name: 'waits in vain for who is no server',
      words: 'web.demo.svc.cluster.local 10.9.9.9',
      said: ';; connection timed out; no servers could be reached\n\n[1]',
    },
    {
      name: 'refuses types that there are not',
      words: '-type=foo web',
      said: 'nslookup: invalid query type "foo"\n[1]',
    },
  ];
  for (const { name, words, said } of cases) {
    test(`PRG-7 ${name}`, async () => expect(await say(nslookup, words)).toBe(said));
  }

  test('PRG-7 says when nobody answers', async () => {
    const net = { query: (name: string) => Promise.reject(unknown(name, 'EAI_AGAIN')) };
    expect(await say(nslookup, 'web', net)).toBe(';; connection timed out; no servers could be reached\n\n[1]');
  });
});

test('PRG-7 nslookup of busybox up to 1.28 tells what the C library finds, and the names of addresses', async () => {
  const server = 'Server:    10.96.0.10\nAddress 1: 10.96.0.10\n\n';
  expect(await say(nslookupOfOld, 'web')).toBe(
    `${server}Name:      web\nAddress 1: 10.96.1.2 web.demo.svc.cluster.local\n[0]`,
  );
  expect(await say(nslookupOfOld, 'nosuch')).toBe(`${server}nslookup: can't resolve 'nosuch'\n[1]`);
});

test('PRG-7 nslookup of BIND tells what the first search domain has that knows the name', async () => {
  const server = 'Server:\t\t10.96.0.10\nAddress:\t10.96.0.10#53\n\n';
  expect(await say(nslookupOfBind, 'web')).toBe(
    `${server}Name:\tweb.demo.svc.cluster.local\nAddress: 10.96.1.2\n\n[0]`,
  );
  expect(await say(nslookupOfBind, 'nosuch')).toBe(`${server}** server can't find nosuch: NXDOMAIN\n\n[1]`);
  expect(await say(nslookupOfBind, '10.96.1.2')).toBe(
    `${server}2.1.96.10.in-addr.arpa\tname = web.demo.svc.cluster.local.\n\n[0]`,
  );
});
