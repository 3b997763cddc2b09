import { DerProblem, requestedSubject, schemaOf } from '@tabernetes/api';
import type { CertificateSigningRequest } from '@tabernetes/api/types/certificates-v1';
import { goQuote, semanticEqual } from '@tabernetes/apimachinery';
import type { AdmissionPlugin, ValidatingAttributes } from '../admission.ts';
import type { ServerReader } from '../server-reader.ts';
import { admissionForbidden } from './forbidden.ts';

const REQUESTS = ['certificatesigningrequests'];
const CLIENT_SIGNER = 'kubernetes.io/kube-apiserver-client';
const STATUS = schemaOf('io.k8s.api.certificates.v1.CertificateSigningRequestStatus');

/**
 * Who approves a request needs the right to `approve` for its signer.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/certificates/approval/admission.go
 */
export const certificateApproval = (): AdmissionPlugin => ({
  name: 'CertificateApproval',
  operations: ['UPDATE'],
  resources: REQUESTS,
  async validate(attributes, reader) {
    if (!isRequest(attributes, 'approval')) return;
    // Of what is stored: the writer cannot choose the signer.
    const { signerName } = (attributes.old as CertificateSigningRequest).spec;
    if (await mayFor(reader, attributes, 'approve', signerName)) return;
    throw admissionForbidden(
      attributes,
      `user not permitted to approve requests with signerName ${goQuote(signerName)}`,
    );
  },
});

/**
 * Who issues a certificate, or says why not, needs the right to `sign` for its signer.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/certificates/signing/admission.go
 */
export const certificateSigning = (): AdmissionPlugin => ({
  name: 'CertificateSigning',
  operations: ['UPDATE'],
  resources: REQUESTS,
  async validate(attributes, reader) {
    if (!isRequest(attributes, 'status')) return;
    const old = attributes.old as CertificateSigningRequest;
    if (semanticEqual(old.status, (attributes.object as CertificateSigningRequest).status, STATUS)) return;
    const { signerName } = old.spec;
    if (await mayFor(reader, attributes, 'sign', signerName)) return;
    throw admissionForbidden(attributes, `user not permitted to sign requests with signerName ${goQuote(signerName)}`);
  },
});

/**
 * Nobody becomes `system:masters` by a certificate for clients.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/plugin/pkg/admission/certificates/subjectrestriction/admission.go
 */
export const certificateSubjectRestriction = (): AdmissionPlugin => ({
  name: 'CertificateSubjectRestriction',
  operations: ['CREATE'],
  resources: REQUESTS,
  validate(attributes) {
    if (!isRequest(attributes, '')) return;
    const { signerName, request } = (attributes.object as CertificateSigningRequest).spec;
    if (signerName !== CLIENT_SIGNER) return;
    try {
      if (!requestedSubject(request).organizations.includes('system:masters')) return;
    } catch (error) {
      if (error instanceof DerProblem) throw admissionForbidden(attributes, `failed to parse CSR: ${error.message}`);
      throw error;
    }
    throw admissionForbidden(attributes, `use of ${CLIENT_SIGNER} signer with system:masters group is not allowed`);
  },
});

const isRequest = ({ definition, subresource }: ValidatingAttributes, wanted: string): boolean =>
  definition.group === 'certificates.k8s.io' && subresource === wanted;

/** Whether the user may act for a signer, or for all signers of its domain. */
async function mayFor(
  reader: ServerReader,
  { user }: ValidatingAttributes,
  verb: string,
  signerName: string,
): Promise<boolean> {
  for (const name of [signerName, `${signerName.split('/')[0] ?? ''}/*`]) {
    const resource = {
      group: 'certificates.k8s.io',
      version: '*',
      resource: 'signers',
      subresource: '',
      namespace: '',
      name,
    };
    if ((await reader.authorize({ user, verb, path: '', resource })).allowed) return true;
  }
  return false;
}
