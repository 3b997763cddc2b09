import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { checkKeyPair } from './key-pair.ts';

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
    test(`KCT-55 ${certificate} with ${key}: ${refusal ?? 'taken'}`, () => {
      const check = (): void => checkKeyPair(pem(certificate), pem(key));
      if (refusal === undefined) expect(check).not.toThrow();
      else expect(check).toThrow(refusal);
    });
  }

  test('KCT-55 what is no certificate or no key is refused', () => {
    expect(() => checkKeyPair(NO_DER('CERTIFICATE'), pem('ec1.key'))).toThrow('x509: malformed certificate');
    expect(() => checkKeyPair(pem('ec.crt'), NO_DER('PRIVATE KEY'))).toThrow('tls: failed to parse private key');
  });
});
