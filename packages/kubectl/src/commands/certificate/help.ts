import type { HelpTexts } from '../../command.ts';

export const help: HelpTexts = {
  certificate: {
    short: 'Decide on requests for certificates',
    long: 'Decide on requests for certificates: approve or deny CertificateSigningRequests.',
  },
  'certificate approve': {
    short: 'Approve a CertificateSigningRequest',
    long: `Approve a CertificateSigningRequest.

 The signer then issues a certificate with what the request asks for. Look at it first: whoever holds that certificate may be able to act as somebody else, or as an administrator.`,
    examples: [["Approve the request 'csr-sqgzp'", 'kubectl certificate approve csr-sqgzp']],
    flags: { force: 'Write the request even if it has been approved already.' },
  },
  'certificate deny': {
    short: 'Deny a CertificateSigningRequest',
    long: `Deny a CertificateSigningRequest.

 The signer is told not to issue a certificate.`,
    examples: [["Deny the request 'csr-sqgzp'", 'kubectl certificate deny csr-sqgzp']],
    flags: { force: 'Write the request even if it has been denied already.' },
  },
};
