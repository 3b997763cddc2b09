export * from './store-contract.ts';
export { checkAgainstModel } from './store-model.ts';
export type { StoreFixture } from './store-probe.ts';
