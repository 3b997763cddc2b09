/**
 * Freezes plain data all the way down and returns it. Stops at what is frozen already: frozen parts are taken to be
 * frozen deeply, so that freezing an object that shares most of itself with an older one costs only what is new.
 * Binary data (`Uint8Array`) cannot be frozen and is left as it is.
 */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (ArrayBuffer.isView(value)) return value;
  Object.freeze(value);
  if (Array.isArray(value)) {
    for (const item of value) deepFreeze(item);
  } else {
    for (const key in value) deepFreeze(value[key]);
  }
  return value;
}
