import type { NetError } from '@tabernetes/node-api';

/** How Go words a connection that could not be made. `address` is `host:port`. */
export function dialText(error: unknown, address: string): string {
  const { code, message } = error as NetError;
  switch (code) {
    case 'ECONNREFUSED':
      return `dial tcp ${address}: connect: connection refused`;
    case 'EHOSTUNREACH':
      return `dial tcp ${address}: connect: no route to host`;
    case 'ETIMEDOUT':
      return `dial tcp ${address}: i/o timeout`;
    case 'ENOTFOUND':
      return `dial tcp: lookup ${address.replace(/:\d+$/, '')}: no such host`;
    case 'ECONNRESET':
      return `read tcp ${address}: read: connection reset by peer`;
    case 'ECERT':
      return 'http: server gave HTTP response to HTTPS client';
    default:
      return message;
  }
}
