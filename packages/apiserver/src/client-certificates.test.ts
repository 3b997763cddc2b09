import { readFileSync } from 'node:fs';
import { pemBlocks } from '@tabernetes/api';
import { virtualClock } from '@tabernetes/base';
import { expect, test } from 'vitest';
import { staticTokens, tokenAuthenticator } from './authentication.ts';
import { clientCertificates } from './client-certificates.ts';

/*
 * Made by openssl: an authority, a certificate of O=devs, O=ops, CN=jane for clients, one for servers, and one for clients from another
 * authority of the same name.
 */
const pem = (name: string): string =>
  readFileSync(new URL(`../testdata/client-certificates/${name}.pem`, import.meta.url), 'utf8');
const der = (name: string): Uint8Array => pemBlocks(pem(name))[0]?.bytes ?? new Uint8Array();

const at = (startMs: number) =>
  clientCertificates({ clock: virtualClock({ startMs }) }, { authorities: () => pem('ca') });
const NOW_MS = Date.UTC(2030, 0, 1);

test('API-66 a certificate of the authority names user and groups', () => {
  expect(at(NOW_MS)(der('jane'))).toEqual({
    kind: 'user',
    user: {
      name: 'jane',
      groups: ['devs', 'ops'],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^X509SHA256=[0-9a-f]{64}$/)] },
    },
  });
});

test('API-66 before and after its time it is no good, nor for what it was not made for, nor from others', () => {
  expect(at(Date.UTC(2020, 0, 1))(der('jane'))).toEqual({ kind: 'refused' });
  expect(at(Date.UTC(2200, 0, 1))(der('jane'))).toEqual({ kind: 'refused' });
  for (const name of ['server', 'forged']) expect(at(NOW_MS)(der(name))).toEqual({ kind: 'refused' });
});

test('API-66 what was changed or cut is no good', () => {
  const good = der('jane');
  const know = at(NOW_MS);
  for (let i = 0; i < good.length; i += 7) {
    const bad = Uint8Array.from(good);
    bad[i] = (bad[i] ?? 0) ^ 0x11;
    expect(know(bad)).toEqual({ kind: 'refused' });
    expect(know(good.slice(0, i))).toEqual({ kind: 'refused' });
  }
});

test('API-66 a good token helps who shows a bad certificate; a good certificate comes first', async () => {
  const ann = { name: 'ann', groups: [] };
  const { authenticate } = tokenAuthenticator([staticTokens({ t: ann })], at(NOW_MS));
  const ask = async (certificate: string, token?: string): Promise<string> => {
    const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {};
    const found = await authenticate({
      method: 'GET',
      path: '/',
      query: {},
      headers,
      clientCertificate: der(certificate),
    });
    return found.kind === 'user' ? found.user.name : found.kind;
  };
  expect([await ask('jane', 't'), await ask('forged', 't'), await ask('forged'), await ask('jane', 'x')]).toEqual([
    'jane',
    'ann',
    'refused',
    'jane',
  ]);
});
