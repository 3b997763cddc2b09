/** Where programs look for the authorities that they trust when nobody names others. */
export const TRUSTED_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt';
