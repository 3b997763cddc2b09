export * from './pipeline.ts';
export * from './pods.ts';
export { wholeKinds } from './whole-kinds.ts';
