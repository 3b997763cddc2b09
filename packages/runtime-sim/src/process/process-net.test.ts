import type { Connection, FetchOptions, HttpAnswer, Net } from '@tabernetes/node-api';
import { expect, test } from 'vitest';
import { ProcessNet } from './process-net.ts';

const OWNER = { stoppedUntil: () => undefined, mayListen: () => true };

const nowhere = { ip: '10.0.0.1', port: 1 };
const CONNECTION: Connection = {
  local: nowhere,
  remote: nowhere,
  read: () => Promise.resolve(undefined),
  write: () => Promise.resolve(),
  end: () => undefined,
  destroy: () => undefined,
};

function setUp() {
  const asked: FetchOptions[] = [];
  let destroyed = 0;
  let connect: () => void = () => undefined;
  const shared: Pick<Net, 'addresses' | 'fetch' | 'connect'> = {
    addresses: [],
    async fetch(url, options = {}): Promise<HttpAnswer> {
      asked.push(options);
      const body = async function* () {
        yield new Uint8Array(1);
        if (url.endsWith('/endless')) await new Promise(() => undefined);
      };
      const headers: Record<string, string> = url.endsWith('/whole') ? { 'content-length': '1' } : {};
      const text = () => Promise.resolve('');
      return { status: 200, statusText: 'OK', headers, httpVersion: '1.1', body: body(), text };
    },
    connect: () =>
      new Promise((resolve) => {
        connect = () => resolve({ ...CONNECTION, destroy: () => void destroyed++ });
      }),
  };
  const net = new ProcessNet(shared as Net, OWNER);
  return { net, asked, connect: () => connect(), destroyed: () => destroyed };
}

test('PRG-10 requests go with the process, those that are over do not', async () => {
  const { net, asked } = setUp();
  const read = await net.fetch('http://a/');
  for await (const _piece of read.body);
  await net.fetch('http://a/whole');
  await net.fetch('http://a/endless');
  const begun = (await net.fetch('http://a/endless')).body[Symbol.asyncIterator]();
  await begun.next();
  const left = (await net.fetch('http://a/endless')).body[Symbol.asyncIterator]();
  await left.return?.();
  net.close();
  expect(asked.map(({ signal }) => signal?.aborted)).toEqual([false, false, true, true, false]);
});

test('PRG-10 a signal of the caller is heeded, and not held on to', async () => {
  const { net, asked } = setUp();
  const stop = new AbortController();
  await net.fetch('http://a/endless', { signal: stop.signal });
  await (await net.fetch('http://a/', { signal: stop.signal })).text();
  stop.abort();
  expect(asked.map(({ signal }) => signal?.aborted)).toEqual([true, false]);
});

test('PRG-10 who is connected after it has ended is disconnected', async () => {
  const { net, connect, destroyed } = setUp();
  const connecting = net.connect('a', 80);
  net.close();
  connect();
  await expect(connecting).rejects.toThrow('killed');
  expect(destroyed()).toBe(1);
});

test('PRG-10 nothing is asked or served for a process that has ended', async () => {
  const { net, asked } = setUp();
  net.close();
  await expect(net.fetch('http://a/')).rejects.toThrow('killed');
  await expect(net.connect('a', 80)).rejects.toThrow('killed');
  expect(() => net.serve(80, () => ({}))).toThrow('killed');
  expect(asked).toEqual([]);
});
