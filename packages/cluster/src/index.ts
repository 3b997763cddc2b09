export { lifecycleCharts, type MachineChart } from '@tabernetes/kubelet';
export type { Explanation } from '@tabernetes/scheduler';
export type { AddonName } from './addons/addons.ts';
export * from './addons/usage-source.ts';
export * from './cluster.ts';
export type { PodLifecycle } from './nodes/simulated-nodes.ts';
export type * from './options.ts';
export type { LineResult } from './workstation/run-script.ts';
export { HOME, type Workstation } from './workstation/workstation.ts';
