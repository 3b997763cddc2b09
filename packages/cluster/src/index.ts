export type { AddonName } from './addons/addons.ts';
export * from './addons/usage-source.ts';
export * from './cluster.ts';
export type * from './options.ts';
export type { LineResult, Workstation, WorkstationIo } from './workstation/workstation.ts';
