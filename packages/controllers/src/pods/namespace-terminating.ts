import type { StatusError } from '@tabernetes/apimachinery';

/** True of a refusal to create anything in a namespace that is going: no attempt will ever succeed. */
export const isTerminating = (error: StatusError): boolean =>
  error.status.details?.causes?.some((c) => c.reason === 'NamespaceTerminating') === true;
