import { kinds, pemBlocks } from '@tabernetes/api';
import { type DerElement, derChildren, derElement } from '@tabernetes/api/der';
import type { CertificateSigningRequest } from '@tabernetes/api/types/certificates-v1';
import { decodeBase64, objectKey, StatusError } from '@tabernetes/apimachinery';
import { createResync } from '../resync/resync.ts';
import type { ControllerContext } from '../runtime/context.ts';
import { type Controller, createController, DONE } from '../runtime/controller.ts';

const HOUR_MS = 3_600_000;

/**
 * Deletes requests that nobody needs any more, once an hour: those decided an hour ago, those that nobody decided for a
 * day, and those whose certificate has expired.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.32.0/pkg/controller/certificates/cleaner/cleaner.go
 */
export function csrCleaner(context: ControllerContext): Controller {
  const { client, informers, clock } = context;
  const requests = informers.for(kinds.certificateSigningRequest);
  const hourly = createResync(clock, HOUR_MS);
  return createController(context, {
    name: 'certificatesigningrequest-cleaner-controller',
    informers: [requests],
    watch: () => [
      requests.addHandler({
        onAdd: (csr) => hourly.unsettled(objectKey(csr)),
        onDelete: (csr) => hourly.settled(objectKey(csr)),
      }),
      hourly,
    ],
    onSynced: hourly.start,
    async reconcile(key, signal) {
      const csr = requests.lister.byKey(key);
      if (csr === undefined || !isOver(csr, clock.now())) return DONE;
      await client
        .resource(kinds.certificateSigningRequest)
        .delete(key, undefined, { signal })
        .catch((error) => {
          if (!(error instanceof StatusError) || error.reason !== 'NotFound') throw error;
        });
      return DONE;
    },
  });
}

function isOver({ metadata, status }: CertificateSigningRequest, nowMs: number): boolean {
  const olderThan = (time: string | undefined, ms: number): boolean => Date.parse(time ?? '') + ms < nowMs;
  const { conditions = [], certificate } = status ?? {};
  if (conditions.length === 0) return olderThan(metadata.creationTimestamp, 24 * HOUR_MS);
  return conditions.some(({ type, lastUpdateTime }) => {
    if (type === 'Denied' || type === 'Failed') return olderThan(lastUpdateTime, HOUR_MS);
    return (
      type === 'Approved' && !!certificate && (olderThan(lastUpdateTime, HOUR_MS) || expiresMs(certificate) < nowMs)
    );
  });
}

/** When a certificate (PEM in base64) ends, in milliseconds since the epoch. */
function expiresMs(certificate: string): number {
  const [block] = pemBlocks(new TextDecoder('latin1').decode(decodeBase64(certificate)));
  if (block === undefined) return Number.POSITIVE_INFINITY;
  const { bytes } = block;
  const at = (element: DerElement | undefined, index: number): DerElement | undefined =>
    element && derChildren(bytes, element)[index];
  const validity = at(at(derElement(bytes, 0), 0), 4);
  const end = at(validity, 1);
  if (end === undefined) return Number.POSITIVE_INFINITY;
  const digits = new TextDecoder('latin1').decode(bytes.subarray(end.start, end.end));
  const full = digits.length === 13 ? `20${digits}` : digits;
  return Date.parse(full.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
