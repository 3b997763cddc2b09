import type { Pod } from '@tabernetes/api/types/core-v1';

export const CLUSTER_DOMAIN = 'cluster.local';

/** The host name of a Pod, at most 63 characters, and its domain ('' without subdomain). */
export function podHostname(pod: Pod): { readonly hostname: string; readonly domain: string } {
  const { hostname, subdomain } = pod.spec ?? {};
  const full = hostname || (pod.metadata.name ?? '');
  const short = full.length <= MAX_HOSTNAME ? full : full.slice(0, MAX_HOSTNAME).replace(/[-.]+$/, '');
  return {
    hostname: short,
    domain: subdomain ? `${subdomain}.${pod.metadata.namespace}.svc.${CLUSTER_DOMAIN}` : '',
  };
}

/** What the kernel is told. @throws {Error} when a name with its domain is longer than the kernel takes */
export function kernelHostname(pod: Pod): string {
  const { hostname, domain } = podHostname(pod);
  if (pod.spec?.setHostnameAsFQDN !== true || domain === '') return hostname;
  const fqdn = `${hostname}.${domain}`;
  if (fqdn.length > MAX_KERNEL_HOSTNAME) {
    throw new Error(
      `failed to construct FQDN from pod hostname and cluster domain, FQDN ${fqdn} is too long (${MAX_KERNEL_HOSTNAME} characters is the max, ${fqdn.length} characters requested)`,
    );
  }
  return fqdn;
}

const MAX_HOSTNAME = 63;
const MAX_KERNEL_HOSTNAME = 64;
