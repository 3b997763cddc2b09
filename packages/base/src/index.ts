export * from './clock.ts';
export * from './disposable.ts';
export * from './rng.ts';
