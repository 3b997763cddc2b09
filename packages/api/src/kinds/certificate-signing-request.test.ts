import type { Draft } from '@tabernetes/apimachinery';
import { describe, expect, test } from 'vitest';
import type { CertificateSigningRequest, CertificateSigningRequestCondition } from '../generated/certificates-v1.ts';
import { testContext } from '../testing/index.ts';
import { certificateSigningRequest as kind } from './certificate-signing-request.ts';

const EARLIER = '2024-01-01T00:00:00Z';
const { now } = testContext();
const condition = (type: string, times?: string): CertificateSigningRequestCondition => ({
  type,
  status: 'True',
  ...(times !== undefined && { lastUpdateTime: times, lastTransitionTime: times }),
});
const request = (...conditions: CertificateSigningRequestCondition[]): CertificateSigningRequest => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name: 'x' },
  spec: { request: '', signerName: 'a.b/c', usages: ['any'] },
  status: { conditions },
});

function write(name: string, object: CertificateSigningRequest, old: CertificateSigningRequest) {
  const draft = structuredClone(object) as Draft<CertificateSigningRequest>;
  const subresource = kind.subresources?.find((candidate) => candidate.name === name);
  if (subresource?.type !== 'update') throw new Error(name);
  subresource.prepareForUpdate(draft, old, testContext());
  const next = draft as CertificateSigningRequest;
  const details = (subresource.validateUpdate?.(next, old, testContext()) ?? [])
    .filter(({ field }) => field.startsWith('status'))
    .map(({ field, detail }) => `${field}: ${detail}`);
  return { conditions: next.status?.conditions, certificate: next.status?.certificate, details };
}

describe('CertificateSigningRequest', () => {
  test('API-1 an approval is stamped; only the sub-resource of that name may give it', () => {
    const approved = request(condition('Approved'));
    expect(write('approval', approved, request())).toEqual({
      conditions: [condition('Approved', now)],
      certificate: undefined,
      details: [],
    });
    expect(write('status', approved, request()).details).toEqual([
      'status.conditions: updates may not add a condition of type "Approved"',
    ]);
  });

  test('API-1 a decision is not taken back, nor reversed', () => {
    const old = request(condition('Denied', EARLIER));
    expect(write('approval', request(), old).details).toEqual([
      'status.conditions: updates may not remove a condition of type "Denied"',
    ]);
    expect(write('approval', request(condition('Denied', EARLIER), condition('Approved')), old).details).toEqual([
      'status.conditions[1].type: Approved and Denied conditions are mutually exclusive',
    ]);
  });

  test('API-1 a signer fails a request without touching the decision', () => {
    const old = request(condition('Approved', EARLIER));
    const { conditions, details } = write('status', request(condition('Approved', now), condition('Failed')), old);
    expect(conditions).toEqual([condition('Approved', EARLIER), condition('Failed', now)]);
    expect(details).toEqual([]);
  });

  test('API-1 a certificate is PEM, and issued once', () => {
    const issued = (certificate: string) => ({ ...request(), status: { certificate: btoa(certificate) } });
    expect(write('status', issued('hello'), request()).details).toEqual([
      'status.certificate: must contain at least one CERTIFICATE PEM block',
    ]);
    const key = '-----BEGIN KEY-----\nAAAA\n-----END KEY-----\n';
    expect(write('status', issued(key), request()).details).toEqual([
      'status.certificate: only CERTIFICATE PEM blocks are allowed, found "KEY"',
    ]);
    expect(write('status', issued('other'), issued('one')).details).toEqual([
      'status.certificate: updates may not modify existing certificate content',
    ]);
    expect(write('approval', issued('other'), issued('one')).certificate).toBe(btoa('one'));
  });
});
