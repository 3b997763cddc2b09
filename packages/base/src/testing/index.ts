export * from './clock-contract.ts';
export * from './leak-check.ts';
