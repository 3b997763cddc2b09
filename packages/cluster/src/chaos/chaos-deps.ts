import type { Disposable } from '@tabernetes/base';
import type { Faults } from '@tabernetes/client';
import type { SimulatedNetwork } from '@tabernetes/network-sim';
import type { SimulatedNodes } from '../nodes/simulated-nodes.ts';
import type { ChaosDeps } from './chaos.ts';

export interface ChaosParts {
  /** Undefined: nodes run nothing. */
  readonly simulated: SimulatedNodes | undefined;
  readonly network: SimulatedNetwork | undefined;
  readonly faults: Faults;
  readonly setKubelet: (name: string, isRunning: boolean) => void;
  /** False: somebody else pulls the images. */
  readonly pulls: boolean;
}

/** Where the troubles of a cluster happen. */
export function chaosDeps({ simulated, network, faults, setKubelet, pulls }: ChaosParts): ChaosDeps {
  const cuts = new Map<string, Disposable>();
  const machines = (): SimulatedNodes => {
    if (simulated === undefined) throw new Error('nodes of this cluster are hollow: they run no containers');
    return simulated;
  };
  return {
    setKubelet,
    cut(node, isCut) {
      machines().setOnline(node, !isCut);
      network?.cut(node, isCut);
      cuts.get(node)?.dispose();
      cuts.delete(node);
      // What the kubelet sends gets nowhere.
      const match = { user: `system:node:${node}` };
      if (isCut) cuts.set(node, faults.add({ match, fault: { kind: 'refuse', code: 504 } }));
    },
    breakNetworkPlugin: (node, isBroken) => machines().breakNetwork(node, isBroken),
    disturb: (pod, container, disturbance, onEnd) => machines().disturb(pod, container, disturbance, onEnd),
    checkNetwork: () => void machines(),
    setWeather: (weather) => network?.setWeather(weather),
    checkPulls() {
      machines();
      if (!pulls) throw new Error('images of this cluster come from a runtime of its own');
    },
    checkProbes(pod, container) {
      if (!machines().hasProbes(pod, container)) throw new Error(`container ${container} of ${pod} has no probe`);
    },
  };
}
