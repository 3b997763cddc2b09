export * from './pipeline.ts';
export * from './pods.ts';
