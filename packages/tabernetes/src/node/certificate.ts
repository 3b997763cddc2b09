import { generate } from 'selfsigned';

/** PEM texts. */
export interface ServingCertificate {
  readonly key: string;
  readonly cert: string;
  /** What clients must trust, and what `kube-root-ca.crt` holds. */
  readonly ca: string;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A certificate authority for this run and a serving certificate that it signed. P-256 keys: RSA would take longer to make than
 * the cluster takes to start. Valid for a year, from an hour ago (clocks of clients differ).
 */
export async function servingCertificate(hosts: readonly string[], now: Date): Promise<ServingCertificate> {
  const validity = {
    keyType: 'ec',
    algorithm: 'sha256',
    notBeforeDate: new Date(now.getTime() - DAY_MS / 24),
    notAfterDate: new Date(now.getTime() + 365 * DAY_MS),
  } as const;
  const authority = await generate([{ name: 'commonName', value: 'kubernetes' }], {
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, keyCertSign: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'kubernetes' }] },
    ],
  });
  const serving = await generate([{ name: 'commonName', value: 'kube-apiserver' }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: hosts.map((host) => (isAddress(host) ? { type: 7, ip: host } : { type: 2, value: host })),
      },
    ],
  });
  // A file of PEM ends with its line, as that of kubeadm does: ConfigMaps show it word for word.
  return { key: serving.private, cert: serving.cert, ca: `${authority.cert.trimEnd()}\n` };
}

const isAddress = (host: string): boolean => /^[\d.]+$/.test(host) || host.includes(':');
