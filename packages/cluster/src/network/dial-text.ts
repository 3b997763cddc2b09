import { type CertificateError, isNetError } from '@tabernetes/network-sim';

/**
 * How Go's client words what the network says.
 * @param address `ip:port` @param serverName that was asked for
 */
export function goText(
  error: unknown,
  { address, serverName, nowMs }: { address: string; serverName: string; nowMs: number },
): string {
  if (!isNetError(error)) return error instanceof Error ? error.message : String(error);
  switch (error.code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`;
    case 'ETIMEDOUT':
      return `dial tcp ${address}: i/o timeout`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `dial tcp: lookup ${serverName}: no such host`;
    case 'ECONNRESET':
      return error.message.startsWith('Empty reply') ? 'EOF' : `read tcp ${address}: read: connection reset by peer`;
    case 'ECERT':
      return certificateText(error as CertificateError, serverName, nowMs);
    default:
      return error.message;
  }
}

function certificateText({ reason, names }: CertificateError, serverName: string, nowMs: number): string {
  const failed = 'tls: failed to verify certificate: x509:';
  switch (reason) {
    case 'not-tls':
      return 'http: server gave HTTP response to HTTPS client';
    case 'malformed':
      return 'tls: failed to parse certificate from server';
    case 'expired': {
      const now = `${new Date(nowMs).toISOString().slice(0, 19)}Z`;
      return `${failed} certificate has expired or is not yet valid: current time ${now} is after the certificate's validity`;
    }
    case 'name-mismatch':
      return names.length === 0
        ? `${failed} certificate is not valid for any names, but wanted to match ${serverName}`
        : `${failed} certificate is valid for ${names.join(', ')}, not ${serverName}`;
    case 'self-signed':
    case 'unknown-authority':
      return `${failed} certificate signed by unknown authority`;
  }
}
