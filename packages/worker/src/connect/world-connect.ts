import type { Disposable } from '@tabernetes/base';
import type { PortLike } from '../http-protocol.ts';
import type { WorldBatch, WorldRequest } from '../world-protocol.ts';

/**
 * Follows a cluster. `onBatch` is called with each batch; `nextFrame` calls back when the page is ready for more, so
 * that what happens meanwhile comes as one.
 */
export function followWorld(
  port: PortLike,
  {
    onBatch,
    nextFrame,
  }: { readonly onBatch: (batch: WorldBatch) => void; readonly nextFrame: (then: () => void) => void },
): Disposable {
  let isOver = false;
  const ask = (): void => {
    if (!isOver) port.postMessage({ type: 'next' } satisfies WorldRequest);
  };
  const listener = ({ data }: { readonly data: unknown }): void => {
    onBatch(data as WorldBatch);
    nextFrame(ask);
  };
  port.addEventListener('message', listener);
  port.start?.();
  ask();
  return {
    dispose() {
      isOver = true;
      port.removeEventListener('message', listener);
    },
  };
}
