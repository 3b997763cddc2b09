export type { AddonName } from './addons/addons.ts';
export * from './addons/usage-source.ts';
export * from './cluster.ts';
export type * from './options.ts';
