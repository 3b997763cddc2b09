import type { Disposable } from '@tabernetes/base';
import type { Hop, PodNetwork } from '@tabernetes/node-api';
import type { PortLike } from '../http-protocol.ts';
import type { Journey, TrafficBatch, TrafficRequest } from '../traffic-protocol.ts';

/** Journeys of one batch; nobody can follow more of them with the eye. */
const MAX_JOURNEYS = 40;
/** Connections that are remembered, for what they were asked for. */
const MAX_OPEN = 2_000;

/**
 * Makes journeys out of hops and gives them to a page as fast as it asks:
 *
 *   service ─► connect ─► request ─► response    one journey with the status
 *   service ─► refused | dropped                 one journey that ends badly
 */
export function trafficHost(network: Pick<PodNetwork, 'onHop'>, port: PortLike): Disposable {
  const open = new Map<number, Readonly<Omit<Journey, 'status' | 'isBad'>>>();
  let journeys: Journey[] = [];
  let isAsked = false;
  const offer = (): void => {
    if (!isAsked || journeys.length === 0) return;
    isAsked = false;
    port.postMessage({ type: 'traffic', journeys } satisfies TrafficBatch);
    journeys = [];
  };
  const end = (hop: Hop, status: string, isBad: boolean): void => {
    const known = open.get(hop.connection) ?? begun(hop);
    // A node that asks its own Pods is a kubelet that probes.
    if (known.from.pod === '' && known.from.node !== '' && known.from.node === known.to.node) return;
    if (journeys.length >= MAX_JOURNEYS) journeys.shift();
    journeys.push({ ...known, status, isBad });
    offer();
  };
  const listening = network.onHop((hop) => {
    const { kind, connection, detail } = hop;
    if (kind === 'response') end(hop, detail, !/^[123]/.test(detail));
    else if (kind === 'refused' || kind === 'dropped') end(hop, detail, true);
    // A connection may be closed before its last answer is told of: it is forgotten by age alone.
    else if (kind !== 'closed' && kind !== 'dns') {
      const { service, request } = open.get(connection) ?? begun(hop);
      open.set(connection, {
        ...begun(hop),
        service: kind === 'service' ? detail : service,
        request: kind === 'request' ? detail : request,
      });
      const [oldest] = open.keys();
      if (open.size > MAX_OPEN && oldest !== undefined) open.delete(oldest);
    }
  });
  const listener = ({ data }: { readonly data: unknown }): void => {
    if ((data as TrafficRequest).type !== 'next') return;
    isAsked = true;
    offer();
  };
  port.addEventListener('message', listener);
  port.start?.();
  return {
    dispose() {
      listening.dispose();
      port.removeEventListener('message', listener);
    },
  };
}

const begun = ({ timeMs, from, to }: Hop): Omit<Journey, 'status' | 'isBad'> => ({
  timeMs,
  from: { pod: from.pod ?? '', node: from.node ?? '', ip: from.ip },
  to: { pod: to.pod ?? '', node: to.node ?? '', ip: to.ip },
  service: '',
  request: '',
});
