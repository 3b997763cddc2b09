export * from './cluster.ts';
export type * from './options.ts';
