export * from './kind.ts';
export { builtinKinds } from './kinds/index.ts';
export * as kinds from './kinds/named.ts';
export { isPodReady, podCondition, setPodCondition } from './pod/conditions.ts';
export { defaultPullPolicy, imageTag } from './pod/image.ts';
export { type QosClass, qosClass } from './pod/qos.ts';
export { type PodSummary, podSummary } from './pod/summary.ts';
export { ageColumn, createdAtColumn, nameColumn } from './printing/columns.ts';
export * from './schema/schemas.ts';
