import { expect, test } from 'vitest';
import { dialProblem } from './errors.ts';

const problem = (code: string, message: string): string =>
  dialProblem(new Error('fetch failed', { cause: Object.assign(new Error(message), { code }) }), 'https://a:6443/api');

test('KCT-36 what OpenSSL says of certificates is told of as Go says it', () => {
  expect(problem('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain')).toBe(
    'tls: failed to verify certificate: x509: certificate signed by unknown authority',
  );
  expect(
    problem('ERR_OSSL_X509_KEY_VALUES_MISMATCH', 'error:05800074:x509 certificate routines::key values mismatch'),
  ).toBe('tls: private key does not match public key');
  expect(problem('ECONNREFUSED', 'connect')).toBe('dial tcp a:6443: connect: connection refused');
});

test('KCT-36 the address that was tried first is told of, where the host knows it', () => {
  const refused = (address: string): Error =>
    Object.assign(new Error('connect'), { code: 'ECONNREFUSED', address, port: 6443 });
  const several = Object.assign(new AggregateError([refused('::1'), refused('127.0.0.1')]), { code: 'ECONNREFUSED' });
  expect(dialProblem(several, 'http://:6443/api')).toBe('dial tcp :6443: connect: connection refused');
  expect(dialProblem(several, 'https://localhost:6443/api')).toBe('dial tcp [::1]:6443: connect: connection refused');
  expect(dialProblem(refused('127.0.0.1'), 'https://localhost:6443/api')).toBe(
    'dial tcp 127.0.0.1:6443: connect: connection refused',
  );
});
