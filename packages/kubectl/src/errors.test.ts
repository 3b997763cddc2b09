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
