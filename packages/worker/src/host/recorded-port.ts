import type { PortLike } from '../http-protocol.ts';

type Listener = (event: { readonly data: unknown }) => void;

/** A port whose messages go through `pass` on their way in. */
export function recordedPort(port: PortLike, pass: (data: unknown, deliver: () => void) => void): PortLike {
  const wrapped = new Map<Listener, Listener>();
  return {
    postMessage: (message: unknown, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer),
    addEventListener(type, listener) {
      const own: Listener = (event) => pass(event.data, () => listener(event));
      wrapped.set(listener, own);
      port.addEventListener(type, own);
    },
    removeEventListener(type, listener) {
      port.removeEventListener(type, wrapped.get(listener) ?? listener);
      wrapped.delete(listener);
    },
    start: () => port.start?.(),
  };
}
