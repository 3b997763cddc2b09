import type { NetError, NetErrorCode } from '@tabernetes/node-api';

/** An error that carries what it is about, as Node's do. @param message default the code and the address */
export function netError(code: NetErrorCode, address: string, message = `${code} ${address}`): NetError {
  return Object.assign(new Error(message), { code, address });
}
