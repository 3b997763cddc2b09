import { failure } from '@tabernetes/apimachinery';
import type { NodeConnector } from '@tabernetes/apiserver';

/** A connector that is there before the nodes are: until then they cannot be reached. Its doors are fetched when the first one is opened. */
export function lateConnector(connector: () => NodeConnector | Promise<NodeConnector> | undefined): NodeConnector {
  const now = async (): Promise<NodeConnector> => {
    const found = await connector();
    if (found === undefined) throw failure(503, 'ServiceUnavailable', 'no node is running yet');
    return found;
  };
  return {
    log: async (...args) => (await now()).log(...args),
    exec: async (...args) => (await now()).exec(...args),
    attach: async (...args) => (await now()).attach(...args),
    portForward: async (...args) => (await now()).portForward(...args),
    proxy: async (...args) => (await now()).proxy(...args),
  };
}
