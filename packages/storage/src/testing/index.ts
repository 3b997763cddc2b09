export * from './store-contract.ts';
export * from './store-model.ts';
