import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { kinds } from '@tabernetes/api';
import type { CertificateSigningRequest } from '@tabernetes/api/types/certificates-v1';
import { encodeBase64 } from '@tabernetes/apimachinery';
import { seededRng } from '@tabernetes/base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Harness, startHarness } from '../testing/harness.ts';
import { csrApprovingController } from './approving-controller.ts';
import { certificateAuthority } from './certificate-authority.ts';
import { parseCertificateRequest } from './certificate-request.ts';
import { csrCleaner } from './cleaner-controller.ts';
import { csrSigningController } from './signing-controller.ts';
import { signatureProblem } from './verify-signature.ts';

// Made by openssl 3 (`openssl req -new`).
const read = (name: string): Uint8Array => readFileSync(new URL(`./testdata/${name}.csr`, import.meta.url));
const authority = certificateAuthority(seededRng(1));
const ca = new X509Certificate(authority.certificatePem);

let harness: Harness;
beforeEach(async () => {
  const signing = (context: Parameters<typeof csrCleaner>[0]) => csrSigningController(context, authority);
  harness = await startHarness({ controllers: [csrApprovingController, signing, csrCleaner] });
});
afterEach(() => {
  expect(harness.errors).toEqual([]);
  harness.dispose();
});

async function ask(
  name: string,
  file: string,
  spec: Partial<CertificateSigningRequest['spec']> = {},
): Promise<CertificateSigningRequest> {
  return await harness.create<CertificateSigningRequest>({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name },
    spec: {
      request: encodeBase64(read(file)),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
      ...spec,
    },
  });
}
async function decide(name: string, type: 'Approved' | 'Denied'): Promise<void> {
  const csr = await harness.get(kinds.certificateSigningRequest, name, '');
  const lastUpdateTime = new Date(harness.clock.now()).toISOString().replace(/\.\d+/, '');
  const condition = { type, status: 'True', reason: 'Test', message: 'x', lastUpdateTime };
  await harness.client.request({
    method: 'PUT',
    path: `/apis/certificates.k8s.io/v1/certificatesigningrequests/${name}/approval`,
    headers: { 'content-type': 'application/json' },
    body: { kind: 'object', object: { ...csr, status: { conditions: [condition] } } },
  });
  await harness.settle();
}
const status = async (name: string): Promise<NonNullable<CertificateSigningRequest['status']>> =>
  (await harness.get(kinds.certificateSigningRequest, name, '')).status ?? {};
const issued = async (name: string): Promise<X509Certificate> =>
  new X509Certificate(atob((await status(name)).certificate ?? ''));

describe('signing', () => {
  test('CER-1 the authority is that of the seed, and vouches for itself', () => {
    expect(certificateAuthority(seededRng(1)).certificatePem).toBe(authority.certificatePem);
    expect(certificateAuthority(seededRng(2)).certificatePem).not.toBe(authority.certificatePem);
    expect([ca.subject, ca.ca, ca.verify(ca.publicKey)]).toEqual(['CN=kubernetes', true, true]);
  });

  test('CER-1 an approved request gets a certificate for its name, its usages and its time', async () => {
    await ask('jane', 'rsa-jane', { expirationSeconds: 86_400 });
    expect((await status('jane')).certificate).toBeUndefined();
    await decide('jane', 'Approved');
    const certificate = await issued('jane');
    const now = harness.clock.now();
    expect({
      subject: certificate.subject,
      issuer: certificate.issuer,
      good: certificate.verify(ca.publicKey) && certificate.checkIssued(ca),
      usages: certificate.keyUsage,
      from: Date.parse(certificate.validFrom) - Math.floor(now / 1000) * 1000,
      to: Date.parse(certificate.validTo) - Math.floor(now / 1000) * 1000,
      ca: certificate.ca,
    }).toEqual({
      // As Go writes names: organisations first, those of one type in one set.
      subject: 'O=ops + O=devs\nCN=jane',
      issuer: 'CN=kubernetes',
      good: true,
      usages: ['1.3.6.1.5.5.7.3.2'],
      from: -300_000,
      to: 86_400_000 - 300_000,
      ca: false,
    });
  });

  test('CER-1 alternative names are taken over, times are bounded, letters beyond ASCII too', async () => {
    const usages = ['digital signature', 'server auth'];
    await ask('serving', 'p384-serving', { signerName: 'kubernetes.io/kubelet-serving', usages });
    await decide('serving', 'Approved');
    const serving = await issued('serving');
    expect(serving.subjectAltName).toBe('DNS:node-1, IP Address:172.18.0.2');
    expect(Date.parse(serving.validTo) - Date.parse(serving.validFrom)).toBe(365 * 86_400_000);
    await ask('joe', 'ed25519-joe', { expirationSeconds: 600 });
    await decide('joe', 'Approved');
    const joe = await issued('joe');
    expect(joe.subject).toBe('CN=Jörg');
    expect(joe.verify(ca.publicKey)).toBe(true);
    // What is short is not made shorter.
    expect(Date.parse(joe.validTo) - Date.parse(joe.validFrom)).toBe(900_000);
  });

  const refusals = [
    [
      'CER-2 a usage too many',
      'rsa-jane',
      {},
      ['server auth', 'client auth'],
      'invalid usage for client certificate: server auth',
    ],
    [
      'CER-2 no client',
      'rsa-jane',
      {},
      ['digital signature'],
      'missing required usage for client certificate: client auth',
    ],
    [
      'CER-2 no node',
      'rsa-jane',
      { signerName: 'kubernetes.io/kubelet-serving' },
      ['server auth'],
      'subject organization is not system:nodes',
    ],
    [
      'CER-2 a node without a name',
      'p256-kubelet',
      { signerName: 'kubernetes.io/kubelet-serving' },
      ['server auth'],
      'DNS or IP subjectAltName is required',
    ],
    [
      'CER-2 wrong usages',
      'p384-serving',
      { signerName: 'kubernetes.io/kubelet-serving' },
      ['server auth'],
      'usages did not match [digital signature key encipherment server auth]',
    ],
  ] as const;
  for (const [name, file, spec, usages, message] of refusals) {
    test(name, async () => {
      await ask('r', file, { ...spec, usages });
      await decide('r', 'Approved');
      const { conditions = [], certificate } = await status('r');
      expect(certificate).toBeUndefined();
      expect(conditions.at(-1)).toMatchObject({ type: 'Failed', reason: 'SignerValidationFailure', message });
    });
  }

  test('CER-2 signatures of others are seen', () => {
    for (const file of ['rsa-jane', 'p256-kubelet', 'p384-serving', 'ed25519-joe']) {
      const request = parseCertificateRequest(encodeBase64(read(file)));
      expect(signatureProblem(request)).toBeUndefined();
      const signed = request.signed.slice();
      signed[20] = (signed[20] ?? 0) ^ 1;
      expect(signatureProblem({ ...request, signed })).toMatch(/verification (error|failure)/);
    }
  });

  test('CER-2 other signers, and what is denied, are left alone', async () => {
    await ask('other', 'rsa-jane', { signerName: 'example.com/mine' });
    await decide('other', 'Approved');
    await ask('no', 'rsa-jane');
    await decide('no', 'Denied');
    expect((await status('other')).certificate).toBeUndefined();
    expect((await status('no')).certificate).toBeUndefined();
  });
});

test('CER-3 client certificates of kubelets are approved for who may ask', async () => {
  const signerName = 'kubernetes.io/kube-apiserver-client-kubelet';
  await ask('kubelet', 'p256-kubelet', { signerName, usages: ['digital signature', 'client auth'] });
  await ask('not', 'rsa-jane', { signerName, usages: ['digital signature', 'client auth'] });
  expect((await status('kubelet')).conditions?.[0]).toMatchObject({
    type: 'Approved',
    reason: 'AutoApproved',
    message: 'Auto approving kubelet client certificate after SubjectAccessReview.',
  });
  expect((await issued('kubelet')).subject).toBe('O=system:nodes\nCN=system:node:node-1');
  expect(await status('not')).toEqual({});
});

test('CER-4 requests go when nobody needs them', async () => {
  await ask('issued', 'rsa-jane');
  await ask('denied', 'rsa-jane');
  await ask('pending', 'rsa-jane');
  await decide('issued', 'Approved');
  await decide('denied', 'Denied');
  const names = async () => (await harness.list(kinds.certificateSigningRequest)).map(({ metadata }) => metadata.name);
  await harness.clock.advance('59m');
  expect(await names()).toEqual(['denied', 'issued', 'pending']);
  await harness.clock.advance('2h');
  expect(await names()).toEqual(['pending']);
  await harness.clock.advance('24h');
  expect(await names()).toEqual([]);
});
