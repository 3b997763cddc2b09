import type { ApiRequest, Transport } from '@tabernetes/apimachinery';
import type { ClockControl } from '@tabernetes/base';

/**
 * Lets components write so much in one turn of the host and no more: a thousand Pods that are made at once, scheduled and started would
 * else be one turn of seconds, during which a page stands still. Reads are not counted, so that who only looks changes nothing.
 */
export const pacedTransport = (transport: Transport, clock: ClockControl): Transport => ({
  request(request) {
    const breath = isWrite(request) ? clock.breath() : undefined;
    return breath === undefined ? transport.request(request) : breath.then(() => transport.request(request));
  },
});

const isWrite = ({ method }: ApiRequest): boolean => method !== 'GET' && method !== 'HEAD';
