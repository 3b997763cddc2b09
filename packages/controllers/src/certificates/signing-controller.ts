import { kinds } from '@tabernetes/api';
import type { CertificateSigningRequest } from '@tabernetes/api/types/certificates-v1';
import { encodeBase64, objectKey } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';
import { type CertificateAuthority, pem } from './certificate-authority.ts';
import { parseCertificateRequest } from './certificate-request.ts';
import { issueCertificate } from './issue-certificate.ts';
import { SIGNERS } from './signer-rules.ts';

const YEAR_MS = 365 * 24 * 3600 * 1000;
/** Twice as long as certificates are backdated. */
const SHORTEST_MS = 10 * 60 * 1000;

/**
 * Issues the certificates of approved requests for the signers of Kubernetes.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/certificates/signer/signer.go
 */
export function csrSigningController(context: ControllerContext, authority: CertificateAuthority): Controller {
  const { client, informers, clock, rng } = context;
  const requests = informers.for(kinds.certificateSigningRequest);
  const write = client.resource(kinds.certificateSigningRequest);
  const serials = rng.fork('certificate-serial-numbers');

  return createController(context, {
    name: 'certificatesigningrequest-signing-controller',
    informers: [requests],
    baseDelayMs: 200,
    watch: (queue) => {
      const look = (csr: CertificateSigningRequest): void => {
        if (isToBeSigned(csr)) queue.add(objectKey(csr));
      };
      return [requests.addHandler({ onAdd: look, onUpdate: look })];
    },
    async reconcile(key, signal) {
      const csr = requests.lister.byKey(key);
      const problemOf = SIGNERS[csr?.spec.signerName ?? ''];
      if (csr === undefined || problemOf === undefined || !isToBeSigned(csr)) return DONE;
      const { usages = [], expirationSeconds, request } = csr.spec;
      const parsed = parseCertificateRequest(request);
      const message = problemOf(parsed, usages);
      if (message !== undefined) {
        const lastUpdateTime = `${new Date(clock.now()).toISOString().slice(0, 19)}Z`;
        const failed = { type: 'Failed', status: 'True', reason: 'SignerValidationFailure', message, lastUpdateTime };
        const conditions = [...(csr.status?.conditions ?? []), failed];
        await write.updateStatus({ ...csr, status: { ...csr.status, conditions } }, { signal });
        return DONE;
      }
      // Curves and hashes that nothing else needs: loaded when somebody asks.
      const { signatureProblem } = await clock.hold(import('./verify-signature.ts'));
      const forged = signatureProblem(parsed);
      if (forged !== undefined)
        throw new TryAgain(`error auto signing csr: unable to verify certificate request signature: ${forged}`);
      const asked = expirationSeconds === undefined ? YEAR_MS : expirationSeconds * 1000;
      const ttlMs = Math.max(Math.min(asked, YEAR_MS), SHORTEST_MS);
      const issued = issueCertificate(parsed, authority, serials, { usages, ttlMs, nowMs: clock.now() });
      const certificate = encodeBase64(new TextEncoder().encode(pem('CERTIFICATE', issued)));
      await write.updateStatus({ ...csr, status: { ...csr.status, certificate } }, { signal });
      return DONE;
    },
  });
}

function isToBeSigned({ status }: CertificateSigningRequest): boolean {
  if (status?.certificate) return false;
  const conditions = status?.conditions ?? [];
  const approved =
    conditions.some(({ type }) => type === 'Approved') && !conditions.some(({ type }) => type === 'Denied');
  return approved && !conditions.some(({ type, status: value }) => type === 'Failed' && value === 'True');
}
