export * from './pods.ts';
