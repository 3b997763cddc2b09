import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { keyPairProblem } from './key-pair.ts';

/** Made with openssl; what was expected of them was asked of kubectl 1.32.13. */
const pem = (name: string): string =>
  readFileSync(new URL(`../../testdata/key-pairs/${name}`, import.meta.url), 'utf8');

const OTHER_KEY = 'tls: private key does not match public key';
const OTHER_TYPE = 'tls: private key type does not match public key type';
const NO_DER = (type: string): string => `-----BEGIN ${type}-----\nYWJj\n-----END ${type}-----\n`;

describe('secrets for TLS', () => {
  const cases: readonly (readonly [certificate: string, key: string, refusal: string | undefined])[] = [
    ['ec.crt', 'ec1.key', undefined],
    ['ec.crt', 'ec8.key', undefined],
    ['ec.crt', 'ec2.key', OTHER_KEY],
    ['ec.crt', 'rsa8.key', OTHER_TYPE],
    ['rsa.crt', 'rsa1.key', undefined],
    ['rsa.crt', 'rsa8.key', undefined],
    ['rsa.crt', 'rsab.key', OTHER_KEY],
    ['rsa.crt', 'ec1.key', OTHER_TYPE],
    ['ed.crt', 'ed.key', undefined],
    ['ed.crt', 'rsa1.key', OTHER_TYPE],
    ['ec.crt', 'ed.key', OTHER_TYPE],
  ];
  for (const [certificate, key, refusal] of cases) {
    test(`KND-20 ${certificate} with ${key}: ${refusal ?? 'taken'}`, () => {
      expect(keyPairProblem(pem(certificate), pem(key))).toBe(refusal);
    });
  }

  test('KND-20 what is no certificate or no key', () => {
    expect(keyPairProblem(NO_DER('CERTIFICATE'), pem('ec1.key'))).toBe('x509: malformed certificate');
    expect(keyPairProblem(pem('ec.crt'), NO_DER('PRIVATE KEY'))).toBe('tls: failed to parse private key');
  });

  // Texts of crypto/tls (Go 1.23).
  const [certificate, key] = [pem('ec.crt'), pem('ec1.key')];
  const blocks: readonly (readonly [name: string, certificate: string, key: string, problem: string])[] = [
    ['no PEM', 'fake', 'fake', 'tls: failed to find any PEM data in certificate input'],
    ['a broken block', certificate.replace('M', '!'), key, 'tls: failed to find any PEM data in certificate input'],
    [
      'switched',
      key,
      certificate,
      'tls: failed to find certificate PEM data in certificate input, but did find a private key; PEM inputs may have been switched',
    ],
    [
      'other blocks than a certificate',
      NO_DER('A') + NO_DER('B C'),
      key,
      'tls: failed to find "CERTIFICATE" PEM block in certificate input after skipping PEM blocks of the following types: [A B C]',
    ],
    ['no key', certificate, '', 'tls: failed to find any PEM data in key input'],
    [
      'a certificate for a key',
      certificate,
      certificate,
      'tls: found a certificate rather than a key in the PEM for the private key',
    ],
    [
      'other blocks than a key',
      certificate,
      NO_DER('PUBLIC KEY'),
      'tls: failed to find PEM block with type ending in "PRIVATE KEY" in key input after skipping PEM blocks of the following types: [PUBLIC KEY]',
    ],
  ];
  for (const [name, first, second, problem] of blocks) {
    test(`KND-20 ${name}`, () => expect(keyPairProblem(first, second)).toBe(problem));
  }
});
