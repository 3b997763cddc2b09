import type { EndpointSlice } from '@tabernetes/api/types/discovery-v1';

const SHOWN = 3;

/** Addresses of ready endpoints behind a port of a Service: `10.0.0.1:80,10.0.0.2:80 + 2 more...` */
export function endpointText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return '<none>';
  const addresses: string[] = [];
  // Whether there are more is known only when an endpoint follows on the last one shown, ready or not.
  let hasMore = false;
  for (const { ports, endpoints } of slices) {
    const numbers = ports?.length ? ports.filter(({ name = '' }) => name === portName) : [undefined];
    for (const port of numbers) {
      for (const { addresses: [address = ''] = [], conditions } of endpoints ?? []) {
        if (addresses.length >= SHOWN) hasMore = true;
        if (conditions?.ready === false) continue;
        addresses.push(port === undefined ? address : join(address, port.port ?? 0));
      }
    }
  }
  const text = addresses.slice(0, SHOWN).join(',');
  return hasMore ? `${text} + ${addresses.length - SHOWN} more...` : text;
}

const join = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
