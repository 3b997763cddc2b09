import { kinds } from '@tabernetes/api';
import type { CertificateSigningRequest } from '@tabernetes/api/types/certificates-v1';
import { objectKey } from '@tabernetes/apimachinery';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE, TryAgain } from '../runtime/controller.ts';
import { COMMON_NAME, parseCertificateRequest, subjectValues } from './certificate-request.ts';
import { KUBELET_CLIENT, kubeletClientProblem } from './signer-rules.ts';

/**
 * Approves the client certificates of kubelets, where who asks may ask for them.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/certificates/approver/sarapprove.go
 */
export function csrApprovingController(context: ControllerContext): Controller {
  const { client, informers } = context;
  const requests = informers.for(kinds.certificateSigningRequest);

  async function mayAsk(
    { spec }: CertificateSigningRequest,
    subresource: string,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { username = '', uid, groups, extra } = spec;
    const response = await client.request({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
      headers: JSON_TYPE,
      body: {
        kind: 'object',
        object: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          metadata: {},
          spec: {
            user: username,
            ...(uid !== undefined && { uid }),
            ...(groups && { groups }),
            ...(extra && { extra }),
            resourceAttributes: {
              group: 'certificates.k8s.io',
              resource: 'certificatesigningrequests',
              verb: 'create',
              subresource,
              version: '*',
            },
          },
        },
      },
      signal,
    });
    const answer = response.body.kind === 'object' ? response.body.object : undefined;
    return (answer as { readonly status?: { readonly allowed?: boolean } } | undefined)?.status?.allowed === true;
  }

  async function approve(csr: CertificateSigningRequest, message: string, signal: AbortSignal): Promise<void> {
    const approved = { type: 'Approved', status: 'True', reason: 'AutoApproved', message };
    const conditions = [...(csr.status?.conditions ?? []), approved];
    await client.request({
      method: 'PUT',
      path: `/apis/certificates.k8s.io/v1/certificatesigningrequests/${csr.metadata.name}/approval`,
      headers: JSON_TYPE,
      body: { kind: 'object', object: { ...csr, status: { ...csr.status, conditions } } },
      signal,
    });
  }

  return createController(context, {
    name: 'certificatesigningrequest-approving-controller',
    informers: [requests],
    baseDelayMs: 200,
    watch: (queue) => {
      const look = (csr: CertificateSigningRequest): void => {
        if (isOpen(csr)) queue.add(objectKey(csr));
      };
      return [requests.addHandler({ onAdd: look, onUpdate: look })];
    },
    async reconcile(key, signal) {
      const csr = requests.lister.byKey(key);
      if (csr === undefined || !isOpen(csr) || csr.spec.signerName !== KUBELET_CLIENT) return DONE;
      const parsed = parseCertificateRequest(csr.spec.request);
      if (kubeletClientProblem(parsed, csr.spec.usages ?? []) !== undefined) return DONE;
      const self = subjectValues(parsed, COMMON_NAME).at(-1) === csr.spec.username;
      if (self && (await mayAsk(csr, 'selfnodeclient', signal))) {
        await approve(csr, 'Auto approving self kubelet client certificate after SubjectAccessReview.', signal);
        return DONE;
      }
      if (await mayAsk(csr, 'nodeclient', signal)) {
        await approve(csr, 'Auto approving kubelet client certificate after SubjectAccessReview.', signal);
        return DONE;
      }
      // Permissions may come later.
      throw new TryAgain(`recognized csr "${key}" but subject access review was not approved`);
    },
  });
}

const JSON_TYPE = { 'content-type': 'application/json' };

const isOpen = ({ status }: CertificateSigningRequest): boolean =>
  !status?.certificate && !status?.conditions?.some(({ type }) => type === 'Approved' || type === 'Denied');
