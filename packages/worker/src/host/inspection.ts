export type { Explanation, MachineChart, PodLifecycle } from '@tabernetes/cluster';
