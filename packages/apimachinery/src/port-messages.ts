/**
 * The connections of one port-forward as messages over a channel (see CHANNELS_HEADER): a byte that says what it is, the
 * number of the connection (big endian, 32 bits), and what belongs to it.
 *
 *   in   0 open (16 bits: the port)   1 bytes   2 end of the bytes   4 give up
 *   out                               1 bytes   2 end of the bytes   3 it failed (a text)
 */
export interface PortMessage {
  readonly type: (typeof PORT_MESSAGE)[keyof typeof PORT_MESSAGE];
  readonly connection: number;
  readonly payload: Uint8Array;
}

export const PORT_MESSAGE = { open: 0, data: 1, end: 2, failed: 3, abort: 4 } as const;

const HEAD_BYTES = 5;

export function encodePortMessage(
  type: PortMessage['type'],
  connection: number,
  payload: Uint8Array = new Uint8Array(0),
): Uint8Array {
  const message = new Uint8Array(HEAD_BYTES + payload.length);
  message[0] = type;
  new DataView(message.buffer).setUint32(1, connection);
  message.set(payload, HEAD_BYTES);
  return message;
}

/** Undefined: it is none. */
export function decodePortMessage(message: Uint8Array): PortMessage | undefined {
  if (message.length < HEAD_BYTES) return undefined;
  const view = new DataView(message.buffer, message.byteOffset);
  const type = Object.values(PORT_MESSAGE).find((one) => one === message[0]);
  if (type === undefined) return undefined;
  return { type, connection: view.getUint32(1), payload: message.subarray(HEAD_BYTES) };
}
