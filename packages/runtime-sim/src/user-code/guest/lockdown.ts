/**
 * Shuts the doors of the realm that it is called in: what is not of the language goes (network, storage, messages, timers), and so does
 * what would make code of texts, share memory, tell the host's time or show when garbage is collected. Time is what `now` says, chance what
 * `random` gives. Fails when anything is left. Sent to workers as its text; names nothing outside of itself.
 */
export function lockdown(now: () => number, random: () => number): void {
  const KEPT = new Set<string | symbol>(
    (
      'globalThis Infinity NaN undefined Object Function Boolean Symbol Number BigInt String RegExp Date Math JSON Promise Proxy Reflect ' +
      'Array Map Set WeakMap WeakSet ArrayBuffer DataView Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array ' +
      'Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array Iterator Error AggregateError EvalError RangeError ' +
      'ReferenceError SyntaxError TypeError URIError isFinite isNaN parseFloat parseInt decodeURI decodeURIComponent encodeURI ' +
      'encodeURIComponent escape unescape'
    ).split(' '),
  );
  const noMaker = () =>
    Object.defineProperty(
      function maker(): never {
        throw new EvalError('programs cannot make code of texts');
      },
      'name',
      { value: 'Function' },
    );

  // Every way from a function to the constructor of its kind.
  const makers = [
    () => undefined,
    async () => undefined,
    function* () {
      yield;
    },
    async function* () {
      yield;
    },
  ];
  for (const maker of makers) {
    const prototype: object = Object.getPrototypeOf(maker);
    const value = noMaker();
    Object.defineProperty(value, 'prototype', { value: prototype, writable: false });
    Object.defineProperty(prototype, 'constructor', { value, writable: false, configurable: false });
    if (prototype === Function.prototype)
      Object.defineProperty(globalThis, 'Function', { value, writable: false, configurable: false });
  }

  // What the global object has, and what it inherits up to Object.
  const chain: object[] = [];
  for (let at: object = globalThis; at !== null && at !== Object.prototype; at = Object.getPrototypeOf(at))
    chain.push(at);
  for (const at of chain) {
    for (const key of Reflect.ownKeys(at)) {
      if (at === globalThis && (KEPT.has(key) || key === Symbol.toStringTag)) continue;
      Reflect.deleteProperty(at, key);
    }
  }
  // Constants of the host cannot go, and harm nobody.
  const isConstant = ({ value, get, set }: PropertyDescriptor): boolean =>
    get === undefined && set === undefined && (value === null || !['object', 'function'].includes(typeof value));
  const left = chain.flatMap((at) =>
    Object.entries(Object.getOwnPropertyDescriptors(at))
      .filter(([key, own]) => !(at === globalThis && KEPT.has(key)) && !isConstant(own))
      .map(([key]) => key),
  );
  if (left.length > 0) throw new Error(`this worker cannot be shut: ${left.join(', ')}`);

  // Traces are made by the engine; nobody is to look into its frames.
  for (const [key, value] of [
    ['prepareStackTrace', undefined],
    ['stackTraceLimit', 10],
    ['captureStackTrace', () => undefined],
  ] as const)
    Object.defineProperty(Error, key, { value, writable: false, configurable: false });
  Object.defineProperty(globalThis, 'Error', { value: Error, writable: false, configurable: false });

  Math.random = random;
  const HostDate = Date;
  const VirtualDate = function (...parts: number[]): Date | string {
    if (new.target === undefined) return new HostDate(now()).toUTCString();
    // Local time is UTC: where the host stands is nobody's business.
    const given = parts.length === 0 ? [now()] : parts.length === 1 ? parts : [HostDate.UTC(...(parts as [number]))];
    return Reflect.construct(HostDate, given, new.target);
  };
  VirtualDate.prototype = HostDate.prototype;
  Object.assign(VirtualDate, { now, parse: HostDate.parse, UTC: HostDate.UTC });
  const prototype = HostDate.prototype as unknown as Record<string, unknown>;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const [, verb, part = ''] = /^(get|set)UTC(.*)$/.exec(name) ?? [];
    if (verb !== undefined) prototype[verb + part] = prototype[name];
    if (/^to(Locale)?(Date|Time)?String$/.test(name)) prototype[name] = prototype['toUTCString'];
  }
  prototype['getTimezoneOffset'] = () => 0;
  prototype['constructor'] = VirtualDate;
  Object.defineProperty(globalThis, 'Date', { value: VirtualDate, writable: true, configurable: true });
}
