import { expect, test } from 'vitest';
import { report } from '../errors.ts';
import { normalServer } from './normal-server.ts';
import { serverUrl } from './server-url.ts';

const said = (server: string): string => {
  try {
    return serverUrl(normalServer(server)).href;
  } catch (error) {
    return report(error).text;
  }
};

// What kubectl 1.32 says of them.
const cases: readonly (readonly [server: string, said: string])[] = [
  ['http://:8080', 'http://localhost:8080/'],
  ['nope:x', 'Unable to connect to the server: invalid port ":x" after host'],
  ['https://a:99999', 'Unable to connect to the server: dial tcp: address 99999: invalid port'],
  ['https://', 'error: host must be a URL or a host:port pair: "https://"'],
  ['https://a b', 'error: host must be a URL or a host:port pair: "https://a b"'],
  ['http://[::1', 'error: host must be a URL or a host:port pair: "http://[::1"'],
  ['https://nope:x', 'error: host must be a URL or a host:port pair: "https://nope:x"'],
  ['http://%zz', 'Unable to connect to the server: invalid URL escape "%zz"'],
];
for (const [server, text] of cases) test(`KCT-41 ${server}`, () => expect(said(server)).toBe(text));
